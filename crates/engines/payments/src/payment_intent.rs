//! One payment on its way.

use std::fmt;

use captely_providers::Key;
use serde::{Deserialize, Deserializer, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::price::{Currency, Price};
use crate::read;
use crate::words::open_words;

open_words!(
    /// How far a payment is (contract, "Response fields").
    PaymentIntentStatus {
        /// Waits for a method; after a decline too.
        RequiresPaymentMethod = "requires_payment_method",
        /// Waits to be confirmed.
        RequiresConfirmation = "requires_confirmation",
        /// Waits for the customer, at the bank or at PayPal.
        RequiresAction = "requires_action",
        /// Under way; PayPal and bank debits stay here for a while.
        Processing = "processing",
        /// Authorised, and waits to be captured.
        RequiresCapture = "requires_capture",
        /// Called off.
        Canceled = "canceled",
        /// The money is there.
        Succeeded = "succeeded",
    }
);

open_words!(
    /// Whether the method is kept for later payments.
    FutureUsage {
        /// For payments at which the customer is present.
        OnSession = "on_session",
        /// For payments without the customer.
        OffSession = "off_session",
    }
);

/// A new payment, with whatever methods the account's dashboard allows.
#[derive(Debug, Clone, Serialize)]
pub struct NewPaymentIntent {
    /// In the currency's smallest unit.
    pub amount: i64,
    /// In which currency.
    pub currency: Currency,
    /// Who pays.
    pub customer: Option<String>,
    /// With what (`pm_…`).
    pub payment_method: Option<String>,
    /// Whether the method is kept.
    pub setup_future_usage: Option<FutureUsage>,
    /// Pays at once.
    pub confirm: bool,
    /// The customer is not present. Only together with `confirm`.
    pub off_session: Option<bool>,
    /// Where the customer comes back to from the bank or from PayPal, which need it. Only together
    /// with `confirm`.
    pub return_url: Option<String>,
    /// As it stands on receipts.
    pub description: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

impl NewPaymentIntent {
    /// A payment of `price`; everything else is open, and nothing is paid yet.
    pub const fn new(price: Price) -> Self {
        Self {
            amount: price.minor_units,
            currency: price.currency,
            customer: None,
            payment_method: None,
            setup_future_usage: None,
            confirm: false,
            off_session: None,
            return_url: None,
            description: None,
            metadata: Metadata::new(),
        }
    }
}

#[derive(Serialize)]
struct Created<'n> {
    #[serde(flatten)]
    new: &'n NewPaymentIntent,
    automatic_payment_methods: Enabled,
}

#[derive(Serialize)]
struct Enabled {
    enabled: bool,
}

/// How a payment is confirmed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConfirmPayment {
    /// With what (`pm_…`); none is what it has already.
    pub payment_method: Option<String>,
    /// Where the customer comes back to.
    pub return_url: Option<String>,
    /// The customer is not present.
    pub off_session: Option<bool>,
}

#[derive(Deserialize)]
struct NextAction {
    #[serde(default)]
    redirect_to_url: Option<Redirect>,
    /// Some older texts show this name (contract PayPal, "Use").
    #[serde(default)]
    paypal_handle_redirect: Option<Redirect>,
}

#[derive(Deserialize)]
struct Redirect {
    #[serde(default)]
    url: Option<String>,
}

/// Reads where the customer must go.
fn next_url<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let next = Option::<NextAction>::deserialize(from)?;
    Ok(next.and_then(|next| next.redirect_to_url.or(next.paypal_handle_redirect)?.url))
}

/// Why the last try failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentFailure {
    /// `card_declined`, `authentication_required` …
    #[serde(default)]
    pub code: Option<String>,
    /// The bank's reason.
    #[serde(default)]
    pub decline_code: Option<String>,
    /// Stripe's words, fit for the customer.
    #[serde(default)]
    pub message: Option<String>,
}

impl fmt::Display for PaymentFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [&self.message, &self.decline_code, &self.code];
        let words = words.into_iter().flatten().next();
        f.write_str(words.map_or("no reason was given", String::as_str))
    }
}

/// One payment on its way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`
    pub id: String,
    /// How far it is.
    pub status: PaymentIntentStatus,
    amount: i64,
    #[serde(default)]
    amount_received: i64,
    currency: Currency,
    /// Who pays.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub customer: Option<String>,
    /// With what.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub payment_method: Option<String>,
    /// With this the customer's browser finishes the payment; for nobody else.
    #[serde(default, deserialize_with = "read::maybe_secret")]
    pub client_secret: Option<Key>,
    /// Where the customer must go, in [`PaymentIntentStatus::RequiresAction`].
    #[serde(default, rename = "next_action", deserialize_with = "next_url")]
    pub next_url: Option<String>,
    /// Why the last try failed.
    #[serde(default, rename = "last_payment_error")]
    pub last_failure: Option<PaymentFailure>,
    /// One of live mode.
    #[serde(default)]
    pub livemode: bool,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

impl PaymentIntent {
    /// What is to be paid.
    pub const fn amount(&self) -> Price {
        Price::new(self.amount, self.currency)
    }

    /// What was paid.
    pub const fn received(&self) -> Price {
        Price::new(self.amount_received, self.currency)
    }
}

impl Stripe {
    /// POST `/payment_intents`.
    pub async fn create_payment_intent(
        &self,
        key: &IdempotencyKey,
        new: &NewPaymentIntent,
    ) -> Result<PaymentIntent, StripeError> {
        let created = Created { new, automatic_payment_methods: Enabled { enabled: true } };
        self.post(&["payment_intents"], key, &created).await
    }

    /// GET `/payment_intents/{id}`.
    pub async fn get_payment_intent(&self, id: &str) -> Result<PaymentIntent, StripeError> {
        self.get(&["payment_intents", id], &()).await
    }

    /// POST `/payment_intents/{id}/confirm`.
    pub async fn confirm_payment_intent(
        &self,
        id: &str,
        key: &IdempotencyKey,
        confirm: &ConfirmPayment,
    ) -> Result<PaymentIntent, StripeError> {
        self.post(&["payment_intents", id, "confirm"], key, confirm).await
    }
}
