//! What an invoice would be: the calculation is made on a copy of what it needs, with the code that
//! makes real ones, so that the sums are the same.

use serde_json::{Value, json};

use super::super::customers;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::members::Members as _;
use super::super::moments::period_end;
use super::super::shop::Shop;
use super::super::subscriptions::{self, Start};
use super::draft::{Draft, draft};

/// POST `/invoices/create_preview`.
pub(crate) fn create(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["customer", "subscription", "subscription_details", "currency", "automatic_tax"])?;
    let details = form.below("subscription_details");
    details.only(&[
        "items",
        "proration_behavior",
        "proration_date",
        "billing_cycle_anchor",
        "trial_end",
        "cancel_at_period_end",
        "cancel_now",
        "cancel_at",
    ])?;
    let Some(id) = form.text("subscription") else { return of_new(shop, form, &details) };
    let sub = shop.find("subscription", id, "subscription")?;
    let mut copy = shop.copy_of(sub.text("customer"));
    let before = sub.text("latest_invoice");
    subscriptions::change(&mut copy, id, &details)?;
    let latest = copy.get(id).text("latest_invoice").to_owned();
    // What is billed at once is the invoice; what waits goes on the next one.
    let invoice =
        if latest == before { upcoming(&copy, id) } else { as_preview(copy.get(&latest)) };
    Ok(invoice)
}

/// The first invoice of a subscription that there is not yet.
fn of_new(shop: &Shop, form: &Form, details: &Form) -> Result<Value, Failure> {
    let mut copy = shop.copy_of(form.plain("customer"));
    let customer = match form.text("customer") {
        Some(customer) => {
            customers::alive(shop, customer, "customer")?;
            customer.to_owned()
        }
        None => customers::of_email(&mut copy, ""),
    };
    let start = Start {
        customer,
        items: subscriptions::items_of(&mut copy, details, "items")?,
        trial_end: subscriptions::trial_end(shop, details)?,
        ..Start::default()
    };
    let id = subscriptions::start(&mut copy, &start);
    let latest = copy.get(&id).text("latest_invoice").to_owned();
    Ok(as_preview(copy.get(&latest)))
}

/// The invoice of the next renewal, as things stand.
pub(crate) fn upcoming(shop: &Shop, id: &str) -> Value {
    let sub = shop.get(id);
    let mut copy = shop.copy_of(sub.text("customer"));
    let (_, start) = subscriptions::period(&sub);
    let recurring = sub.at("/items/data/0/price/recurring");
    let end = period_end(
        sub.int("billing_cycle_anchor"),
        recurring.text("interval"),
        recurring.int("interval_count"),
        start,
    );
    let lines = if sub.at("/cancel_at").is_null() {
        subscriptions::lines(&mut copy, &sub, (start, end), false)
    } else {
        Vec::new()
    };
    let invoice = draft(
        &mut copy,
        Draft {
            customer: sub.text("customer"),
            subscription: id,
            reason: "upcoming",
            lines,
            takes_pending: true,
            period: (start, end),
            currency: sub.text("currency"),
            days_until_due: sub.at("/days_until_due").as_i64(),
        },
    );
    as_preview(copy.get(&invoice))
}

/// A preview is a draft that was never made.
fn as_preview(mut invoice: Value) -> Value {
    let id = format!("upcoming_{}", invoice.text("id"));
    let due = (invoice.int("starting_balance") + invoice.int("total")).max(0);
    invoice.set("id", id);
    invoice.set("status", "draft");
    invoice.set("billing_reason", "upcoming");
    invoice.set("number", Value::Null);
    invoice.set("hosted_invoice_url", Value::Null);
    invoice.set("amount_due", due);
    invoice.set("amount_remaining", due);
    invoice.set("amount_paid", 0);
    invoice.set("status_transitions", json!({ "finalized_at": null, "paid_at": null }));
    invoice
}
