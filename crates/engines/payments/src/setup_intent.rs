//! A payment method being set up for later.

use serde::Deserialize;

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::read;
use crate::words::open_words;

open_words!(
    /// How far it is (contract: as a payment's, without a capture).
    SetupIntentStatus {
        /// Waits for a method.
        RequiresPaymentMethod = "requires_payment_method",
        /// Waits to be confirmed.
        RequiresConfirmation = "requires_confirmation",
        /// Waits for the customer.
        RequiresAction = "requires_action",
        /// Under way.
        Processing = "processing",
        /// Called off.
        Canceled = "canceled",
        /// The method can be used.
        Succeeded = "succeeded",
    }
);

/// A payment method being set up for later.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SetupIntent {
    /// `seti_…`
    pub id: String,
    /// How far it is.
    pub status: SetupIntentStatus,
    /// Whose.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub customer: Option<String>,
    /// What is set up (`pm_…`).
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub payment_method: Option<String>,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

impl Stripe {
    /// GET `/setup_intents/{id}`.
    pub async fn get_setup_intent(&self, id: &str) -> Result<SetupIntent, StripeError> {
        self.get(&["setup_intents", id], &()).await
    }
}
