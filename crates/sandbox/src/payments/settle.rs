//! What becomes of a payment intent: charged, refused, or waiting for its customer.

use serde_json::{Value, json};

use super::cards::{self, Verdict};
use super::charges;
use super::checkout;
use super::events::announce;
use super::failure::Failure;
use super::invoices;
use super::members::{Members as _, or_null};
use super::payment_methods;
use super::setup_intents;
use super::shop::Shop;

/// Tries to take the money of an intent that has a payment method; `on_session` with its owner there.
/// `Ok` may mean that the customer has to act first, or that it takes a while: the status tells.
pub(super) fn charge(shop: &mut Shop, id: &str, on_session: bool) -> Result<(), Failure> {
    let intent = shop.get(id);
    let method = shop.get(intent.text("payment_method"));
    match cards::on_charging(&method, on_session) {
        // Checkout has asked already.
        Verdict::Asks if !intent.is("_agreed") => {
            ask(shop, id);
            announce(shop, "payment_intent.requires_action", id);
            Ok(())
        }
        Verdict::Asks | Verdict::Pays => {
            pay(shop, id);
            Ok(())
        }
        Verdict::Refused(failure) => {
            refuse(shop, id, &failure);
            Err(failure.with_intent(&shop.get(id)))
        }
    }
}

/// Sends the customer to a page, of the bank or of PayPal, where they agree or not.
pub(super) fn ask(shop: &mut Shop, id: &str) {
    let url = shop.page("confirm", id);
    shop.edit(id, |intent| {
        let return_url = or_null(intent.text("_return_url"));
        intent.set("status", "requires_action");
        intent.set(
            "next_action",
            json!({ "type": "redirect_to_url",
                "redirect_to_url": { "url": url, "return_url": return_url } }),
        );
    });
}

fn refuse(shop: &mut Shop, id: &str, failure: &Failure) {
    let charge = charges::enter(shop, &shop.get(id), Some(failure));
    shop.edit(id, |intent| {
        intent.set("status", "requires_payment_method");
        intent.set("latest_charge", charge);
        intent.set("next_action", Value::Null);
        intent.set("last_payment_error", failure.as_last_error());
    });
    if failure.is_authentication() && !shop.get(id).text("_invoice").is_empty() {
        // The invoice's customer can still agree, on the page that its event leads to.
        ask(shop, id);
    } else {
        shop.edit(id, |intent| {
            intent.set("_refused_method", intent.at("/payment_method").clone());
            intent.set("payment_method", Value::Null);
        });
    }
    announce(shop, "payment_intent.payment_failed", id);
}

/// The money comes: at once, or after a while where PayPal takes its time.
fn pay(shop: &mut Shop, id: &str) {
    let intent = shop.get(id);
    let method = shop.get(intent.text("payment_method"));
    let drawn = shop.chance();
    let wait_ms = shop.conduct.stripe.paypal_processing_ms.at(drawn);
    if method.text("type") == "paypal" && wait_ms > 0 {
        shop.edit(id, |intent| {
            intent.set("status", "processing");
            intent.set("next_action", Value::Null);
        });
        let seconds = i64::try_from(wait_ms.div_ceil(1_000)).unwrap_or_default();
        shop.wake(id, shop.now.saturating_add(seconds));
        announce(shop, "payment_intent.processing", id);
        if !intent.text("_session").is_empty() {
            checkout::paying(shop, intent.text("_session"));
        }
        return;
    }
    let charge = charges::enter(shop, &intent, None);
    shop.edit(id, |intent| {
        intent.set("latest_charge", charge);
        intent.set("next_action", Value::Null);
        intent.set("last_payment_error", Value::Null);
    });
    if intent.text("capture_method") == "manual" {
        shop.edit(id, |intent| {
            intent.set("status", "requires_capture");
            intent.set("amount_capturable", intent.int("amount"));
        });
        announce(shop, "payment_intent.amount_capturable_updated", id);
        return;
    }
    succeed(shop, id);
}

/// The timer of an intent that is being processed.
pub(super) fn processed(shop: &mut Shop, id: &str) {
    if shop.get(id).text("status") != "processing" {
        return;
    }
    let charge = charges::enter(shop, &shop.get(id), None);
    shop.edit(id, |intent| intent.set("latest_charge", charge));
    succeed(shop, id);
}

/// The money is there; whoever waits for it goes on.
pub(super) fn succeed(shop: &mut Shop, id: &str) {
    shop.edit(id, |intent| {
        intent.set("status", "succeeded");
        intent.set("amount_received", intent.int("amount"));
        intent.set("amount_capturable", 0);
    });
    let intent = shop.get(id);
    let method = intent.text("payment_method").to_owned();
    if !intent.text("setup_future_usage").is_empty() {
        shop.edit(&method, |method| method.set("_set_up", true));
        payment_methods::attach(shop, &method, intent.text("customer"));
    }
    announce(shop, "payment_intent.succeeded", id);
    if !intent.text("_invoice").is_empty() {
        invoices::paid_by(shop, intent.text("_invoice"), id);
    }
    if !intent.text("_session").is_empty() {
        checkout::paid(shop, intent.text("_session"));
    }
}

/// What the customer did on the page of `next_action`; the address they go back to.
pub(super) fn answered(shop: &mut Shop, id: &str, agreed: bool) -> Result<String, Failure> {
    let intent = shop.get(id);
    if intent.text("status") != "requires_action" {
        return Err(Failure::invalid(format!("'{id}' does not wait for its customer.")));
    }
    let back = intent.text("_return_url").to_owned();
    if intent.text("object") == "setup_intent" {
        setup_intents::answered(shop, id, agreed);
        return Ok(back);
    }
    if agreed {
        // What a customer agreed to once, with a card that asks once, is agreed to for later too.
        pay(shop, id);
        return Ok(back);
    }
    let failure = Failure::card(
        "payment_intent_authentication_failure",
        None,
        "The customer did not agree to the payment.",
    );
    let invoice = intent.text("_invoice").to_owned();
    refuse(shop, id, &failure);
    if !invoice.is_empty() {
        invoices::attempt_failed(shop, &invoice, &failure);
    }
    if !intent.text("_session").is_empty() {
        checkout::refused(shop, intent.text("_session"));
    }
    Ok(back)
}
