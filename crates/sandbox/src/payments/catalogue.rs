//! `/products` and `/prices`.

use serde_json::{Value, json};

use super::events::announce;
use super::failure::Failure;
use super::form::Form;
use super::list;
use super::members::{Members as _, items, or_null};
use super::shop::Shop;

const INTERVALS: [&str; 4] = ["day", "week", "month", "year"];
const PRODUCT_FIELDS: [&str; 8] =
    ["id", "name", "description", "active", "metadata", "default_price", "images", "tax_code"];

/// POST `/products`; the caller may choose the id.
pub(super) fn create_product(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&PRODUCT_FIELDS)?;
    let name = form.required("name")?.to_owned();
    let mut product = shop.make(
        "prod",
        "product",
        json!({ "name": name, "active": form.flag("active")?.unwrap_or(true),
            "description": or_null(form.plain("description")), "default_price": null,
            "images": form.texts("images"), "type": "service", "updated": shop.now,
            "metadata": form.metadata(&Value::Null)? }),
    );
    if let Some(id) = form.text("id").filter(|id| !id.is_empty()) {
        if shop.get(id).is_object() {
            let why = format!("Product already exists with id: {id}");
            return Err(Failure::invalid(why).code("resource_already_exists").param("id"));
        }
        product.set("id", id);
    }
    let id = product.text("id").to_owned();
    shop.put(product);
    announce(shop, "product.created", &id);
    Ok(shop.get(&id))
}

/// POST `/products/{id}`.
pub(super) fn update_product(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&PRODUCT_FIELDS)?;
    let mut product = shop.find("product", id, "id")?;
    for name in ["name", "description", "default_price"] {
        if let Some(text) = form.text(name) {
            product.set(name, or_null(text));
        }
    }
    if let Some(active) = form.flag("active")? {
        product.set("active", active);
    }
    product.set("metadata", form.metadata(product.at("/metadata"))?);
    product.set("updated", shop.now);
    shop.put(product.clone());
    announce(shop, "product.updated", id);
    Ok(product)
}

/// POST `/prices`.
pub(super) fn create_price(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&[
        "currency",
        "unit_amount",
        "product",
        "product_data",
        "recurring",
        "lookup_key",
        "active",
        "nickname",
        "transfer_lookup_key",
        "metadata",
        "tax_behavior",
        "billing_scheme",
    ])?;
    let price = priced(shop, form)?;
    let id = price.text("id").to_owned();
    shop.put(price);
    rename(shop, &id, form)?;
    announce(shop, "price.created", &id);
    Ok(shop.get(&id))
}

/// A price from `currency`, `unit_amount`, product and `recurring`, as `price_data` says too.
pub(super) fn priced(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    let currency = form.required("currency")?.to_ascii_lowercase();
    if currency.len() != 3 {
        return Err(form.wrong("currency", "a currency has three letters"));
    }
    let amount = form.integer("unit_amount")?.ok_or_else(|| form.absent("unit_amount"))?;
    if amount < 0 {
        return Err(form.wrong("unit_amount", "must not be negative"));
    }
    let recurring = form.below("recurring");
    let recurring = if form.has("recurring") {
        let each = recurring.integer("interval_count")?.unwrap_or(1);
        recurring.required("interval")?;
        json!({ "interval": recurring.word("interval", &INTERVALS, "month")?,
            "interval_count": each, "usage_type": "licensed", "trial_period_days": null })
    } else {
        Value::Null
    };
    let product = if form.has("product_data") {
        let data = form.below("product_data");
        data.only(&["name", "description", "metadata", "images", "tax_code", "id", "active"])?;
        create_product(shop, &data)?.text("id").to_owned()
    } else {
        let id = form.required("product")?;
        shop.find("product", id, &form.full("product"))?;
        id.to_owned()
    };
    Ok(shop.make(
        "price",
        "price",
        json!({ "active": form.flag("active")?.unwrap_or(true), "currency": currency,
            "unit_amount": amount, "unit_amount_decimal": amount.to_string(), "product": product,
            "recurring": recurring, "billing_scheme": "per_unit", "lookup_key": null,
            "nickname": or_null(form.plain("nickname")), "tax_behavior": "unspecified",
            "type": if recurring.is_null() { "one_time" } else { "recurring" },
            "metadata": form.metadata(&Value::Null)? }),
    ))
}

