//! What happens to a subscription by itself: trial ends, renewals, and the end.

use serde_json::{Value, json};

use super::super::events::{announce, happened};
use super::super::invoices::{self, Draft};
use super::super::members::Members as _;
use super::super::moments::{HOUR, period_end};
use super::super::payment_methods;
use super::super::shop::Shop;
use super::items::lines;
use super::state::{
    INCOMPLETE_S, TRIAL_NOTICE_S, UPCOMING_S, change, end, expire, is_over, period, set_period,
    wake,
};

/// A renewal's invoice stays a draft for about an hour, so that something can be added.
const DRAFT_S: i64 = HOUR;

/// The subscription's timer.
pub(crate) fn tick(shop: &mut Shop, id: &str) {
    let (sub, now) = (shop.get(id), shop.now);
    if is_over(&sub) || !sub.is_object() {
        return;
    }
    let (_, ends) = period(&sub);
    let cancel_at = sub.int("cancel_at");
    let trial_end = sub.int("trial_end");
    match sub.text("status") {
        "incomplete" if now >= sub.int("created") + INCOMPLETE_S => expire(shop, id),
        "incomplete" | "paused" => {}
        _ if cancel_at > 0 && now >= cancel_at => end(shop, id, "cancellation_requested"),
        "trialing" if now >= trial_end => end_trial(shop, id),
        "trialing" if now == trial_end - TRIAL_NOTICE_S => {
            announce(shop, "customer.subscription.trial_will_end", id);
        }
        _ if now >= ends => renew(shop, id),
        _ if now == ends - UPCOMING_S && cancel_at == 0 => {
            let upcoming = invoices::upcoming(shop, id);
            happened(shop, "invoice.upcoming", &upcoming, &Value::Null);
        }
        _ => {}
    }
}

/// The trial is over: with a payment method it goes on, without one its settings decide.
fn end_trial(shop: &mut Shop, id: &str) {
    let sub = shop.get(id);
    let method = payment_methods::default_of(shop, sub.text("customer"), id);
    let missing = sub.at("/trial_settings/end_behavior").text("missing_payment_method").to_owned();
    match missing.as_str() {
        "cancel" if method.is_empty() => end(shop, id, "payment_failed"),
        "pause" if method.is_empty() => {
            let before = json!({ "status": sub.at("/status") });
            shop.edit(id, |sub| sub.set("status", "paused"));
            let paused = shop.get(id);
            happened(shop, "customer.subscription.updated", &paused, &before);
            announce(shop, "customer.subscription.paused", id);
        }
        _ => renew(shop, id),
    }
}

/// The next period begins, with an invoice for it.
fn renew(shop: &mut Shop, id: &str) {
    let sub = shop.get(id);
    let (_, start) = period(&sub);
    let recurring = sub.at("/items/data/0/price/recurring").clone();
    let anchor = sub.int("billing_cycle_anchor");
    let next =
        period_end(anchor, recurring.text("interval"), recurring.int("interval_count"), start);
    change(shop, id, |sub| {
        set_period(sub, (start, next));
        if sub.text("status") == "trialing" {
            sub.set("status", "active");
        }
    });
    let sub = shop.get(id);
    let lines = lines(shop, &sub, (start, next), false);
    let invoice = invoices::draft(
        shop,
        Draft {
            customer: sub.text("customer"),
            subscription: id,
            reason: "subscription_cycle",
            lines,
            takes_pending: true,
            period: (start, next),
            currency: sub.text("currency"),
            days_until_due: sub.at("/days_until_due").as_i64(),
        },
    );
    // Nothing is charged for one that was not paid for until it is again.
    let automatic = sub.text("status") != "unpaid";
    let finalize_at = shop.now + DRAFT_S;
    shop.edit(&invoice, |invoice| {
        invoice.set("auto_advance", automatic);
        invoice.set("_finalize_at", finalize_at);
    });
    shop.wake(&invoice, finalize_at);
    wake(shop, id);
}
