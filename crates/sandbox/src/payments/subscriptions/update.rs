//! POST `/subscriptions/{id}`: other items with proration, a trial's end, and the settings.

use serde_json::Value;

use super::super::events::announce_change;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::invoices::{self, Draft, Line};
use super::super::list::whole;
use super::super::members::{Members as _, items, or_null};
use super::super::moments::period_end;
use super::super::shop::Shop;
use super::create::{Start, own_method, refuse_early, trial_end, trial_settings};
use super::items::{changed, lines};
use super::proration::{self, Part};
use super::state::{is_over, period, set_end, set_period, wake};

const FIELDS: [&str; 18] = [
    "items",
    "cancel_at_period_end",
    "cancel_at",
    "default_payment_method",
    "metadata",
    "proration_behavior",
    "proration_date",
    "billing_cycle_anchor",
    "trial_end",
    "trial_settings",
    "payment_behavior",
    "payment_settings",
    "collection_method",
    "days_until_due",
    "description",
    "off_session",
    "cancellation_details",
    "automatic_tax",
];
const PRORATIONS: [&str; 3] = ["create_prorations", "always_invoice", "none"];

pub(crate) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let sub = shop.find("subscription", id, "id")?;
    if is_over(&sub) {
        let why = "A canceled subscription can only update its cancellation_details and metadata.";
        return Err(Failure::invalid(why));
    }
    let before = sub;
    let ends = form.flag("cancel_at_period_end")?;
    // The settings first: what is charged may be charged to the method that is set here.
    let done = settings(shop, id, form).and_then(|()| change(shop, id, form));
    if let Err(failure) = done {
        shop.put(before);
        return Err(failure);
    }
    if let Some(ends) = ends {
        set_end(shop, id, ends);
    }
    announce_change(shop, "customer.subscription.updated", id, &before);
    wake(shop, id);
    Ok(shop.get(id))
}

/// The members that cost nothing.
fn settings(shop: &mut Shop, id: &str, form: &Form) -> Result<(), Failure> {
    let mut sub = shop.get(id);
    if let Some(method) = form.text("default_payment_method") {
        let method = if method.is_empty() {
            String::new()
        } else {
            own_method(shop, method, sub.text("customer"))?
        };
        sub.set("default_payment_method", or_null(&method));
    }
    if let Some(text) = form.text("description") {
        sub.set("description", or_null(text));
    }
    if form.has("trial_settings") {
        sub.set("trial_settings", trial_settings(form)?);
    }
    if form.has("payment_settings") {
        sub.set("payment_settings", form.below("payment_settings").fields);
    }
    if form.has("collection_method") {
        let days = invoices::days_until_due(form)?;
        sub.set("days_until_due", days);
        sub.set("collection_method", form.plain("collection_method"));
    }
    sub.set("metadata", form.metadata(sub.at("/metadata"))?);
    if let Some(at) = form.integer("cancel_at")? {
        sub.set("cancel_at", at);
        sub.set("canceled_at", shop.now);
    } else if form.text("cancel_at") == Some("") {
        sub.set("cancel_at", Value::Null);
    }
    shop.put(sub);
    Ok(())
}

