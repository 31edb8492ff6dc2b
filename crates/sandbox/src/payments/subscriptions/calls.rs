//! The other calls on subscriptions.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::invoices::{self, Draft, Line};
use super::super::list;
use super::super::members::{Members as _, items};
use super::super::shop::Shop;
use super::state::{end, is_over, period};
use super::{proration, update};

/// DELETE `/subscriptions/{id}`: ends it now. `prorate` gives back the rest of the period, with
/// `invoice_now` to the customer's balance at once.
pub(crate) fn cancel(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["invoice_now", "prorate", "cancellation_details"])?;
    let sub = shop.find("subscription", id, "id")?;
    if is_over(&sub) {
        return Err(Failure::missing("subscription", id, "id"));
    }
    if form.flag("prorate")?.unwrap_or_default() && sub.text("status") != "trialing" {
        give_back(shop, &sub);
    }
    let invoices_now = form.flag("invoice_now")?.unwrap_or_default();
    end(shop, id, "cancellation_requested");
    if invoices_now {
        let invoice = invoices::draft(
            shop,
            Draft {
                customer: sub.text("customer"),
                subscription: id,
                reason: "manual",
                takes_pending: true,
                period: period(&sub),
                currency: sub.text("currency"),
                ..Draft::default()
            },
        );
        invoices::finalize(shop, &invoice);
        invoices::collect(shop, &invoice);
    }
    Ok(shop.get(id))
}

fn give_back(shop: &mut Shop, sub: &Value) {
    let (now, span) = (shop.now, period(sub));
    for part in proration::unused(items(sub.at("/items/data")), now, span) {
        let line = Line {
            price: part.item.at("/price"),
            quantity: part.item.int("quantity"),
            amount: part.amount,
            period: (now, span.1),
            subscription: sub.text("id"),
            item: part.item.text("id"),
            proration: true,
            description: &part.description,
        };
        invoices::pending_item(shop, sub.text("customer"), &line);
    }
}

/// POST `/subscriptions/{id}/resume`: a paused one begins a period now.
pub(crate) fn resume(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["billing_cycle_anchor", "proration_behavior", "proration_date"])?;
    let sub = shop.find("subscription", id, "id")?;
    if sub.text("status") != "paused" {
        return Err(Failure::invalid("Only a paused subscription can be resumed."));
    }
    shop.edit(id, |sub| sub.set("status", "active"));
    let now = shop.now;
    update::restart(shop, id, &[], now, now);
    super::super::events::announce(shop, "customer.subscription.resumed", id);
    super::state::wake(shop, id);
    Ok(shop.get(id))
}

/// GET `/subscriptions`: those that are over only where `status` asks for them.
pub(crate) fn all(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["customer", "price", "status"])?;
    let (customer, price) = (form.text("customer"), form.text("price"));
    let status = form.text("status");
    list::page(shop, form, "subscription", "/v1/subscriptions", |sub| {
        let wanted = match status {
            None => sub.text("status") != "canceled",
            Some("all") => true,
            Some("ended") => is_over(sub),
            Some(status) => sub.text("status") == status,
        };
        let has = |id| items(sub.at("/items/data")).iter().any(|i| i.at("/price/id") == id);
        wanted && customer.is_none_or(|id| sub.text("customer") == id) && price.is_none_or(has)
    })
}

/// GET `/subscription_items`.
pub(crate) fn subscription_items(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    let id = form.required("subscription")?;
    let sub = shop.find("subscription", id, "subscription")?;
    list::cut(form, items(sub.at("/items/data")).to_vec(), "/v1/subscription_items")
}
