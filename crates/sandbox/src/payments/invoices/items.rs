//! `/invoiceitems`: what waits for an invoice.

use serde_json::{Value, json};

use super::super::catalogue;
use super::super::customers;
use super::super::events::announce;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::list;
use super::super::members::{Members as _, items, or_null};
use super::super::shop::Shop;
use super::calls::in_state;
use super::draft::{Line, of_item, pricing};

/// A proration that waits for the subscription's next invoice.
pub(crate) fn pending_item(shop: &mut Shop, customer: &str, of: &Line<'_>) {
    let item = shop.make(
        "ii",
        "invoiceitem",
        json!({ "customer": customer, "amount": of.amount, "currency": of.price.at("/currency"),
            "description": of.description, "date": shop.now, "quantity": of.quantity,
            "period": { "start": of.period.0, "end": of.period.1 }, "proration": of.proration,
            "pricing": pricing(of.price), "invoice": null, "parent": {
                "type": "subscription_details", "subscription_details": {
                    "subscription": of.subscription, "subscription_item": of.item } } }),
    );
    let id = item.text("id").to_owned();
    shop.put(item);
    announce(shop, "invoiceitem.created", &id);
}

/// POST `/invoiceitems`.
pub(crate) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&[
        "customer",
        "amount",
        "currency",
        "description",
        "invoice",
        "subscription",
        "metadata",
        "quantity",
        "pricing",
        "price_data",
        "period",
    ])?;
    let customer = form.required("customer")?.to_owned();
    customers::alive(shop, &customer, "customer")?;
    let (amount, currency, price) = sum(shop, form)?;
    let invoice = form.plain("invoice").to_owned();
    if !invoice.is_empty() {
        in_state(shop, &invoice, &["draft"])?;
    }
    let subscription = form.plain("subscription");
    let parent = if subscription.is_empty() {
        Value::Null
    } else {
        shop.find("subscription", subscription, "subscription")?;
        json!({ "type": "subscription_details",
            "subscription_details": { "subscription": subscription, "subscription_item": null } })
    };
    let item = shop.make(
        "ii",
        "invoiceitem",
        json!({ "customer": customer, "amount": amount, "currency": currency, "date": shop.now,
            "description": or_null(form.plain("description")), "proration": false,
            "quantity": form.integer("quantity")?.unwrap_or(1), "parent": parent,
            "period": { "start": shop.now, "end": shop.now }, "invoice": or_null(&invoice),
            "pricing": price, "metadata": form.metadata(&Value::Null)? }),
    );
    let id = item.text("id").to_owned();
    shop.put(item.clone());
    announce(shop, "invoiceitem.created", &id);
    if !invoice.is_empty() {
        put_on(shop, &invoice, &item);
    }
    Ok(item)
}

/// Amount, currency and pricing of an item: a sum, or a price and how many.
fn sum(shop: &mut Shop, form: &Form) -> Result<(i64, String, Value), Failure> {
    if let Some(amount) = form.integer("amount")? {
        return Ok((amount, form.required("currency")?.to_ascii_lowercase(), Value::Null));
    }
    let quantity = form.integer("quantity")?.unwrap_or(1);
    let price = if form.has("price_data") {
        catalogue::line_price(shop, form)?.0
    } else {
        let pricing = form.below("pricing");
        shop.find("price", pricing.required("price")?, "pricing[price]")?
    };
    let amount = price.int("unit_amount").saturating_mul(quantity);
    Ok((amount, price.text("currency").to_owned(), pricing(&price)))
}

/// Puts an item on a draft at once.
fn put_on(shop: &mut Shop, invoice: &str, item: &Value) {
    let line = of_item(shop, item);
    shop.edit(invoice, |invoice| {
        if let Some(data) = invoice.pointer_mut("/lines/data").and_then(Value::as_array_mut) {
            data.push(line);
        }
        let total: i64 = items(invoice.at("/lines/data")).iter().map(|l| l.int("amount")).sum();
        for name in ["subtotal", "total"] {
            invoice.set(name, total);
        }
        for name in ["amount_due", "amount_remaining"] {
            invoice.set(name, total.max(0));
        }
    });
}

/// DELETE `/invoiceitems/{id}`: while it waits.
pub(crate) fn delete(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let item = shop.find("invoiceitem", id, "id")?;
    if !item.at("/invoice").is_null() {
        return Err(Failure::invalid("The invoice item is on an invoice already."));
    }
    shop.remove(&item);
    Ok(json!({ "id": id, "object": "invoiceitem", "deleted": true }))
}

/// GET `/invoiceitems`.
pub(crate) fn all(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["customer", "pending"])?;
    let (customer, pending) = (form.text("customer"), form.flag("pending")?);
    list::page(shop, form, "invoiceitem", "/v1/invoiceitems", |item| {
        customer.is_none_or(|id| item.text("customer") == id)
            && pending.is_none_or(|pending| item.at("/invoice").is_null() == pending)
    })
}
