//! What a subscription's status is, and what moves it.

use serde_json::{Value, json};

use super::super::events::{announce, announce_change, happened};
use super::super::invoices;
use super::super::members::{Members as _, items, or_null};
use super::super::moments::{DAY, HOUR};
use super::super::payment_methods;
use super::super::settings::AfterRetries;
use super::super::shop::Shop;

/// A first invoice can be paid for 23 hours; the contract gives no time.
pub(super) const INCOMPLETE_S: i64 = 23 * HOUR;
/// "3 days before, or at once for short trials" (contract, Key events).
pub(super) const TRIAL_NOTICE_S: i64 = 3 * DAY;
/// How long before a renewal `invoice.upcoming` comes; an account's setting, here of three days.
pub(super) const UPCOMING_S: i64 = 3 * DAY;

/// Changes a subscription and says so.
pub(super) fn change(shop: &mut Shop, id: &str, change: impl FnOnce(&mut Value)) {
    let before = shop.get(id);
    shop.edit(id, change);
    announce_change(shop, "customer.subscription.updated", id, &before);
}

/// The subscription an invoice is for; empty for none.
pub(crate) fn of_invoice(invoice: &Value) -> String {
    invoice.at("/parent/subscription_details").text("subscription").to_owned()
}

pub(crate) fn is_over(sub: &Value) -> bool {
    ["canceled", "incomplete_expired"].contains(&sub.text("status"))
}

/// Start and end of the current period; from basil on they are the items'.
pub(crate) fn period(sub: &Value) -> (i64, i64) {
    let first = items(sub.at("/items/data")).first();
    first.map_or((0, 0), |item| (item.int("current_period_start"), item.int("current_period_end")))
}

pub(super) fn set_period(sub: &mut Value, (start, end): (i64, i64)) {
    if let Some(data) = sub.pointer_mut("/items/data").and_then(Value::as_array_mut) {
        for item in data {
            item.set("current_period_start", start);
            item.set("current_period_end", end);
        }
    }
}

/// Has the subscription looked at whenever something of it falls due.
pub(super) fn wake(shop: &mut Shop, id: &str) {
    let sub = shop.get(id);
    let (_, end) = period(&sub);
    let trial = sub.int("trial_end");
    let mut moments = vec![end, end - UPCOMING_S, sub.int("cancel_at")];
    if trial > 0 {
        moments.extend([trial, trial - TRIAL_NOTICE_S]);
    }
    if sub.text("status") == "incomplete" {
        moments.push(sub.int("created") + INCOMPLETE_S);
    }
    let now = shop.now;
    moments.into_iter().filter(|at| *at > now).for_each(|at| shop.wake(id, at));
}

/// One of the subscription's invoices was paid.
pub(crate) fn invoice_paid(shop: &mut Shop, id: &str, invoice: &str) {
    let sub = shop.get(id);
    let method =
        shop.get(shop.get(invoice).text("_payment_intent")).text("payment_method").to_owned();
    let saves =
        sub.at("/payment_settings").text("save_default_payment_method") == "on_subscription";
    if saves && !method.is_empty() {
        shop.edit(id, |sub| sub.set("default_payment_method", method));
    }
    let open = shop.these("invoice", |other| {
        of_invoice(other) == id && other.text("status") == "open" && other.is("attempted")
    });
    let moves = match sub.text("status") {
        "incomplete" => true,
        "past_due" | "unpaid" => open.is_empty(),
        _ => false,
    };
    if moves {
        change(shop, id, |sub| sub.set("status", "active"));
        wake(shop, id);
    }
}

/// An attempt to charge one of its invoices failed; `last` when no other will be made.
pub(crate) fn payment_failed(shop: &mut Shop, id: &str, last: bool) {
    let status = shop.get(id).text("status").to_owned();
    if ["active", "trialing"].contains(&status.as_str()) {
        change(shop, id, |sub| sub.set("status", "past_due"));
    }
    if last && ["active", "trialing", "past_due"].contains(&status.as_str()) {
        match shop.conduct.stripe.after_retries {
            AfterRetries::Cancel => end(shop, id, "payment_failed"),
            AfterRetries::Unpaid => change(shop, id, |sub| sub.set("status", "unpaid")),
            AfterRetries::PastDue => {}
        }
    }
}

/// A method was saved for it.
pub(crate) fn set_up(shop: &mut Shop, id: &str, method: &str) {
    let customer = shop.get(id).text("customer").to_owned();
    payment_methods::attach(shop, method, &customer);
    change(shop, id, |sub| {
        sub.set("default_payment_method", method);
        sub.set("pending_setup_intent", Value::Null);
    });
}

/// Asks for the end at the end of the period, or takes that back.
pub(crate) fn schedule_end(shop: &mut Shop, id: &str, ends: bool) {
    let before = shop.get(id);
    set_end(shop, id, ends);
    announce_change(shop, "customer.subscription.updated", id, &before);
    wake(shop, id);
}

/// The same without a word. With flexible billing `cancel_at` says it alone (contract, Trials and
/// proration).
pub(super) fn set_end(shop: &mut Shop, id: &str, ends: bool) {
    let flexible = shop.conduct.stripe.flexible_billing;
    let now = shop.now;
    let reason = if ends { "cancellation_requested" } else { "" };
    shop.edit(id, |sub| {
        let (_, at) = period(sub);
        sub.set("cancel_at_period_end", ends && !flexible);
        sub.set("cancel_at", ends.then_some(at));
        sub.set("canceled_at", ends.then_some(now));
        sub.set("cancellation_details", details(reason));
    });
}

fn details(reason: &str) -> Value {
    json!({ "reason": or_null(reason), "comment": null, "feedback": null })
}

/// Ends it now.
pub(crate) fn end(shop: &mut Shop, id: &str, reason: &str) {
    let now = shop.now;
    shop.edit(id, |sub| {
        sub.set("status", "canceled");
        sub.set("ended_at", now);
        if sub.at("/canceled_at").is_null() {
            sub.set("canceled_at", now);
        }
        sub.set("cancellation_details", details(reason));
    });
    invoices::stop_collecting(shop, id);
    announce(shop, "customer.subscription.deleted", id);
}

/// The first invoice was not paid in time.
pub(super) fn expire(shop: &mut Shop, id: &str) {
    let sub = shop.get(id);
    invoices::void_quietly(shop, sub.text("latest_invoice"));
    shop.edit(id, |sub| sub.set("status", "incomplete_expired"));
    let changed = json!({ "status": sub.at("/status") });
    let now = shop.get(id);
    happened(shop, "customer.subscription.updated", &now, &changed);
}
