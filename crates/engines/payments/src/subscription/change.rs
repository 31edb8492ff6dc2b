//! What can be asked of a subscription (contract, "Request fields").

use captely_contact::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::checkout::{LineItem, MissingMethod, as_trial_settings};
use crate::form::Metadata;
use crate::read;
use crate::words::open_words;

/// What makes the customer's browser able to pay the first invoice.
const EXPANDED: [&str; 1] = ["latest_invoice.confirmation_secret"];

open_words!(
    /// What happens where the first payment does not go through at once.
    PaymentBehavior {
        /// The subscription is made and waits for the payment on our page.
        DefaultIncomplete = "default_incomplete",
        /// It is tried at once; the subscription waits where it fails.
        AllowIncomplete = "allow_incomplete",
        /// Nothing is made where it fails.
        ErrorIfIncomplete = "error_if_incomplete",
        /// The change waits for its payment.
        PendingIfIncomplete = "pending_if_incomplete",
    }
);

open_words!(
    /// What becomes of the time that was paid for at the old price.
    ProrationBehavior {
        /// The difference is on the next invoice.
        CreateProrations = "create_prorations",
        /// The difference is paid now.
        AlwaysInvoice = "always_invoice",
        /// Nothing.
        None = "none",
    }
);

/// A new subscription without a page of Stripe's.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewSubscription {
    /// Who pays.
    pub customer: String,
    /// What.
    pub items: Vec<LineItem>,
    /// What happens where the payment does not go through at once.
    pub payment_behavior: Option<PaymentBehavior>,
    /// With what it is paid (`pm_…`); none is the customer's own method.
    pub default_payment_method: Option<String>,
    /// The trial lasts until then, to the second.
    #[serde(serialize_with = "read::write_moment")]
    pub trial_end: Option<Timestamp>,
    /// What happens where no payment method is there then.
    #[serde(rename = "trial_settings", serialize_with = "as_trial_settings")]
    pub missing_method: Option<MissingMethod>,
    /// Ours.
    pub metadata: Metadata,
}

/// A new subscription as it is asked for.
#[derive(Serialize)]
pub(super) struct Created<'n> {
    #[serde(flatten)]
    new: &'n NewSubscription,
    expand: [&'static str; 1],
}

impl<'n> From<&'n NewSubscription> for Created<'n> {
    fn from(new: &'n NewSubscription) -> Self {
        Self { new, expand: EXPANDED }
    }
}

impl NewSubscription {
    /// One price for one customer; everything else is open.
    pub fn new(customer: impl Into<String>, price: impl Into<String>) -> Self {
        let items = vec![LineItem { price: price.into(), quantity: 1 }];
        Self { customer: customer.into(), items, ..Self::default() }
    }
}

/// Another price in the place of an item.
#[derive(Debug, Clone)]
pub struct PlanChange {
    /// The item that is changed (`si_…`). Without it a second one would be added.
    pub item: String,
    /// The new price (`price_…`).
    pub price: String,
    /// How many.
    pub quantity: u32,
    /// What becomes of the time that was paid for.
    pub proration: ProrationBehavior,
    /// From when it is counted: the moment of the preview makes the sum the one that was shown.
    pub proration_date: Option<Timestamp>,
    /// A new period begins now.
    pub anchor_now: bool,
    /// A trial ends now.
    pub end_trial: bool,
    /// What happens where the payment does not go through at once.
    pub payment_behavior: Option<PaymentBehavior>,
    /// Merged into what is there; not together with [`PaymentBehavior::PendingIfIncomplete`].
    pub metadata: Metadata,
}

/// One item of a change or of a preview.
#[derive(Serialize)]
pub(crate) struct ChangedItem<'c> {
    pub(crate) id: Option<&'c str>,
    pub(crate) price: &'c str,
    pub(crate) quantity: u32,
}

impl Serialize for PlanChange {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let item =
            ChangedItem { id: Some(&self.item), price: &self.price, quantity: self.quantity };
        let mut form = to.serialize_struct("PlanChange", 8)?;
        form.serialize_field("items", &[item])?;
        form.serialize_field("proration_behavior", &self.proration)?;
        form.serialize_field("proration_date", &self.proration_date.map(read::to_seconds))?;
        form.serialize_field("billing_cycle_anchor", &self.anchor_now.then_some("now"))?;
        form.serialize_field("trial_end", &self.end_trial.then_some("now"))?;
        form.serialize_field("payment_behavior", &self.payment_behavior)?;
        form.serialize_field("metadata", &self.metadata)?;
        form.serialize_field("expand", &EXPANDED)?;
        form.end()
    }
}

/// What is to change; `None` leaves it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubscriptionChange {
    /// It ends with the time that is paid for, or goes on after all.
    pub cancel_at_period_end: Option<bool>,
    /// Takes back an end that Stripe keeps as a moment ([`super::Subscription::cancel_at`]); not
    /// together with `cancel_at_period_end`.
    #[serde(rename = "cancel_at", serialize_with = "as_empty")]
    pub clear_cancel_at: bool,
    /// With what it is paid (`pm_…`).
    pub default_payment_method: Option<String>,
    /// The trial lasts until then.
    #[serde(serialize_with = "read::write_moment")]
    pub trial_end: Option<Timestamp>,
    /// Merged into what is there.
    pub metadata: Metadata,
}

/// The empty text, which clears a field, or nothing.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's serialize_with passes a reference")]
fn as_empty<S: Serializer>(clear: &bool, to: S) -> Result<S::Ok, S::Error> {
    clear.then_some("").serialize(to)
}

/// An end now.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct CancelNow {
    /// Makes a last invoice for what is not billed yet.
    pub invoice_now: bool,
    /// Credits the time that was paid for and is not used.
    pub prorate: bool,
}

/// The end of a pause.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// The old days of payment stay; otherwise a new period begins now.
    pub keep_anchor: bool,
    /// What becomes of the time in between.
    pub proration: Option<ProrationBehavior>,
}

impl Serialize for Resume {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let anchor = if self.keep_anchor { "unchanged" } else { "now" };
        let mut form = to.serialize_struct("Resume", 2)?;
        form.serialize_field("billing_cycle_anchor", anchor)?;
        form.serialize_field("proration_behavior", &self.proration)?;
        form.end()
    }
}

/// Which subscriptions to list; none of all the fields is all that have not ended.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubscriptionFilter {
    /// Of this customer.
    pub customer: Option<String>,
    /// With this price.
    pub price: Option<String>,
    /// A status, or `all` for ended ones too.
    pub status: Option<String>,
    /// Only older ones than this (`sub_…`).
    pub starting_after: Option<String>,
}
