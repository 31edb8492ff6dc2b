//! Making an invoice and its lines.

use serde_json::{Value, json};

use super::super::events::announce;
use super::super::list::whole;
use super::super::members::{Members as _, or_null};
use super::super::shop::Shop;

/// What a line is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) price: &'a Value,
    pub(crate) quantity: i64,
    /// In the smallest unit; negative for what is given back.
    pub(crate) amount: i64,
    /// Start and end of the time it is for, unix seconds.
    pub(crate) period: (i64, i64),
    pub(crate) subscription: &'a str,
    pub(crate) item: &'a str,
    pub(crate) proration: bool,
    pub(crate) description: &'a str,
}

/// A line in the shape of basil: price below `pricing`, where it comes from below `parent`.
pub(crate) fn line(shop: &mut Shop, of: &Line<'_>) -> Value {
    json!({ "id": shop.id("il"), "object": "line_item", "amount": of.amount,
        "currency": of.price.at("/currency"), "description": of.description, "livemode": false,
        "metadata": {}, "quantity": of.quantity, "period": { "start": of.period.0, "end": of.period.1 },
        "pricing": pricing(of.price),
        "parent": { "type": "subscription_item_details", "invoice_item_details": null,
            "subscription_item_details": { "subscription": of.subscription,
                "subscription_item": of.item, "proration": of.proration, "invoice_item": null } } })
}

pub(super) fn pricing(price: &Value) -> Value {
    json!({ "type": "price_details", "unit_amount_decimal": price.at("/unit_amount_decimal"),
        "price_details": { "price": price.at("/id"), "product": price.at("/product") } })
}

/// The line that an invoice item becomes.
pub(super) fn of_item(shop: &mut Shop, item: &Value) -> Value {
    let parent = item.at("/parent/subscription_details");
    json!({ "id": shop.id("il"), "object": "line_item", "amount": item.at("/amount"),
        "currency": item.at("/currency"), "description": item.at("/description"),
        "livemode": false, "metadata": item.at("/metadata"), "quantity": item.at("/quantity"),
        "period": item.at("/period"), "pricing": item.at("/pricing"),
        "parent": { "type": "invoice_item_details", "subscription_item_details": null,
            "invoice_item_details": { "invoice_item": item.at("/id"),
                "subscription": parent.at("/subscription"), "proration": item.at("/proration") } } })
}

/// What an invoice is made from.
#[derive(Debug, Default)]
pub(crate) struct Draft<'a> {
    pub(crate) customer: &'a str,
    /// Empty for an invoice without a subscription.
    pub(crate) subscription: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) lines: Vec<Value>,
    /// Whether the customer's pending items go on it.
    pub(crate) takes_pending: bool,
    pub(crate) period: (i64, i64),
    pub(crate) currency: &'a str,
    /// `None`: charged by itself; otherwise sent, and due after so many days.
    pub(crate) days_until_due: Option<i64>,
}

/// A draft, kept and announced; its id.
pub(crate) fn draft(shop: &mut Shop, of: Draft<'_>) -> String {
    let mut lines = of.lines;
    let mut invoice = shop.make("in", "invoice", json!({}));
    let id = invoice.text("id").to_owned();
    if of.takes_pending {
        lines.extend(pending(shop, &id, of.customer, of.subscription));
    }
    let total: i64 = lines.iter().map(|line| line.int("amount")).sum();
    let customer = shop.get(of.customer);
    let details = shop.get(of.subscription);
    let parent = if of.subscription.is_empty() {
        Value::Null
    } else {
        json!({ "type": "subscription_details", "quote_details": null, "subscription_details": {
            "subscription": of.subscription, "metadata": details.at("/metadata") } })
    };
    let currency = lines.first().map_or(of.currency, |line| line.text("currency")).to_owned();
    let sent = of.days_until_due;
    let with = json!({
        "status": "draft", "customer": of.customer, "customer_email": customer.at("/email"),
        "customer_name": customer.at("/name"), "currency": currency, "number": null,
        "subtotal": total, "total": total, "amount_due": total.max(0), "amount_paid": 0,
        "amount_remaining": total.max(0), "amount_overpaid": 0,
        "lines": whole(&lines, false, &format!("/v1/invoices/{id}/lines")),
        "billing_reason": of.reason, "auto_advance": true, "attempted": false, "attempt_count": 0,
        "collection_method": if sent.is_some() { "send_invoice" } else { "charge_automatically" },
        "next_payment_attempt": null, "due_date": sent.map(|days| shop.now + days * 86_400),
        "period_start": of.period.0, "period_end": of.period.1, "parent": parent,
        "default_payment_method": null, "description": null,
        "starting_balance": customer.int("balance"), "ending_balance": null,
        "hosted_invoice_url": null, "invoice_pdf": null,
        "status_transitions": { "finalized_at": null, "paid_at": null, "voided_at": null,
            "marked_uncollectible_at": null },
        "_confirmation_secret": null, "_payment_intent": null,
        "_payments": whole(&[], false, "/v1/invoice_payments"),
    });
    if let (Some(members), Value::Object(with)) = (invoice.as_object_mut(), with) {
        members.extend(with);
    }
    shop.put(invoice);
    if !of.subscription.is_empty() {
        shop.edit(of.subscription, |sub| sub.set("latest_invoice", or_null(&id)));
    }
    announce(shop, "invoice.created", &id);
    id
}

/// The customer's items that wait for this subscription's next invoice, or for any: now they are on it.
fn pending(shop: &mut Shop, invoice: &str, customer: &str, subscription: &str) -> Vec<Value> {
    let waiting = shop.these("invoiceitem", |item| {
        let of = item.at("/parent/subscription_details").text("subscription");
        item.text("customer") == customer
            && item.at("/invoice").is_null()
            && (of.is_empty() || of == subscription)
    });
    let mut lines = Vec::new();
    for item in waiting {
        lines.push(of_item(shop, &item));
        shop.edit(item.text("id"), |item| item.set("invoice", invoice));
    }
    lines
}
