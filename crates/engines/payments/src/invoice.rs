//! Invoices: what is owed for a period, and what comes of it.

mod ask;
mod wire;

pub use ask::{InvoiceFilter, InvoicePreview, NewInvoiceItem, PayInvoice, PreviewedPlan};

use captely_contact::Timestamp;
use captely_providers::Key;
use serde::Deserialize;

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::listing::{Listed, Listing};
use crate::price::{Currency, Price};
use crate::read;
use crate::words::open_words;
use ask::Payments;

open_words!(
    /// How an invoice stands (contract, "Response fields").
    InvoiceStatus {
        /// Can still be changed.
        Draft = "draft",
        /// Waits for its payment.
        Open = "open",
        /// Paid.
        Paid = "paid",
        /// Given up.
        Uncollectible = "uncollectible",
        /// Called off.
        Void = "void",
    }
);

open_words!(
    /// Why an invoice was made (contract, "Response fields").
    BillingReason {
        /// A subscription began.
        SubscriptionCreate = "subscription_create",
        /// A subscription was renewed.
        SubscriptionCycle = "subscription_cycle",
        /// A subscription was changed.
        SubscriptionUpdate = "subscription_update",
        /// What was used reached a limit.
        SubscriptionThreshold = "subscription_threshold",
        /// By hand.
        Manual = "manual",
        /// It is a preview.
        Upcoming = "upcoming",
    }
);

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What.
    pub description: Option<String>,
    /// How much; negative where it is a credit.
    pub amount: Price,
    /// `price_…`, where it comes from one.
    pub price: Option<String>,
    /// How many.
    pub quantity: Option<u64>,
    /// It makes up for a change within a period.
    pub proration: bool,
    /// For what time.
    pub period_start: Option<Timestamp>,
    /// Its end.
    pub period_end: Option<Timestamp>,
}

/// What is owed, in whichever shape it came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Wire")]
pub struct Invoice {
    /// `in_…`; a preview has none, or one that leads to nothing.
    pub id: Option<String>,
    /// How it stands.
    pub status: Option<InvoiceStatus>,
    /// Who pays.
    pub customer: Option<String>,
    /// For which subscription.
    pub subscription: Option<String>,
    /// The payment (`pi_…`): the one that paid, else the first that was tried. Only where payments were asked for.
    pub payment_intent: Option<String>,
    /// Why it was made.
    pub billing_reason: Option<BillingReason>,
    /// With taxes and discounts.
    pub total: Price,
    /// What is to be paid, after the customer's balance.
    pub amount_due: Price,
    /// What was paid.
    pub amount_paid: Price,
    /// What is still open.
    pub amount_remaining: Price,
    /// As it stands on paper.
    pub number: Option<String>,
    /// Stripe's page of it, on which it can be paid. Whoever has the address sees it.
    pub hosted_invoice_url: Option<String>,
    /// The paper itself.
    pub invoice_pdf: Option<String>,
    /// With this the customer's browser pays it; only where it was asked for.
    pub client_secret: Option<Key>,
    /// How often payment was tried.
    pub attempt_count: u32,
    /// When it is tried again; none where it is not.
    pub next_payment_attempt: Option<Timestamp>,
    /// Until when it is to be paid, where it is sent instead of charged.
    pub due_date: Option<Timestamp>,
    /// The time during which what stands on it came together. The time that is paid for is on its
    /// lines.
    pub period_start: Option<Timestamp>,
    /// Its end.
    pub period_end: Option<Timestamp>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The first lines.
    pub lines: Vec<InvoiceLine>,
    /// There are more lines than came.
    pub lines_more: bool,
    /// One of live mode.
    pub livemode: bool,
    /// Ours.
    pub metadata: Metadata,
}

impl Invoice {
    /// Nothing is owed on it any more because it was paid; one of 0 is paid from its beginning.
    pub fn is_paid(&self) -> bool {
        self.status == Some(InvoiceStatus::Paid)
    }
}

impl Listed for Invoice {
    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

/// A line that waits for the customer's next invoice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceItem {
    /// `ii_…`
    pub id: String,
    amount: i64,
    currency: Currency,
    /// The invoice on which it stands by now.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub invoice: Option<String>,
    /// What.
    #[serde(default)]
    pub description: Option<String>,
}

impl InvoiceItem {
    /// How much; negative where it is a credit.
    pub const fn amount(&self) -> Price {
        Price::new(self.amount, self.currency)
    }
}

impl Stripe {
    /// GET `/invoices/{id}`, with its payments.
    pub async fn get_invoice(&self, id: &str) -> Result<Invoice, StripeError> {
        self.get(&["invoices", id], &Payments::default()).await
    }

    /// GET `/invoices`, at most `max`, without their payments.
    pub async fn list_invoices(
        &self,
        filter: &InvoiceFilter,
        max: usize,
    ) -> Result<Listing<Invoice>, StripeError> {
        self.list(&["invoices"], filter, max).await
    }

    /// POST `/invoices/{id}/pay`: tries the payment now.
    pub async fn pay_invoice(
        &self,
        id: &str,
        key: &IdempotencyKey,
        pay: &PayInvoice,
    ) -> Result<Invoice, StripeError> {
        self.post(&["invoices", id, "pay"], key, pay).await
    }

    /// POST `/invoices/{id}/finalize`: a draft becomes open.
    pub async fn finalize_invoice(
        &self,
        id: &str,
        key: &IdempotencyKey,
    ) -> Result<Invoice, StripeError> {
        self.post(&["invoices", id, "finalize"], key, &()).await
    }

    /// POST `/invoices/{id}/void`: an open one is called off.
    pub async fn void_invoice(
        &self,
        id: &str,
        key: &IdempotencyKey,
    ) -> Result<Invoice, StripeError> {
        self.post(&["invoices", id, "void"], key, &()).await
    }

    /// POST `/invoices/create_preview`: what a change would cost. Nothing is changed, yet it is a POST
    /// and has a key: take another one for each preview, or an old sum comes back.
    pub async fn preview_invoice(
        &self,
        key: &IdempotencyKey,
        preview: &InvoicePreview,
    ) -> Result<Invoice, StripeError> {
        self.post(&["invoices", "create_preview"], key, preview).await
    }

    /// POST `/invoiceitems`.
    pub async fn create_invoice_item(
        &self,
        key: &IdempotencyKey,
        new: &NewInvoiceItem,
    ) -> Result<InvoiceItem, StripeError> {
        self.post(&["invoiceitems"], key, new).await
    }
}
