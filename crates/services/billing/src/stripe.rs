//! Stripe collects the money. Plans, periods and credits are ours; cards, charging and the payment of invoices are its own. What
//! counts is the object as it is when it is fetched, never what an event says of it.
//!
//! No call is made inside a transaction: what is meant to be done is written before ([`Intent`]), with the key
//! that makes its repeat safe, and what came of it after.

mod apply;
mod called_off;
mod calls;
mod checkout;
mod customer;
mod events;
mod failures;
mod fetched;
mod left;
mod methods;
mod mirror;
mod picture;
mod plan;
mod portal;
mod prices;
mod reckoned;
mod reconcile;
mod refresh;
mod reversals;
mod webhook;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Package, Plan};
use crate::cycle::Cycle;
use crate::error::BillingError;
use crate::ids::{IntentId, InvoiceId, SubscriptionId};
use crate::service::{Billing, StripeAccess};

pub(crate) use calls::Called;
pub(crate) use checkout::Begun;
pub(crate) use webhook::WebhookError;

/// The names of our values in Stripe's metadata.
const META_WORKSPACE: &str = "captely_workspace";
const META_SUBSCRIPTION: &str = "captely_subscription";
const META_INVOICE: &str = "captely_invoice";

/// What is meant to be done at Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Intent {
    /// A page where an order is paid, and its plan begins.
    Subscribe { subscription: SubscriptionId, plan: Plan, cycle: Cycle, trial_days: Option<u16> },
    /// A package is paid, on a page or with a method that is there.
    Buy { invoice: InvoiceId, package: Box<Package>, amount: i64, method: Option<String> },
    /// Another plan.
    Change { stripe_id: String, plan: Plan, cycle: Cycle, how: How },
    /// It ends with its period.
    CancelAtEnd { stripe_id: String },
    /// It ends now.
    CancelNow { stripe_id: String },
    /// It goes on after all.
    Resume { stripe_id: String },
    /// The page of an order that was called off is paid no more (`cs_…`).
    ClosePage { session: String },
    /// What was paid for such an order all the same goes back (`pi_…`).
    PayBack { payment: String },
}

/// How a change of plan is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// The difference, at once, reckoned as of this second since 1970.
    Now(i64),
    /// Not at all: the new price is that of the next invoice.
    NextInvoice,
}

impl Intent {
    /// Whether a person is waiting for a page: nobody makes it for them later.
    const fn is_page(&self) -> bool {
        matches!(self, Self::Subscribe { .. } | Self::Buy { .. })
    }

    /// Whether it changes a subscription that goes on: of these the newest counts.
    const fn is_change(&self) -> bool {
        matches!(self, Self::Change { .. } | Self::CancelAtEnd { .. } | Self::Resume { .. })
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Subscribe { .. } => "subscribe",
            Self::Buy { .. } => "buy",
            Self::Change { .. } => "change",
            Self::CancelAtEnd { .. } => "cancel_at_end",
            Self::CancelNow { .. } => "cancel_now",
            Self::Resume { .. } => "resume",
            Self::ClosePage { .. } => "close_page",
            Self::PayBack { .. } => "pay_back",
        }
    }
}

/// A call that was written down and is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ToDo(pub(crate) IntentId);

impl Billing {
    /// What calls to Stripe need; refused where it does not collect the money.
    pub(crate) fn stripe_access(&self) -> Result<&StripeAccess, BillingError> {
        if self.is_off() {
            return Err(BillingError::Off);
        }
        self.stripe().ok_or(BillingError::NoStripe)
    }
}
