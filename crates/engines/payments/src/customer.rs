//! Customers: who pays.

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::read;

/// A new customer; everything may stay open.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewCustomer {
    /// Where Stripe sends receipts.
    pub email: Option<String>,
    /// As it stands on invoices.
    pub name: Option<String>,
    /// For people who look into Stripe's dashboard.
    pub description: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

/// What is to change; `None` leaves it, the empty text clears it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CustomerChange {
    /// Where Stripe sends receipts.
    pub email: Option<String>,
    /// As it stands on invoices.
    pub name: Option<String>,
    /// For people who look into Stripe's dashboard.
    pub description: Option<String>,
    /// The payment method (`pm_…`) for invoices.
    #[serde(rename = "invoice_settings", serialize_with = "as_invoice_settings")]
    pub default_payment_method: Option<String>,
    /// Merged into what is there.
    pub metadata: Metadata,
}

#[expect(clippy::ref_option, reason = "serde's serialize_with passes the field by reference")]
fn as_invoice_settings<S>(method: &Option<String>, to: S) -> Result<S::Ok, S::Error>
where
    S: serde::Serializer,
{
    InvoiceSettings { default_payment_method: method.clone() }.serialize(to)
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Customer {
    /// `cus_…`
    pub id: String,
    /// It was deleted; nothing but the id is left.
    #[serde(default)]
    pub deleted: bool,
    /// Where Stripe sends receipts.
    #[serde(default)]
    pub email: Option<String>,
    /// As it stands on invoices.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "read::or_empty")]
    invoice_settings: InvoiceSettings,
    /// One of live mode.
    #[serde(default)]
    pub livemode: bool,
    /// When.
    #[serde(default, deserialize_with = "read::maybe_moment")]
    pub created: Option<Timestamp>,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct InvoiceSettings {
    #[serde(default, deserialize_with = "read::maybe_id")]
    default_payment_method: Option<String>,
}

impl Customer {
    /// The payment method (`pm_…`) for invoices, where one was chosen.
    pub fn default_payment_method(&self) -> Option<&str> {
        self.invoice_settings.default_payment_method.as_deref()
    }
}

impl Stripe {
    /// POST `/customers`.
    pub async fn create_customer(
        &self,
        key: &IdempotencyKey,
        new: &NewCustomer,
    ) -> Result<Customer, StripeError> {
        self.post(&["customers"], key, new).await
    }

    /// GET `/customers/{id}`. A deleted customer is no error.
    pub async fn get_customer(&self, id: &str) -> Result<Customer, StripeError> {
        self.get(&["customers", id], &()).await
    }

    /// POST `/customers/{id}`.
    pub async fn update_customer(
        &self,
        id: &str,
        key: &IdempotencyKey,
        change: &CustomerChange,
    ) -> Result<Customer, StripeError> {
        self.post(&["customers", id], key, change).await
    }
}
