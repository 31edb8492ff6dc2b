//! Which call is which: method and path.

mod billing;
mod money;
mod people;

use serde_json::Value;

use super::failure::Failure;
use super::form::Form;
use super::list;
use super::members::Members as _;
use super::shop::Shop;

/// A collection: its path, the type of its objects, and by which members its list can be narrowed.
type Collection = (&'static str, &'static str, &'static [&'static str]);

const COLLECTIONS: [Collection; 19] = [
    ("customers", "customer", &["email"]),
    ("products", "product", &["active"]),
    ("prices", "price", &[]),
    ("payment_methods", "payment_method", &["customer", "type"]),
    ("payment_intents", "payment_intent", &["customer"]),
    ("setup_intents", "setup_intent", &["customer", "payment_method"]),
    (
        "checkout/sessions",
        "checkout.session",
        &["customer", "status", "payment_intent", "subscription"],
    ),
    ("subscriptions", "subscription", &[]),
    ("subscription_items", "subscription_item", &[]),
    ("invoices", "invoice", &[]),
    ("invoiceitems", "invoiceitem", &[]),
    ("invoice_payments", "invoice_payment", &["invoice", "status"]),
    ("charges", "charge", &["customer", "payment_intent"]),
    ("refunds", "refund", &["charge", "payment_intent"]),
    ("disputes", "dispute", &["charge", "payment_intent"]),
    ("billing_portal/sessions", "billing_portal.session", &[]),
    ("billing_portal/configurations", "billing_portal.configuration", &["active"]),
    ("events", "event", &[]),
    ("webhook_endpoints", "webhook_endpoint", &[]),
];

/// The collection of a path, for the ledger.
pub(super) fn endpoint(path: &str) -> &'static str {
    COLLECTIONS
        .into_iter()
        .find(|(name, ..)| {
            path.strip_prefix(name).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        })
        .map_or("other", |(name, ..)| name)
}

/// Answers a call, with the object before anything is expanded in it.
pub(super) fn dispatch(
    shop: &mut Shop,
    method: &str,
    path: &str,
    form: &Form,
) -> Result<Value, Failure> {
    let none = || Failure::no_route(method, path);
    let inner = path.strip_prefix("/v1/").ok_or_else(none)?;
    let name = endpoint(inner);
    let rest = inner.strip_prefix(name).unwrap_or_default().trim_start_matches('/');
    let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
    if method == "POST" {
        shop.room()?;
    }
    let answered = match name {
        "customers" | "products" | "prices" | "payment_methods" | "webhook_endpoints" => {
            people::dispatch(shop, method, name, &segments, form)
        }
        "subscriptions" | "subscription_items" | "invoices" | "invoiceitems"
        | "invoice_payments" => billing::dispatch(shop, method, name, &segments, form),
        _ => money::dispatch(shop, method, name, &segments, form),
    };
    match answered {
        Some(answer) => answer,
        None => read(shop, method, name, &segments, form).unwrap_or_else(|| Err(none())),
    }
}

/// What every collection has: one object by its id, and the list of all.
fn read(
    shop: &Shop,
    method: &str,
    name: &str,
    segments: &[&str],
    form: &Form,
) -> Option<Result<Value, Failure>> {
    let (_, kind, filters) = COLLECTIONS.into_iter().find(|(path, ..)| *path == name)?;
    match (method, segments) {
        ("GET", [id]) => Some(shop.find(kind, id, "id")),
        ("GET", []) => Some(narrowed(shop, name, kind, filters, form)),
        _ => None,
    }
}

/// The list of those whose members are as the parameters say.
fn narrowed(
    shop: &Shop,
    name: &str,
    kind: &str,
    filters: &[&str],
    form: &Form,
) -> Result<Value, Failure> {
    list::only(form, filters)?;
    let is = |member: Option<&Value>, wanted: &str| match member {
        Some(Value::String(text)) => text == wanted,
        Some(Value::Bool(flag)) => flag.to_string() == wanted,
        _ => false,
    };
    list::page(shop, form, kind, &format!("/v1/{name}"), |object| {
        let fits = |filter: &&str| form.text(filter).is_none_or(|w| is(object.get(*filter), w));
        !object.is("deleted") && filters.iter().all(fits)
    })
}
