//! Subscriptions: what is paid again and again.

mod change;
mod wire;

pub(crate) use change::ChangedItem;
pub use change::{
    CancelNow, NewSubscription, PaymentBehavior, PlanChange, ProrationBehavior, Resume,
    SubscriptionChange, SubscriptionFilter,
};

use captely_contact::Timestamp;
use captely_providers::Key;
use serde::Deserialize;

use crate::catalog::CatalogPrice;
use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::listing::{Listed, Listing};
use crate::words::open_words;
use change::Created;

open_words!(
    /// How a subscription stands (contract, "Response fields").
    SubscriptionStatus {
        /// The first payment is not there yet.
        Incomplete = "incomplete",
        /// The first payment never came; final.
        IncompleteExpired = "incomplete_expired",
        /// Within its trial.
        Trialing = "trialing",
        /// Paid.
        Active = "active",
        /// A payment failed and is tried again.
        PastDue = "past_due",
        /// Ended; final.
        Canceled = "canceled",
        /// A payment failed and is not tried any more.
        Unpaid = "unpaid",
        /// The trial ended without a payment method; no invoices are made.
        Paused = "paused",
    }
);

/// One price that is subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionItem {
    /// `si_…`; a change of plan names it.
    pub id: String,
    /// What.
    pub price: Option<CatalogPrice>,
    /// How many; none where it is metered.
    pub quantity: Option<u64>,
    /// The time that is paid for; in both shapes (contract, "Shape change at basil").
    pub period_start: Option<Timestamp>,
    /// Its end.
    pub period_end: Option<Timestamp>,
}

/// What is paid again and again, in whichever shape it came.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Wire")]
pub struct Subscription {
    /// `sub_…`
    pub id: String,
    /// How it stands.
    pub status: SubscriptionStatus,
    /// Who pays.
    pub customer: String,
    /// The prices; ours has one.
    pub items: Vec<SubscriptionItem>,
    /// Since when the trial runs or ran.
    pub trial_start: Option<Timestamp>,
    /// Until when.
    pub trial_end: Option<Timestamp>,
    /// It ends with the time that is paid for.
    pub cancel_at_period_end: bool,
    /// It ends then; what Stripe's flexible billing sets instead (contract, "Trials and proration").
    pub cancel_at: Option<Timestamp>,
    /// When somebody asked for its end.
    pub canceled_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// With what it is paid, where that is not the customer's own method.
    pub default_payment_method: Option<String>,
    /// `in_…`
    pub latest_invoice: Option<String>,
    /// With this the customer's browser pays the latest invoice; only where it was asked for.
    pub client_secret: Option<Key>,
    /// A method to be set up (`seti_…`), where nothing is due now.
    pub pending_setup_intent: Option<String>,
    /// One of live mode.
    pub livemode: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Ours.
    pub metadata: Metadata,
}

impl Subscription {
    /// The item that is renewed first; a subscription of ours has one.
    pub fn item(&self) -> Option<&SubscriptionItem> {
        self.items.iter().min_by_key(|item| item.period_end.unwrap_or(Timestamp::micros(i64::MAX)))
    }

    /// Since when runs what is paid for.
    pub fn period_start(&self) -> Option<Timestamp> {
        self.item()?.period_start
    }

    /// Until when runs what is paid for.
    pub fn period_end(&self) -> Option<Timestamp> {
        self.item()?.period_end
    }

    /// When it will end or has ended; none while it goes on.
    pub fn ending(&self) -> Option<Timestamp> {
        let at_period_end = || self.period_end().filter(|_| self.cancel_at_period_end);
        self.ended_at.or(self.cancel_at).or_else(at_period_end)
    }
}

impl Listed for Subscription {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Stripe {
    /// POST `/subscriptions`. Comes back with the secret for paying its first invoice, where there is
    /// something to pay.
    pub async fn create_subscription(
        &self,
        key: &IdempotencyKey,
        new: &NewSubscription,
    ) -> Result<Subscription, StripeError> {
        self.post(&["subscriptions"], key, &Created::from(new)).await
    }

    /// GET `/subscriptions/{id}`.
    pub async fn get_subscription(&self, id: &str) -> Result<Subscription, StripeError> {
        self.get(&["subscriptions", id], &()).await
    }

    /// GET `/subscriptions`, at most `max`. Ended ones are only there where the filter asks for them.
    pub async fn list_subscriptions(
        &self,
        filter: &SubscriptionFilter,
        max: usize,
    ) -> Result<Listing<Subscription>, StripeError> {
        self.list(&["subscriptions"], filter, max).await
    }

    /// POST `/subscriptions/{id}`: another price in the place of its item.
    pub async fn change_plan(
        &self,
        id: &str,
        key: &IdempotencyKey,
        change: &PlanChange,
    ) -> Result<Subscription, StripeError> {
        self.post(&["subscriptions", id], key, change).await
    }

    /// POST `/subscriptions/{id}`: everything but the plan.
    pub async fn update_subscription(
        &self,
        id: &str,
        key: &IdempotencyKey,
        change: &SubscriptionChange,
    ) -> Result<Subscription, StripeError> {
        self.post(&["subscriptions", id], key, change).await
    }

    /// DELETE `/subscriptions/{id}`: it ends now. Where it had ended before, Stripe answers that it
    /// does not know it ([`StripeError::is_not_found`]).
    pub async fn cancel_subscription(
        &self,
        id: &str,
        cancel: &CancelNow,
    ) -> Result<Subscription, StripeError> {
        self.delete(&["subscriptions", id], cancel).await
    }

    /// POST `/subscriptions/{id}/resume`: a paused one goes on.
    pub async fn resume_subscription(
        &self,
        id: &str,
        key: &IdempotencyKey,
        resume: &Resume,
    ) -> Result<Subscription, StripeError> {
        self.post(&["subscriptions", id, "resume"], key, resume).await
    }
}
