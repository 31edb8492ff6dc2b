//! Stripe's pages on which a customer looks after cards, invoices and the subscription.

use captely_providers::Key;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::idempotency::IdempotencyKey;
use crate::read;

/// A way into the pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewPortalSession {
    /// Whose.
    pub customer: String,
    /// Where "back" leads.
    pub return_url: Option<String>,
    /// `bpc_…`; none is the account's default.
    pub configuration: Option<String>,
    /// Straight to one thing to do.
    #[serde(rename = "flow_data")]
    pub flow: Option<PortalFlow>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalFlow {
    /// Another payment method.
    UpdatePaymentMethod,
    /// End the subscription (`sub_…`).
    Cancel {
        /// Which.
        subscription: String,
    },
    /// Choose another plan.
    Update {
        /// Which.
        subscription: String,
    },
    /// Confirm the change to a plan that was chosen on our page.
    ConfirmUpdate {
        /// Which.
        subscription: String,
        /// Its item (`si_…`).
        item: String,
        /// The new price (`price_…`).
        price: String,
        /// How many.
        quantity: u32,
    },
}

impl PortalFlow {
    /// The parameters: the flow's name, and below that name what it is about.
    fn params(&self) -> Value {
        match self {
            Self::UpdatePaymentMethod => json!({"type": "payment_method_update"}),
            Self::Cancel { subscription } => json!({
                "type": "subscription_cancel",
                "subscription_cancel": {"subscription": subscription},
            }),
            Self::Update { subscription } => json!({
                "type": "subscription_update",
                "subscription_update": {"subscription": subscription},
            }),
            Self::ConfirmUpdate { subscription, item, price, quantity } => json!({
                "type": "subscription_update_confirm",
                "subscription_update_confirm": {
                    "subscription": subscription,
                    "items": [{"id": item, "price": price, "quantity": quantity}],
                },
            }),
        }
    }
}

impl Serialize for PortalFlow {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.params().serialize(to)
    }
}

/// A way into the pages.
#[derive(Debug, Clone, Deserialize)]
pub struct PortalSession {
    /// `bps_…`
    pub id: String,
    /// Its address. Whoever has it is in, for a short time: for the customer's browser alone.
    #[serde(deserialize_with = "read::secret")]
    pub url: Key,
}

impl Stripe {
    /// POST `/billing_portal/sessions`.
    pub async fn create_portal_session(
        &self,
        key: &IdempotencyKey,
        new: &NewPortalSession,
    ) -> Result<PortalSession, StripeError> {
        self.post(&["billing_portal", "sessions"], key, new).await
    }
}
