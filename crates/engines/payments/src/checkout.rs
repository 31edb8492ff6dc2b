//! Pages of Stripe's on which a customer pays, subscribes or leaves a payment method.

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::price::{Currency, Price};
use crate::read;
use crate::words::open_words;

open_words!(
    /// What the page is for.
    CheckoutMode {
        /// Pay once.
        Payment = "payment",
        /// Begin a subscription.
        Subscription = "subscription",
        /// Leave a payment method.
        Setup = "setup",
    }
);

open_words!(
    /// How far the page is.
    CheckoutStatus {
        /// Waits for the customer.
        Open = "open",
        /// The customer is through; the payment may still be under way.
        Complete = "complete",
        /// Its time is over.
        Expired = "expired",
    }
);

open_words!(
    /// Whether the money is there.
    PaymentStatus {
        /// It is.
        Paid = "paid",
        /// Not yet.
        Unpaid = "unpaid",
        /// There is nothing to pay now: a trial, or a payment method left.
        NoPaymentRequired = "no_payment_required",
    }
);

open_words!(
    /// Whether a payment method is asked for where nothing is due now.
    MethodCollection {
        /// Always.
        Always = "always",
        /// Only where something is due.
        IfRequired = "if_required",
    }
);

open_words!(
    /// What happens at the end of a trial for which no payment method was left.
    MissingMethod {
        /// The subscription ends.
        Cancel = "cancel",
        /// An invoice is made and stays unpaid.
        CreateInvoice = "create_invoice",
        /// The subscription waits.
        Pause = "pause",
    }
);

/// One thing to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineItem {
    /// `price_…`
    pub price: String,
    /// How many.
    pub quantity: u32,
}

/// The subscription that a page in mode [`CheckoutMode::Subscription`] begins.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubscriptionData {
    /// The trial lasts so many days; not together with `trial_end`.
    pub trial_period_days: Option<u32>,
    /// The trial lasts until then, to the second.
    #[serde(serialize_with = "read::write_moment")]
    pub trial_end: Option<Timestamp>,
    /// What happens where no payment method is there then.
    #[serde(rename = "trial_settings", serialize_with = "as_trial_settings")]
    pub missing_method: Option<MissingMethod>,
    /// Ours; on the subscription, not on the page.
    pub metadata: Metadata,
}

/// `trial_settings[end_behavior][missing_payment_method]`.
#[expect(clippy::ref_option, reason = "serde's serialize_with passes the field by reference")]
pub(crate) fn as_trial_settings<S>(
    missing: &Option<MissingMethod>,
    to: S,
) -> Result<S::Ok, S::Error>
where
    S: serde::Serializer,
{
    let missing = missing.as_ref().map(MissingMethod::as_str);
    serde_json::json!({"end_behavior": {"missing_payment_method": missing}}).serialize(to)
}

/// A new page. Payment methods are those that the account's dashboard allows, cards and PayPal alike.
#[derive(Debug, Clone, Serialize)]
pub struct NewCheckoutSession {
    /// What the page is for.
    pub mode: CheckoutMode,
    /// What is bought; empty in mode [`CheckoutMode::Setup`].
    pub line_items: Vec<LineItem>,
    /// Where the customer goes afterwards; `{CHECKOUT_SESSION_ID}` in it becomes the session's id.
    pub success_url: String,
    /// Where the customer goes on giving up.
    pub cancel_url: Option<String>,
    /// Who pays (`cus_…`).
    pub customer: Option<String>,
    /// For a customer who is not known yet; not together with `customer`.
    pub customer_email: Option<String>,
    /// Ours, at most 200 characters.
    pub client_reference_id: Option<String>,
    /// Needed in mode [`CheckoutMode::Setup`]: without line items it is not known.
    pub currency: Option<Currency>,
    /// Only in mode [`CheckoutMode::Subscription`].
    pub subscription_data: Option<SubscriptionData>,
    /// Only in mode [`CheckoutMode::Subscription`].
    pub payment_method_collection: Option<MethodCollection>,
    /// The page has a field for promotion codes.
    pub allow_promotion_codes: Option<bool>,
    /// 30 minutes to 24 hours from now.
    #[serde(serialize_with = "read::write_moment")]
    pub expires_at: Option<Timestamp>,
    /// The page's language: `de`, `fr`; none lets the browser choose.
    pub locale: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

impl NewCheckoutSession {
    /// A page that leads to `success_url`; everything else is open.
    pub fn new(mode: CheckoutMode, success_url: impl Into<String>) -> Self {
        Self {
            mode,
            line_items: Vec::new(),
            success_url: success_url.into(),
            cancel_url: None,
            customer: None,
            customer_email: None,
            client_reference_id: None,
            currency: None,
            subscription_data: None,
            payment_method_collection: None,
            allow_promotion_codes: None,
            expires_at: None,
            locale: None,
            metadata: Metadata::new(),
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckoutSession {
    /// `cs_test_…`, `cs_live_…`
    pub id: String,
    /// What it is for.
    pub mode: CheckoutMode,
    /// How far it is.
    #[serde(default)]
    pub status: Option<CheckoutStatus>,
    /// Whether the money is there.
    pub payment_status: PaymentStatus,
    /// Its address, while it is open.
    #[serde(default)]
    pub url: Option<String>,
    /// Who pays.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub customer: Option<String>,
    /// What it began.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub subscription: Option<String>,
    /// The payment, in mode [`CheckoutMode::Payment`].
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub payment_intent: Option<String>,
    /// The payment method's set-up, in mode [`CheckoutMode::Setup`].
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub setup_intent: Option<String>,
    /// The invoice, where one was made.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub invoice: Option<String>,
    #[serde(default)]
    amount_total: Option<i64>,
    #[serde(default)]
    currency: Option<Currency>,
    /// Ours.
    #[serde(default)]
    pub client_reference_id: Option<String>,
    /// Until when it can be used.
    #[serde(default, deserialize_with = "read::maybe_moment")]
    pub expires_at: Option<Timestamp>,
    /// One of live mode.
    #[serde(default)]
    pub livemode: bool,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

impl CheckoutSession {
    /// What was to be paid, with taxes and discounts.
    pub fn total(&self) -> Option<Price> {
        Some(Price::new(self.amount_total?, self.currency?))
    }

    /// What was bought may be given out (contract: "Fulfil when `payment_status != unpaid`"). A status
    /// that this program does not know gives out nothing.
    pub fn is_fulfillable(&self) -> bool {
        self.status == Some(CheckoutStatus::Complete)
            && matches!(self.payment_status, PaymentStatus::Paid | PaymentStatus::NoPaymentRequired)
    }
}

impl Stripe {
    /// POST `/checkout/sessions`.
    pub async fn create_checkout_session(
        &self,
        key: &IdempotencyKey,
        new: &NewCheckoutSession,
    ) -> Result<CheckoutSession, StripeError> {
        self.post(&["checkout", "sessions"], key, new).await
    }

    /// GET `/checkout/sessions/{id}`.
    pub async fn get_checkout_session(&self, id: &str) -> Result<CheckoutSession, StripeError> {
        self.get(&["checkout", "sessions", id], &()).await
    }

    /// POST `/checkout/sessions/{id}/expire`: an open page can no longer be used.
    pub async fn expire_checkout_session(
        &self,
        id: &str,
        key: &IdempotencyKey,
    ) -> Result<CheckoutSession, StripeError> {
        self.post(&["checkout", "sessions", id, "expire"], key, &()).await
    }
}
