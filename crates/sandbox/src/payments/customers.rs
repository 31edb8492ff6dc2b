//! `/customers`.

use serde_json::{Value, json};

use super::events::{announce, announce_change, happened};
use super::failure::Failure;
use super::form::Form;
use super::members::{Members as _, or_null};
use super::moments::MINUTE;
use super::payment_methods;
use super::shop::Shop;
use super::subscriptions;

const FIELDS: [&str; 12] = [
    "email",
    "name",
    "description",
    "phone",
    "metadata",
    "address",
    "shipping",
    "payment_method",
    "invoice_settings",
    "preferred_locales",
    "tax_exempt",
    "balance",
];

/// POST `/customers`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let customer = blank(shop);
    let id = customer.text("id").to_owned();
    let filled = filled(shop, customer, form)?;
    shop.put(filled);
    announce(shop, "customer.created", &id);
    Ok(shop.get(&id))
}

fn blank(shop: &mut Shop) -> Value {
    shop.make(
        "cus",
        "customer",
        json!({ "email": null, "name": null, "description": null, "phone": null, "address": null,
            "shipping": null, "balance": 0, "currency": null, "default_source": null,
            "delinquent": false, "preferred_locales": [], "tax_exempt": "none",
            "invoice_settings": { "default_payment_method": null, "custom_fields": null,
                "footer": null } }),
    )
}

/// A customer whom Checkout makes.
pub(super) fn of_email(shop: &mut Shop, email: &str) -> String {
    let mut customer = blank(shop);
    customer.set("email", or_null(email));
    let id = customer.text("id").to_owned();
    shop.put(customer);
    announce(shop, "customer.created", &id);
    id
}

/// POST `/customers/{id}`.
pub(super) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let before = alive(shop, id, "id")?;
    let filled = filled(shop, before.clone(), form)?;
    shop.put(filled);
    announce_change(shop, "customer.updated", id, &before);
    Ok(shop.get(id))
}

fn filled(shop: &mut Shop, mut customer: Value, form: &Form) -> Result<Value, Failure> {
    for name in ["email", "name", "description", "phone", "tax_exempt"] {
        if let Some(text) = form.text(name) {
            customer.set(name, or_null(text));
        }
    }
    if form.text("email").is_some_and(|email| !email.is_empty() && !email.contains('@')) {
        let failure = Failure::invalid(format!("Invalid email address: {}", form.plain("email")));
        return Err(failure.code("email_invalid").param("email"));
    }
    for name in ["address", "shipping"] {
        if form.has(name) {
            customer.set(name, form.below(name).fields);
        }
    }
    if form.has("preferred_locales") {
        customer.set("preferred_locales", form.texts("preferred_locales"));
    }
    if let Some(balance) = form.integer("balance")? {
        customer.set("balance", balance);
    }
    customer.set("metadata", form.metadata(customer.at("/metadata"))?);
    let id = customer.text("id").to_owned();
    if let Some(method) = form.text("payment_method") {
        let method = payment_methods::named(shop, method, "payment_method")?;
        payment_methods::attach(shop, method.text("id"), &id);
    }
    let settings = form.below("invoice_settings");
    if let Some(method) = settings.text("default_payment_method") {
        let param = settings.full("default_payment_method");
        if !method.is_empty() && shop.find("payment_method", method, &param)?.text("customer") != id
        {
            let why = "The payment method must be attached to the customer first.";
            return Err(Failure::invalid(why).param(param));
        }
        if let Some(kept) = customer.get_mut("invoice_settings") {
            kept.set("default_payment_method", or_null(method));
        }
    }
    Ok(customer)
}

/// A customer that was not deleted.
pub(super) fn alive(shop: &Shop, id: &str, param: &str) -> Result<Value, Failure> {
    let customer = shop.find("customer", id, param)?;
    if customer.is("deleted") {
        return Err(Failure::missing("customer", id, param));
    }
    Ok(customer)
}

/// DELETE `/customers/{id}`: ends the subscriptions too. What is left says that it was deleted.
pub(super) fn delete(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let customer = alive(shop, id, "id")?;
    for sub in shop.these("subscription", |sub| sub.text("customer") == id) {
        if !subscriptions::is_over(&sub) {
            subscriptions::end(shop, sub.text("id"), "cancellation_requested");
        }
    }
    for method in shop.these("payment_method", |method| method.text("customer") == id) {
        shop.edit(method.text("id"), |method| method.set("customer", Value::Null));
    }
    let gone = json!({ "id": id, "object": "customer", "deleted": true });
    shop.put(gone.clone());
    happened(shop, "customer.deleted", &customer, &Value::Null);
    Ok(gone)
}

/// GET `/customers/search`: one condition, `email:'a@x.org'`, `name:'…'` or `metadata['k']:'v'`. Those of
/// the last minute may not be found yet ("index lag up to a minute"); with limits on they never are.
pub(super) fn search(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["query", "limit", "page"])?;
    let query = form.required("query")?;
    let wrong = || form.wrong("query", "the sandbox understands field:'value'");
    let (field, value) = query.split_once(':').ok_or_else(wrong)?;
    let value = value.trim_matches(['\'', '"']);
    let key = field.strip_prefix("metadata['").and_then(|rest| rest.strip_suffix("']"));
    if key.is_none() && !["email", "name", "phone"].contains(&field) {
        return Err(wrong());
    }
    let until = if shop.conduct.limits { shop.now - MINUTE } else { shop.now };
    let fits = |customer: &&Value| {
        let found = match key {
            Some(key) => customer.at("/metadata").text(key) == value,
            None => customer.text(field).eq_ignore_ascii_case(value),
        };
        found && !customer.is("deleted") && customer.int("created") <= until
    };
    let limit = form.integer("limit")?.and_then(|n| usize::try_from(n).ok()).unwrap_or(10);
    let found: Vec<&Value> = shop.all("customer").rev().filter(fits).take(limit).collect();
    Ok(json!({ "object": "search_result", "data": found, "has_more": false, "next_page": null,
        "url": "/v1/customers/search" }))
}
