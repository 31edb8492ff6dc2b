//! A session's end: paid, set up, or subscribed.

use serde_json::Value;

use super::super::events::announce;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::invoices;
use super::super::members::{Members as _, items};
use super::super::shop::Shop;
use super::super::subscriptions::{self, Item, Start};

/// Closes a session as complete.
pub(super) fn complete(shop: &mut Shop, id: &str, payment_status: &str) {
    shop.edit(id, |session| {
        session.set("status", "complete");
        session.set("payment_status", payment_status);
        session.set("url", Value::Null);
    });
    announce(shop, "checkout.session.completed", id);
}

/// The money of a session is on its way: the customer is done, the seller waits.
pub(crate) fn paying(shop: &mut Shop, id: &str) {
    let session = shop.get(id);
    if session.text("status") == "open" && session.text("mode") == "payment" {
        complete(shop, id, "unpaid");
    }
}

/// The money of a session is there: now, or after a while.
pub(crate) fn paid(shop: &mut Shop, id: &str) {
    let session = shop.get(id);
    match session.text("status") {
        "open" if session.text("mode") == "payment" => complete(shop, id, "paid"),
        "complete" if session.text("payment_status") == "unpaid" => {
            shop.edit(id, |session| session.set("payment_status", "paid"));
            announce(shop, "checkout.session.async_payment_succeeded", id);
        }
        _ => {}
    }
}

/// The money of a session did not come. An open one can be tried again.
pub(crate) fn refused(shop: &mut Shop, id: &str) {
    let session = shop.get(id);
    if session.text("status") == "complete" && session.text("payment_status") == "unpaid" {
        announce(shop, "checkout.session.async_payment_failed", id);
    }
}

/// A method was saved for a session.
pub(crate) fn set_up(shop: &mut Shop, id: &str, intent: &str) {
    let session = shop.get(id);
    if session.text("status") != "open" {
        return;
    }
    if session.text("mode") == "setup" {
        shop.edit(id, |session| session.set("setup_intent", intent));
        complete(shop, id, "no_payment_required");
        return;
    }
    let method = shop.get(intent).text("payment_method").to_owned();
    if let Err(failure) = subscribe(shop, id, &method) {
        tracing::debug!(?failure, "A session of the sandbox could not be paid");
    }
}

/// Starts the session's subscription with a method that its customer has agreed to, or without one.
pub(super) fn subscribe(shop: &mut Shop, id: &str, method: &str) -> Result<(), Failure> {
    let session = shop.get(id);
    let data = Form::of(session.at("/_subscription_data").clone());
    let item =
        |line: &Value| Item { price: line.at("/price").clone(), quantity: line.int("quantity") };
    let start = Start {
        customer: session.text("customer").to_owned(),
        items: items(session.at("/_line_items/data")).iter().map(item).collect(),
        method: method.to_owned(),
        trial_end: subscriptions::trial_end(shop, &data)?,
        trial_settings: subscriptions::trial_settings(&data)?,
        metadata: data.metadata(&Value::Null)?,
        anchor: data.integer("billing_cycle_anchor")?.filter(|at| *at > shop.now),
        prorates: data.plain("proration_behavior") != "none",
        ..Start::default()
    };
    let sub = subscriptions::start(shop, &start);
    let invoice = shop.get(&sub).text("latest_invoice").to_owned();
    shop.edit(id, |session| {
        session.set("subscription", sub.as_str());
        session.set("invoice", invoice.as_str());
    });
    let open = shop.get(&invoice);
    let status = if open.text("status") == "open" {
        let intent = open.text("_payment_intent").to_owned();
        shop.edit(&intent, |intent| {
            intent.set("_session", id);
            intent.set("_agreed", true);
        });
        invoices::pay(shop, &invoice, method, true)?;
        if shop.get(&invoice).text("status") == "paid" { "paid" } else { "unpaid" }
    } else {
        "no_payment_required"
    };
    complete(shop, id, status);
    Ok(())
}
