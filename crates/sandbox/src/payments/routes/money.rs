//! Payments, Checkout, refunds, the portal, and events.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::shop::Shop;
use super::super::{checkout, events, payment_intents, portal, refunds, setup_intents};

pub(super) fn dispatch(
    shop: &mut Shop,
    method: &str,
    name: &str,
    segments: &[&str],
    form: &Form,
) -> Option<Result<Value, Failure>> {
    Some(match (method, name, segments) {
        ("POST", "payment_intents", []) => payment_intents::create(shop, form),
        ("POST", "payment_intents", [id]) => payment_intents::update(shop, id, form),
        ("POST", "payment_intents", [id, "confirm"]) => payment_intents::confirm(shop, id, form),
        ("POST", "payment_intents", [id, "capture"]) => payment_intents::capture(shop, id, form),
        ("POST", "payment_intents", [id, "cancel"]) => payment_intents::cancel(shop, id, form),
        ("POST", "setup_intents", []) => setup_intents::create(shop, form),
        ("POST", "setup_intents", [id]) => setup_intents::update(shop, id, form),
        ("POST", "setup_intents", [id, "confirm"]) => setup_intents::confirm(shop, id, form),
        ("POST", "setup_intents", [id, "cancel"]) => setup_intents::cancel(shop, id),
        ("POST", "checkout/sessions", []) => checkout::create(shop, form),
        ("GET", "checkout/sessions", [id, "line_items"]) => checkout::line_items(shop, id, form),
        ("POST", "checkout/sessions", [id, "expire"]) => checkout::expire(shop, id),
        ("POST", "refunds", []) => refunds::create(shop, form),
        ("POST", "billing_portal/sessions", []) => portal::create(shop, form),
        ("POST", "billing_portal/configurations", []) => portal::configure(shop, form),
        ("GET", "events", []) => events::all(shop, form),
        _ => return None,
    })
}
