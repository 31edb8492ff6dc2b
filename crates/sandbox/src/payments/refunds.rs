//! `/refunds`: money that goes back.

use serde_json::{Value, json};

use super::events::announce;
use super::failure::Failure;
use super::form::Form;
use super::members::Members as _;
use super::moments::DAY;
use super::shop::Shop;

/// "refunds up to 180 days" (second contract, Limits).
const PAYPAL_REFUND_S: i64 = 180 * DAY;
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// POST `/refunds`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["charge", "payment_intent", "amount", "reason", "metadata"])?;
    let charge = charge_of(shop, form.plain("payment_intent"), form.plain("charge"))?;
    let left = charge.int("amount_captured") - charge.int("amount_refunded");
    if left <= 0 {
        let why = format!("Charge {} has already been refunded.", charge.text("id"));
        return Err(Failure::invalid(why).code("charge_already_refunded"));
    }
    if charge.is("disputed") {
        let why = format!("Charge {} has been charged back.", charge.text("id"));
        return Err(Failure::invalid(why).code("charge_disputed"));
    }
    let paypal = charge.at("/payment_method_details").text("type") == "paypal";
    if paypal && shop.now - charge.int("created") > PAYPAL_REFUND_S {
        return Err(Failure::invalid("PayPal payments can be refunded for 180 days."));
    }
    let amount = form.integer("amount")?.unwrap_or(left);
    if amount < 1 || amount > left {
        let why = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return Err(Failure::invalid(why).param("amount"));
    }
    let reason = form.word("reason", &REASONS, "")?;
    let refund = shop.make(
        "re",
        "refund",
        json!({ "amount": amount, "currency": charge.at("/currency"), "charge": charge.text("id"),
            "payment_intent": charge.at("/payment_intent"), "status": "succeeded",
            "reason": super::members::or_null(reason), "metadata": form.metadata(&Value::Null)? }),
    );
    let id = refund.text("id").to_owned();
    shop.put(refund);
    shop.edit(charge.text("id"), |charge| {
        let refunded = charge.int("amount_refunded") + amount;
        charge.set("amount_refunded", refunded);
        charge.set("refunded", refunded >= charge.int("amount_captured"));
    });
    announce(shop, "refund.created", &id);
    announce(shop, "charge.refunded", charge.text("id"));
    Ok(shop.get(&id))
}

/// The charge that succeeded, by its own id or that of its payment intent.
pub(super) fn charge_of(shop: &Shop, intent: &str, charge: &str) -> Result<Value, Failure> {
    let id = if intent.is_empty() {
        charge.to_owned()
    } else {
        let intent = shop.find("payment_intent", intent, "payment_intent")?;
        intent.text("latest_charge").to_owned()
    };
    if id.is_empty() {
        let why = "One of charge and payment_intent must be given, and have a successful charge.";
        return Err(Failure::invalid(why));
    }
    let found = shop.find("charge", &id, "charge")?;
    if found.text("status") != "succeeded" {
        return Err(Failure::invalid(format!("Charge {id} has not succeeded.")));
    }
    Ok(found)
}
