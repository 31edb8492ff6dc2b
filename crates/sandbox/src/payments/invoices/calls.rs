//! The calls on invoices.

use serde_json::{Value, json};

use super::super::customers;
use super::super::events::announce;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::list;
use super::super::members::{Members as _, or_null};
use super::super::payment_intents;
use super::super::payment_methods;
use super::super::shop::Shop;
use super::super::subscriptions;
use super::collect::{paid, pay, void_quietly};
use super::draft::{Draft, draft};

const MANUAL: [&str; 10] = [
    "customer",
    "subscription",
    "auto_advance",
    "collection_method",
    "days_until_due",
    "metadata",
    "description",
    "currency",
    "pending_invoice_items_behavior",
    "default_payment_method",
];

/// POST `/invoices`: one of the seller's own, with the customer's pending items where asked.
pub(crate) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&MANUAL)?;
    let customer = form.required("customer")?.to_owned();
    customers::alive(shop, &customer, "customer")?;
    let takes = form.word("pending_invoice_items_behavior", &["include", "exclude"], "exclude")?;
    let days = days_until_due(form)?;
    let currency = form.text("currency").unwrap_or("usd").to_ascii_lowercase();
    let automatic = form.flag("auto_advance")?.unwrap_or_default();
    let id = draft(
        shop,
        Draft {
            customer: &customer,
            subscription: form.plain("subscription"),
            reason: "manual",
            takes_pending: takes == "include",
            period: (shop.now, shop.now),
            currency: &currency,
            days_until_due: days,
            ..Draft::default()
        },
    );
    shop.edit(&id, |invoice| invoice.set("auto_advance", automatic));
    fill(shop, &id, form)
}

/// Days until a sent invoice is due; `None` for one that is charged by itself.
pub(crate) fn days_until_due(form: &Form) -> Result<Option<i64>, Failure> {
    let methods = ["charge_automatically", "send_invoice"];
    let sent = form.word("collection_method", &methods, "charge_automatically")? == "send_invoice";
    let days = form.integer("days_until_due")?;
    match (sent, days) {
        (true, None) => Err(form.absent("days_until_due")),
        (true, Some(days)) if (0..=365).contains(&days) => Ok(Some(days)),
        (true, Some(_)) => Err(form.wrong("days_until_due", "must be from 0 to 365")),
        (false, _) => Ok(None),
    }
}

fn fill(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    let mut invoice = shop.get(id);
    if let Some(text) = form.text("description") {
        invoice.set("description", or_null(text));
    }
    if let Some(method) = form.text("default_payment_method") {
        let method = payment_methods::named(shop, method, "default_payment_method")?;
        invoice.set("default_payment_method", method.at("/id").clone());
    }
    invoice.set("metadata", form.metadata(invoice.at("/metadata"))?);
    shop.put(invoice.clone());
    Ok(invoice)
}

/// POST `/invoices/{id}`.
pub(crate) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["metadata", "description", "default_payment_method", "auto_advance"])?;
    shop.find("invoice", id, "id")?;
    if let Some(automatic) = form.flag("auto_advance")? {
        shop.edit(id, |invoice| invoice.set("auto_advance", automatic));
    }
    fill(shop, id, form)
}

/// DELETE `/invoices/{id}`: drafts alone.
pub(crate) fn delete(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let invoice = in_state(shop, id, &["draft"])?;
    shop.remove(&invoice);
    Ok(json!({ "id": id, "object": "invoice", "deleted": true }))
}

/// The invoice, if its status is one of these.
pub(super) fn in_state(shop: &Shop, id: &str, states: &[&str]) -> Result<Value, Failure> {
    let invoice = shop.find("invoice", id, "id")?;
    let status = invoice.text("status");
    if states.contains(&status) {
        return Ok(invoice);
    }
    if status == "paid" {
        return Err(Failure::invalid("Invoice is already paid").code("invoice_already_paid"));
    }
    Err(Failure::invalid(format!("This invoice's status is {status}."))
        .code("invoice_not_editable"))
}

/// POST `/invoices/{id}/pay`.
pub(crate) fn pay_call(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["payment_method", "off_session", "paid_out_of_band"])?;
    let invoice = in_state(shop, id, &["draft", "open", "uncollectible"])?;
    if invoice.text("status") == "draft" {
        super::finalize(shop, id);
    }
    if shop.get(id).text("status") == "paid" {
        return Ok(shop.get(id));
    }
    if form.flag("paid_out_of_band")?.unwrap_or_default() {
        // Nobody may pay it a second time.
        payment_intents::cancel_quietly(shop, invoice.text("_payment_intent"), "");
        paid(shop, id);
        return Ok(shop.get(id));
    }
    let method = match form.text("payment_method") {
        Some(method) => {
            let method = payment_methods::named(shop, method, "payment_method")?;
            method.text("id").to_owned()
        }
        None => String::new(),
    };
    pay(shop, id, &method, !form.flag("off_session")?.unwrap_or(true))?;
    Ok(shop.get(id))
}

/// POST `/invoices/{id}/finalize`.
pub(crate) fn finalize_call(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    in_state(shop, id, &["draft"])?;
    super::finalize(shop, id);
    if shop.get(id).is("auto_advance") {
        super::collect(shop, id);
    }
    Ok(shop.get(id))
}

/// POST `/invoices/{id}/void`.
pub(crate) fn void(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    in_state(shop, id, &["open", "uncollectible"])?;
    void_quietly(shop, id);
    Ok(shop.get(id))
}

/// POST `/invoices/{id}/mark_uncollectible`.
pub(crate) fn mark_uncollectible(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    in_state(shop, id, &["open"])?;
    let now = shop.now;
    shop.edit(id, |invoice| {
        invoice.set("status", "uncollectible");
        invoice.set("next_payment_attempt", Value::Null);
        if let Some(moments) = invoice.get_mut("status_transitions") {
            moments.set("marked_uncollectible_at", now);
        }
    });
    announce(shop, "invoice.marked_uncollectible", id);
    Ok(shop.get(id))
}

/// POST `/invoices/{id}/send`: no mail is sent; the event says that it would have been.
pub(crate) fn send(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let invoice = in_state(shop, id, &["draft", "open"])?;
    if invoice.text("status") == "draft" {
        super::finalize(shop, id);
    }
    announce(shop, "invoice.sent", id);
    Ok(shop.get(id))
}

/// GET `/invoices`.
pub(crate) fn all(shop: &Shop, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["customer", "status", "subscription"])?;
    let (customer, status) = (form.text("customer"), form.text("status"));
    let subscription = form.text("subscription");
    list::page(shop, form, "invoice", "/v1/invoices", |invoice| {
        customer.is_none_or(|id| invoice.text("customer") == id)
            && status.is_none_or(|status| invoice.text("status") == status)
            && subscription.is_none_or(|id| subscriptions::of_invoice(invoice) == id)
    })
}