/// Gives a price its lookup key, which one price has at a time.
fn rename(shop: &mut Shop, id: &str, form: &Form) -> Result<(), Failure> {
    let Some(key) = form.text("lookup_key") else { return Ok(()) };
    let others = shop.these("price", |price| {
        !key.is_empty() && price.text("lookup_key") == key && price.text("id") != id
    });
    for other in others {
        if !form.flag("transfer_lookup_key")?.unwrap_or_default() {
            let price = shop.get(id);
            // The price that was being made is not made after all.
            if price.at("/lookup_key").is_null() && price.int("created") == shop.now {
                shop.remove(&price);
            }
            let why = format!("A price ({}) already uses that lookup key.", other.text("id"));
            return Err(Failure::invalid(why).param("lookup_key"));
        }
        shop.edit(other.text("id"), |price| price.set("lookup_key", Value::Null));
    }
    shop.edit(id, |price| price.set("lookup_key", or_null(key)));
    Ok(())
}

/// POST `/prices/{id}`: the amount cannot be changed (contract, Endpoints).
pub(super) fn update_price(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["active", "nickname", "lookup_key", "transfer_lookup_key", "metadata"])?;
    let mut price = shop.find("price", id, "id")?;
    if let Some(active) = form.flag("active")? {
        price.set("active", active);
    }
    if let Some(nickname) = form.text("nickname") {
        price.set("nickname", or_null(nickname));
    }
    price.set("metadata", form.metadata(price.at("/metadata"))?);
    rename(shop, id, form)?;
    price.set("lookup_key", shop.get(id).at("/lookup_key").clone());
    shop.put(price.clone());
    announce(shop, "price.updated", id);
    Ok(price)
}

/// GET `/prices`.
pub(super) fn prices(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["lookup_keys", "active", "product", "type", "currency"])?;
    let keys = form.texts("lookup_keys");
    let (active, product) = (form.flag("active")?, form.text("product"));
    let (kind, currency) = (form.text("type"), form.text("currency"));
    list::page(shop, form, "price", "/v1/prices", |price| {
        (keys.is_empty() || keys.iter().any(|key| key == price.text("lookup_key")))
            && active.is_none_or(|active| price.is("active") == active)
            && product.is_none_or(|product| price.text("product") == product)
            && kind.is_none_or(|kind| price.text("type") == kind)
            && currency.is_none_or(|currency| price.text("currency") == currency)
    })
}

/// The price that a line names, by id or by `price_data`, with its quantity.
pub(super) fn line_price(shop: &mut Shop, line: &Form) -> Result<(Value, i64), Failure> {
    let quantity = line.integer("quantity")?.unwrap_or(1);
    if quantity < 1 {
        return Err(line.wrong("quantity", "must be at least 1"));
    }
    if line.has("price_data") {
        let mut price = priced(shop, &line.below("price_data"))?;
        // Prices made on the way cannot be used again.
        price.set("active", false);
        shop.put(price.clone());
        return Ok((price, quantity));
    }
    let id = line.required("price")?;
    let price = shop.find("price", id, &line.full("price"))?;
    if !price.is("active") {
        return Err(line.wrong("price", "The price specified is inactive."));
    }
    Ok((price, quantity))
}

/// Sum of the lines `[{price, quantity}]` in the smallest unit.
pub(super) fn total(lines: &Value) -> i64 {
    let each = |line: &Value| line.at("/price").int("unit_amount") * line.int("quantity");
    items(lines).iter().map(each).sum()
}
