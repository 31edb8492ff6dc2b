//! What can be asked of invoices.

use captely_contact::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::form::Metadata;
use crate::price::{Currency, Price};
use crate::read;
use crate::subscription::{ChangedItem, ProrationBehavior};

/// Asks for an invoice's payments and for the secret that pays it, which are left out otherwise
/// (contract, "Shape change at basil").
#[derive(Serialize)]
pub(super) struct Payments {
    expand: [&'static str; 2],
}

impl Default for Payments {
    fn default() -> Self {
        Self { expand: ["payments", "confirmation_secret"] }
    }
}

/// Which invoices to list; none of all the fields is all.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InvoiceFilter {
    /// Of this customer.
    pub customer: Option<String>,
    /// For this subscription.
    pub subscription: Option<String>,
    /// In this status.
    pub status: Option<super::InvoiceStatus>,
    /// Only older ones than this (`in_…`).
    pub starting_after: Option<String>,
}

/// A payment that is tried now.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PayInvoice {
    /// With what (`pm_…`); none is the subscription's or the customer's own method.
    pub payment_method: Option<String>,
    /// Whether the customer is absent; yes where it is not said.
    pub off_session: Option<bool>,
}

/// A line for the customer's next invoice, or for a draft.
#[derive(Debug, Clone, Serialize)]
pub struct NewInvoiceItem {
    /// Whose.
    pub customer: String,
    /// In the currency's smallest unit; negative is a credit.
    pub amount: i64,
    /// In which currency.
    pub currency: Currency,
    /// As it stands on the invoice.
    pub description: Option<String>,
    /// Only on an invoice for this subscription.
    pub subscription: Option<String>,
    /// On this draft (`in_…`).
    pub invoice: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

impl NewInvoiceItem {
    /// A line of `price` for `customer`; everything else is open.
    pub fn new(customer: impl Into<String>, price: Price) -> Self {
        Self {
            customer: customer.into(),
            amount: price.minor_units,
            currency: price.currency,
            description: None,
            subscription: None,
            invoice: None,
            metadata: Metadata::new(),
        }
    }
}

/// What the next invoice would be.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InvoicePreview {
    /// For whom; may be left out where the subscription is named.
    pub customer: Option<String>,
    /// Of which subscription; none for one that would begin.
    pub subscription: Option<String>,
    /// With which plan; none for the plan as it is.
    #[serde(rename = "subscription_details")]
    pub plan: Option<PreviewedPlan>,
}

/// A plan that is thought about.
#[derive(Debug, Clone)]
pub struct PreviewedPlan {
    /// The item that would be changed (`si_…`); none for a subscription that would begin.
    pub item: Option<String>,
    /// The new price (`price_…`).
    pub price: String,
    /// How many.
    pub quantity: u32,
    /// What would become of the time that was paid for.
    pub proration: Option<ProrationBehavior>,
    /// From when it is counted; the change itself names the same moment.
    pub proration_date: Option<Timestamp>,
    /// A new period would begin now.
    pub anchor_now: bool,
}

impl Serialize for PreviewedPlan {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let id = self.item.as_deref();
        let item = ChangedItem { id, price: &self.price, quantity: self.quantity };
        let mut form = to.serialize_struct("PreviewedPlan", 4)?;
        form.serialize_field("items", &[item])?;
        form.serialize_field("proration_behavior", &self.proration)?;
        form.serialize_field("proration_date", &self.proration_date.map(read::to_seconds))?;
        form.serialize_field("billing_cycle_anchor", &self.anchor_now.then_some("now"))?;
        form.end()
    }
}
