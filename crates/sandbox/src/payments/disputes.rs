//! Disputes: a cardholder takes the money back. The control endpoint opens and closes them.

use serde_json::json;

use super::events::announce;
use super::failure::Failure;
use super::members::Members as _;
use super::refunds;
use super::shop::Shop;

/// A cardholder disputes what was charged, or `amount` of it; the dispute's id.
pub(super) fn open(
    shop: &mut Shop,
    intent: &str,
    charge: &str,
    amount: Option<i64>,
) -> Result<String, Failure> {
    let charge = refunds::charge_of(shop, intent, charge)?;
    if charge.is("disputed") {
        return Err(Failure::invalid("This charge is disputed already."));
    }
    let left = charge.int("amount_captured") - charge.int("amount_refunded");
    if amount.is_some_and(|amount| !(1..=left).contains(&amount)) {
        return Err(Failure::invalid(format!("amount must be from 1 to {left}")).param("amount"));
    }
    let dispute = shop.make(
        "dp",
        "dispute",
        json!({ "amount": amount.unwrap_or(left),
            "currency": charge.at("/currency"), "charge": charge.text("id"),
            "payment_intent": charge.at("/payment_intent"), "reason": "fraudulent",
            "status": "needs_response", "is_charge_refundable": false }),
    );
    let id = dispute.text("id").to_owned();
    shop.put(dispute);
    shop.edit(charge.text("id"), |charge| charge.set("disputed", true));
    announce(shop, "charge.dispute.created", &id);
    Ok(id)
}

/// The bank decides: `won` gives the money back to the seller, `lost` does not.
pub(super) fn close(shop: &mut Shop, intent: &str, outcome: &str) -> Result<String, Failure> {
    let open = shop.these("dispute", |dispute| {
        dispute.text("payment_intent") == intent && dispute.text("status") == "needs_response"
    });
    let Some(dispute) = open.first() else {
        return Err(Failure::invalid("There is no open dispute on that payment."));
    };
    let id = dispute.text("id").to_owned();
    shop.edit(&id, |dispute| dispute.set("status", outcome));
    if outcome == "won" {
        shop.edit(dispute.text("charge"), |charge| charge.set("disputed", false));
    }
    announce(shop, "charge.dispute.closed", &id);
    Ok(id)
}
