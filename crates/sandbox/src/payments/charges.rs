//! Charges: the record of every attempt to take money.

use serde_json::{Value, json};

use super::events::announce;
use super::failure::Failure;
use super::members::Members as _;
use super::shop::Shop;

/// Enters an attempt for a payment intent; `failure` where it was refused.
pub(super) fn enter(shop: &mut Shop, intent: &Value, failure: Option<&Failure>) -> String {
    let method = shop.get(intent.text("payment_method"));
    let kind = method.text("type").to_owned();
    let paid = failure.is_none();
    let captured = paid && intent.text("capture_method") != "manual";
    let amount = intent.int("amount");
    let mut charge = shop.make(
        "ch",
        "charge",
        json!({ "amount": amount, "amount_captured": if captured { amount } else { 0 },
            "amount_refunded": 0, "captured": captured, "paid": paid, "refunded": false,
            "disputed": false, "currency": intent.text("currency"),
            "customer": intent.at("/customer"), "payment_intent": intent.text("id"),
            "payment_method": intent.at("/payment_method"), "description": intent.at("/description"),
            "status": if paid { "succeeded" } else { "failed" },
            "failure_code": failure.map(Failure::reason),
            "failure_message": failure.map(Failure::message),
            "metadata": intent.at("/metadata"), "receipt_url": null,
            "payment_method_details": { "type": &kind } }),
    );
    if let Some(details) = charge.get_mut("payment_method_details") {
        details.set(&kind, method.at(&format!("/{kind}")).clone());
    }
    let id = charge.text("id").to_owned();
    shop.put(charge);
    announce(shop, if paid { "charge.succeeded" } else { "charge.failed" }, &id);
    id
}

/// Takes the money of a charge that had only been authorised.
pub(super) fn capture(shop: &mut Shop, id: &str, amount: i64) {
    shop.edit(id, |charge| {
        charge.set("captured", true);
        charge.set("amount_captured", amount);
    });
    announce(shop, "charge.captured", id);
}
