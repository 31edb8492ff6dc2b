//! A subscription's items: prices and quantities, and the lines they make on an invoice.

use serde_json::{Value, json};

use super::super::catalogue;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::invoices::{Line, line};
use super::super::members::{Members as _, items};
use super::super::shop::Shop;

/// The most items of a subscription; a bound of the sandbox's own.
const ITEMS_MAX: usize = 20;

/// A price and how many of it.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) price: Value,
    pub(crate) quantity: i64,
}

/// The items of `items[]` in a request for a new subscription.
pub(crate) fn items_of(shop: &mut Shop, form: &Form, name: &str) -> Result<Vec<Item>, Failure> {
    let lines = form.list(name);
    if lines.is_empty() {
        return Err(form.absent(name));
    }
    let mut all = Vec::new();
    for given in lines {
        let (price, quantity) = catalogue::line_price(shop, &given)?;
        all.push(Item { price, quantity });
    }
    recurring_alike(&all).map_err(|failure| failure.param(name))?;
    Ok(all)
}

/// The prices of a subscription are all recurring, in one currency and with one interval.
fn recurring_alike(all: &[Item]) -> Result<(), Failure> {
    if all.len() > ITEMS_MAX {
        return Err(Failure::invalid("A subscription has 20 items at most."));
    }
    let Some(first) = all.first() else { return Ok(()) };
    for item in all {
        if item.price.at("/recurring").is_null() {
            let why = format!("The price {} is one-time, not recurring.", item.price.text("id"));
            return Err(Failure::invalid(why));
        }
        let alike = |pointer: &str| item.price.at(pointer) == first.price.at(pointer);
        if !alike("/currency")
            || !alike("/recurring/interval")
            || !alike("/recurring/interval_count")
        {
            let why = "All prices of a subscription must have the same currency and interval.";
            return Err(Failure::invalid(why));
        }
    }
    Ok(())
}

/// A subscription item as it is shown.
pub(super) fn shown_item(shop: &mut Shop, sub: &str, item: &Item, period: (i64, i64)) -> Value {
    shop.make(
        "si",
        "subscription_item",
        json!({ "subscription": sub, "price": item.price, "quantity": item.quantity,
            "discounts": [], "current_period_start": period.0, "current_period_end": period.1 }),
    )
}

/// What the items cost for a whole period.
pub(crate) fn lines(shop: &mut Shop, sub: &Value, period: (i64, i64), is_free: bool) -> Vec<Value> {
    let mut all = Vec::new();
    for item in items(sub.at("/items/data")) {
        let (price, quantity) = (item.at("/price"), item.int("quantity"));
        let amount = price.int("unit_amount").saturating_mul(quantity);
        let name = shop.get(price.text("product")).text("name").to_owned();
        let description = if is_free {
            format!("Trial period for {name}")
        } else {
            format!("{quantity} × {name}")
        };
        all.push(line(
            shop,
            &Line {
                price,
                quantity,
                amount: if is_free { 0 } else { amount },
                period,
                subscription: sub.text("id"),
                item: item.text("id"),
                proration: false,
                description: &description,
            },
        ));
    }
    all
}

/// The items after a request's `items[]`: those with an id are changed or deleted, those without are
/// added ("Without `items[].id` a second item is added").
pub(super) fn changed(shop: &mut Shop, sub: &Value, form: &Form) -> Result<Vec<Value>, Failure> {
    let mut all: Vec<Value> = items(sub.at("/items/data")).to_vec();
    let period = super::period(sub);
    for given in form.list("items") {
        let Some(id) = given.text("id") else {
            let (price, quantity) = catalogue::line_price(shop, &given)?;
            all.push(shown_item(shop, sub.text("id"), &Item { price, quantity }, period));
            continue;
        };
        let Some(position) = all.iter().position(|item| item.text("id") == id) else {
            return Err(Failure::missing("subscription item", id, &given.full("id")));
        };
        if given.flag("deleted")?.unwrap_or_default() {
            all.remove(position);
            continue;
        }
        let Some(item) = all.get_mut(position) else { continue };
        if given.has("price") || given.has("price_data") {
            let (price, quantity) = catalogue::line_price(shop, &given)?;
            item.set("price", price);
            if given.has("quantity") {
                item.set("quantity", quantity);
            }
        } else if let Some(quantity) = given.integer("quantity")? {
            item.set("quantity", quantity);
        }
    }
    let as_items = all
        .iter()
        .map(|item| Item { price: item.at("/price").clone(), quantity: item.int("quantity") });
    let as_items: Vec<Item> = as_items.collect();
    if as_items.is_empty() {
        return Err(form.wrong("items", "a subscription has at least one item"));
    }
    recurring_alike(&as_items).map_err(|failure| failure.param("items"))?;
    Ok(all)
}