/// What changes the sum: items, the anchor, the trial.
pub(crate) fn change(shop: &mut Shop, id: &str, form: &Form) -> Result<(), Failure> {
    let sub = shop.get(id);
    let behaviour = form.word("proration_behavior", &PRORATIONS, "create_prorations")?;
    let after = changed(shop, &sub, form)?;
    let at = form.integer("proration_date")?.unwrap_or(shop.now);
    let (start, end) = period(&sub);
    if !(start..=end).contains(&at) {
        return Err(form.wrong("proration_date", "must be within the current period"));
    }
    match form.word(
        "payment_behavior",
        &["allow_incomplete", "default_incomplete", "error_if_incomplete"],
        "allow_incomplete",
    )? {
        "error_if_incomplete" if behaviour == "always_invoice" => {
            let start = Start {
                customer: sub.text("customer").to_owned(),
                method: sub.text("default_payment_method").to_owned(),
                ..Start::default()
            };
            refuse_early(shop, &start)?;
        }
        _ => {}
    }
    let trialing = sub.text("status") == "trialing";
    let stops_trial = trialing && form.plain("trial_end") == "now";
    if !stops_trial && let Some(until) = trial_end(shop, form)? {
        extend_trial(shop, id, until);
    }
    let interval = |item: Option<&Value>| item.map(|item| item.at("/price/recurring").clone());
    let old = items(sub.at("/items/data"));
    let restarts = stops_trial
        || form.plain("billing_cycle_anchor") == "now"
        || (!trialing && interval(old.first()) != interval(after.first()));
    let url = format!("/v1/subscription_items?subscription={id}");
    shop.edit(id, |sub| sub.set("items", whole(&after, false, &url)));
    if restarts {
        let back = if trialing || behaviour == "none" {
            Vec::new()
        } else {
            proration::unused(old, at, (start, end))
        };
        restart(shop, id, &back, at, end);
        return Ok(());
    }
    if trialing || behaviour == "none" {
        return Ok(());
    }
    let parts = proration::parts(old, &after, at, (start, end));
    wait(shop, id, &parts, (at, end));
    if behaviour == "always_invoice" && !parts.is_empty() {
        bill(shop, id, Vec::new(), (start, end));
    }
    Ok(())
}

fn extend_trial(shop: &mut Shop, id: &str, until: i64) {
    let now = shop.now;
    shop.edit(id, |sub| {
        if sub.text("status") != "trialing" {
            sub.set("status", "trialing");
            sub.set("trial_start", now);
        }
        sub.set("trial_end", until);
        sub.set("billing_cycle_anchor", until);
        let (start, _) = period(sub);
        set_period(sub, (start, until));
    });
}

/// The corrections wait for the next invoice.
fn wait(shop: &mut Shop, id: &str, parts: &[Part], span: (i64, i64)) {
    let customer = shop.get(id).text("customer").to_owned();
    for part in parts {
        invoices::pending_item(
            shop,
            &customer,
            &Line {
                price: part.item.at("/price"),
                quantity: part.item.int("quantity"),
                amount: part.amount,
                period: span,
                subscription: id,
                item: part.item.text("id"),
                proration: true,
                description: &part.description,
            },
        );
    }
}

/// A period begins now, and is paid for now; what is left of the old one is given back.
pub(super) fn restart(shop: &mut Shop, id: &str, back: &[Part], at: i64, old_end: i64) {
    let now = shop.now;
    wait(shop, id, back, (at, old_end));
    let recurring = shop.get(id).at("/items/data/0/price/recurring").clone();
    let end = period_end(now, recurring.text("interval"), recurring.int("interval_count"), now);
    shop.edit(id, |sub| {
        sub.set("billing_cycle_anchor", now);
        set_period(sub, (now, end));
        if sub.text("status") == "trialing" {
            sub.set("status", "active");
            sub.set("trial_end", now);
        }
    });
    let sub = shop.get(id);
    let lines = lines(shop, &sub, (now, end), false);
    bill(shop, id, lines, (now, end));
}

/// An invoice at once, with what waits, charged at once.
fn bill(shop: &mut Shop, id: &str, lines: Vec<Value>, period: (i64, i64)) {
    let sub = shop.get(id);
    let invoice = invoices::draft(
        shop,
        Draft {
            customer: sub.text("customer"),
            subscription: id,
            reason: "subscription_update",
            lines,
            takes_pending: true,
            period,
            currency: sub.text("currency"),
            days_until_due: sub.at("/days_until_due").as_i64(),
        },
    );
    invoices::finalize(shop, &invoice);
    invoices::collect(shop, &invoice);
}
