//! Payment methods: cards, PayPal and what else the account allows.

use serde::{Deserialize, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::idempotency::IdempotencyKey;
use crate::listing::{Listed, Listing};
use crate::read;

/// As much of a card as a person needs to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard` …
    #[serde(default)]
    pub brand: Option<String>,
    /// The last four digits.
    #[serde(default)]
    pub last4: Option<String>,
    /// Month of its end, 1 to 12.
    #[serde(default)]
    pub exp_month: Option<u8>,
    /// Year of its end, four digits.
    #[serde(default)]
    pub exp_year: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct PayPal {
    #[serde(default)]
    payer_email: Option<String>,
}

/// How somebody pays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethod {
    /// `pm_…`
    pub id: String,
    /// `card`, `paypal` … Stripe's word; there are many.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whose it is; none when it belongs to nobody (any more).
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub customer: Option<String>,
    /// Where it is a card.
    #[serde(default)]
    pub card: Option<Card>,
    #[serde(default)]
    paypal: Option<PayPal>,
}

impl PaymentMethod {
    /// The address of the PayPal account, where it is one and Stripe tells.
    pub fn paypal_email(&self) -> Option<&str> {
        self.paypal.as_ref()?.payer_email.as_deref()
    }
}

impl Listed for PaymentMethod {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Serialize)]
struct OfType<'k> {
    #[serde(rename = "type")]
    kind: Option<&'k str>,
}

#[derive(Serialize)]
struct Attach<'c> {
    customer: &'c str,
}

impl Stripe {
    /// GET `/customers/{id}/payment_methods?type=`: of one kind (`card`), or of all.
    pub async fn list_payment_methods(
        &self,
        customer: &str,
        kind: Option<&str>,
        max: usize,
    ) -> Result<Listing<PaymentMethod>, StripeError> {
        self.list(&["customers", customer, "payment_methods"], &OfType { kind }, max).await
    }

    /// POST `/payment_methods/{id}/attach`.
    pub async fn attach_payment_method(
        &self,
        id: &str,
        key: &IdempotencyKey,
        customer: &str,
    ) -> Result<PaymentMethod, StripeError> {
        self.post(&["payment_methods", id, "attach"], key, &Attach { customer }).await
    }

    /// POST `/payment_methods/{id}/detach`: it belongs to nobody and cannot be used again.
    pub async fn detach_payment_method(
        &self,
        id: &str,
        key: &IdempotencyKey,
    ) -> Result<PaymentMethod, StripeError> {
        self.post(&["payment_methods", id, "detach"], key, &()).await
    }
}
