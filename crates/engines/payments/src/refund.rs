//! Money back.

use serde::{Deserialize, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::listing::{Listed, Listing};
use crate::price::{Currency, Price};
use crate::read;
use crate::words::open_words;

open_words!(
    /// How far a refund is (Stripe's API reference, "The Refund object").
    RefundStatus {
        /// Under way.
        Pending = "pending",
        /// The customer must do something.
        RequiresAction = "requires_action",
        /// Done.
        Succeeded = "succeeded",
        /// The money came back to us.
        Failed = "failed",
        /// Called off.
        Canceled = "canceled",
    }
);

open_words!(
    /// Why (Stripe's API reference, "Create a refund").
    RefundReason {
        /// Charged twice.
        Duplicate = "duplicate",
        /// Not the customer's doing; Stripe then blocks card and address.
        Fraudulent = "fraudulent",
        /// The customer asked for it.
        RequestedByCustomer = "requested_by_customer",
    }
);

/// A new refund.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewRefund {
    /// Of which payment (`pi_…`).
    pub payment_intent: String,
    /// In the smallest unit of the payment's currency; none is all that is left of it.
    pub amount: Option<i64>,
    /// Why.
    pub reason: Option<RefundReason>,
    /// Ours.
    pub metadata: Metadata,
}

/// Money back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// `re_…`
    pub id: String,
    /// How far it is.
    #[serde(default)]
    pub status: Option<RefundStatus>,
    amount: i64,
    currency: Currency,
    /// Of which payment.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub payment_intent: Option<String>,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

impl Refund {
    /// How much.
    pub const fn amount(&self) -> Price {
        Price::new(self.amount, self.currency)
    }
}

impl Listed for Refund {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Serialize)]
struct OfPayment<'p> {
    payment_intent: &'p str,
}

impl Stripe {
    /// GET `/refunds?payment_intent=`, at most `max`: what came back of a payment, also by hand in
    /// Stripe's dashboard.
    pub async fn list_refunds(
        &self,
        payment_intent: &str,
        max: usize,
    ) -> Result<Listing<Refund>, StripeError> {
        self.list(&["refunds"], &OfPayment { payment_intent }, max).await
    }

    /// POST `/refunds`. More than what is left of the payment is refused by Stripe.
    pub async fn create_refund(
        &self,
        key: &IdempotencyKey,
        new: &NewRefund,
    ) -> Result<Refund, StripeError> {
        self.post(&["refunds"], key, new).await
    }
}
