//! Subscriptions and invoices.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::list;
use super::super::members::{Members as _, items};
use super::super::shop::Shop;
use super::super::{invoices, subscriptions};

pub(super) fn dispatch(
    shop: &mut Shop,
    method: &str,
    name: &str,
    segments: &[&str],
    form: &Form,
) -> Option<Result<Value, Failure>> {
    Some(match (method, name, segments) {
        ("POST", "subscriptions", []) => subscriptions::create(shop, form),
        ("GET", "subscriptions", []) => subscriptions::all(shop, form),
        ("POST", "subscriptions", [id]) => subscriptions::update(shop, id, form),
        ("DELETE", "subscriptions", [id]) => subscriptions::cancel(shop, id, form),
        ("POST", "subscriptions", [id, "resume"]) => subscriptions::resume(shop, id, form),
        ("GET", "subscription_items", []) => subscriptions::subscription_items(shop, form),
        ("POST", "invoices", []) => invoices::create(shop, form),
        ("GET", "invoices", []) => invoices::all(shop, form),
        ("POST", "invoices", ["create_preview"]) => invoices::create_preview(shop, form),
        ("POST", "invoices", [id]) => invoices::update(shop, id, form),
        ("DELETE", "invoices", [id]) => invoices::delete(shop, id),
        ("POST", "invoices", [id, "finalize"]) => invoices::finalize_call(shop, id),
        ("POST", "invoices", [id, "pay"]) => invoices::pay_call(shop, id, form),
        ("POST", "invoices", [id, "void"]) => invoices::void(shop, id),
        ("POST", "invoices", [id, "send"]) => invoices::send(shop, id),
        ("POST", "invoices", [id, "mark_uncollectible"]) => invoices::mark_uncollectible(shop, id),
        ("GET", "invoices", [id, "lines"]) => shop.find("invoice", id, "id").and_then(|invoice| {
            let lines = items(invoice.at("/lines/data")).to_vec();
            list::cut(form, lines, &format!("/v1/invoices/{id}/lines"))
        }),
        ("POST", "invoiceitems", []) => invoices::create_item(shop, form),
        ("GET", "invoiceitems", []) => invoices::all_items(shop, form),
        ("DELETE", "invoiceitems", [id]) => invoices::delete_item(shop, id),
        _ => return None,
    })
}
