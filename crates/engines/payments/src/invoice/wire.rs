//! An invoice as it travels, before and from basil on (contract, "Shape change at basil").

use captely_contact::Timestamp;
use serde::Deserialize;

use super::{BillingReason, Invoice, InvoiceLine, InvoiceStatus};
use crate::form::Metadata;
use crate::price::{Currency, Price};
use crate::read::{self, Confirmation, Inner};

#[derive(Deserialize)]
pub(super) struct Wire {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    status: Option<InvoiceStatus>,
    /// Before basil.
    #[serde(default)]
    paid: Option<bool>,
    #[serde(default, deserialize_with = "read::maybe_id")]
    customer: Option<String>,
    /// Before basil; `parent` since.
    #[serde(default, deserialize_with = "read::maybe_id")]
    subscription: Option<String>,
    #[serde(default)]
    parent: Option<Parent>,
    /// Before basil; `payments` since.
    #[serde(default, deserialize_with = "read::maybe_id")]
    payment_intent: Option<String>,
    #[serde(default, deserialize_with = "read::or_empty")]
    payments: Inner<InvoicePayment>,
    #[serde(default)]
    billing_reason: Option<BillingReason>,
    currency: Currency,
    #[serde(default)]
    total: i64,
    #[serde(default)]
    amount_due: i64,
    #[serde(default)]
    amount_paid: i64,
    #[serde(default)]
    amount_remaining: i64,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    hosted_invoice_url: Option<String>,
    #[serde(default)]
    invoice_pdf: Option<String>,
    #[serde(default)]
    confirmation_secret: Option<Confirmation>,
    #[serde(default, deserialize_with = "read::or_empty")]
    attempt_count: u32,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    next_payment_attempt: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    due_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    period_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    period_end: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    created: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::or_empty")]
    lines: Inner<Line>,
    #[serde(default)]
    livemode: bool,
    #[serde(default, deserialize_with = "read::or_empty")]
    metadata: Metadata,
}

/// What the invoice is for; of a kind that is not known there is nothing to read.
#[derive(Deserialize)]
struct Parent {
    #[serde(default)]
    subscription_details: Option<OfSubscription>,
}

#[derive(Deserialize)]
struct OfSubscription {
    #[serde(default, deserialize_with = "read::maybe_id")]
    subscription: Option<String>,
}

#[derive(Deserialize)]
struct InvoicePayment {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    payment: Option<Paying>,
}

#[derive(Deserialize)]
struct Paying {
    #[serde(default, deserialize_with = "read::maybe_id")]
    payment_intent: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    amount: i64,
    currency: Option<Currency>,
    /// Before basil; `pricing` since.
    #[serde(default, deserialize_with = "read::maybe_id")]
    price: Option<String>,
    #[serde(default)]
    pricing: Option<Pricing>,
    #[serde(default)]
    quantity: Option<u64>,
    /// Before basil; `parent` since.
    #[serde(default)]
    proration: Option<bool>,
    #[serde(default)]
    parent: Option<LineParent>,
    #[serde(default)]
    period: Option<Period>,
}

#[derive(Deserialize)]
struct Pricing {
    #[serde(default)]
    price_details: Option<PriceDetails>,
}

#[derive(Deserialize)]
struct PriceDetails {
    #[serde(default, deserialize_with = "read::maybe_id")]
    price: Option<String>,
}

#[derive(Deserialize)]
struct LineParent {
    #[serde(default)]
    subscription_item_details: Option<Details>,
    #[serde(default)]
    invoice_item_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    proration: Option<bool>,
}

#[derive(Deserialize)]
struct Period {
    #[serde(default, deserialize_with = "read::maybe_moment")]
    start: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    end: Option<Timestamp>,
}

/// The payment that paid, else the first that was tried.
fn payment_intent(payments: Vec<InvoicePayment>) -> Option<String> {
    let paid = |payment: &InvoicePayment| payment.status.as_deref() == Some("paid");
    let (paid, tried): (Vec<_>, Vec<_>) = payments.into_iter().partition(paid);
    paid.into_iter().chain(tried).find_map(|payment| payment.payment?.payment_intent)
}

impl Line {
    fn read(self, currency: Currency) -> InvoiceLine {
        let details =
            self.parent.and_then(|p| p.subscription_item_details.or(p.invoice_item_details));
        let price = self.pricing.and_then(|pricing| pricing.price_details?.price);
        let period = self.period;
        InvoiceLine {
            description: self.description,
            amount: Price::new(self.amount, self.currency.unwrap_or(currency)),
            price: price.or(self.price),
            quantity: self.quantity,
            proration: details.and_then(|d| d.proration).or(self.proration).unwrap_or(false),
            period_start: period.as_ref().and_then(|period| period.start),
            period_end: period.and_then(|period| period.end),
        }
    }
}

impl From<Wire> for Invoice {
    fn from(wire: Wire) -> Self {
        let currency = wire.currency;
        let price = |units| Price::new(units, currency);
        let parent = wire.parent.and_then(|parent| parent.subscription_details?.subscription);
        // An old shape says `paid`, and has a status as well since long before basil.
        let said_paid = (wire.paid == Some(true)).then_some(InvoiceStatus::Paid);
        Self {
            id: wire.id.filter(|id| !id.is_empty()),
            status: wire.status.or(said_paid),
            customer: wire.customer,
            subscription: parent.or(wire.subscription),
            payment_intent: payment_intent(wire.payments.data).or(wire.payment_intent),
            billing_reason: wire.billing_reason,
            total: price(wire.total),
            amount_due: price(wire.amount_due),
            amount_paid: price(wire.amount_paid),
            amount_remaining: price(wire.amount_remaining),
            number: wire.number,
            hosted_invoice_url: wire.hosted_invoice_url,
            invoice_pdf: wire.invoice_pdf,
            client_secret: wire.confirmation_secret.and_then(|held| held.client_secret),
            attempt_count: wire.attempt_count,
            next_payment_attempt: wire.next_payment_attempt,
            due_date: wire.due_date,
            period_start: wire.period_start,
            period_end: wire.period_end,
            created: wire.created,
            lines_more: wire.lines.has_more,
            lines: wire.lines.data.into_iter().map(|line| line.read(currency)).collect(),
            livemode: wire.livemode,
            metadata: wire.metadata,
        }
    }
}
