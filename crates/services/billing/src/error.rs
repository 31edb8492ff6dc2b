pub(crate) mod codes;
mod problem;

use captely_credits::CreditError;
use captely_payments::StripeError;
use captely_platform::db::DbError;
use captely_platform::http::{Code, OnceError};

use crate::invoice::TooMuch;

/// The codes of problems that this service adds.
pub const CODES: &[&Code] = codes::ALL;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// This installation sells nothing.
    #[error("billing is off in this installation")]
    Off,
    /// Only Stripe can do it.
    #[error("payments are not made through Stripe here")]
    NoStripe,
    /// Something is not there, or not theirs.
    #[error("there is no such {0}")]
    NotFound(
        /// A noun.
        &'static str,
    ),
    /// It is so already, or clashes with how things stand.
    #[error("{0}")]
    Conflict(
        /// A sentence.
        &'static str,
    ),
    /// A payment back of this reference was noted with another amount.
    #[error("this reference was noted with another amount")]
    ReferenceReused,
    /// The one trial was taken.
    #[error("this workspace had its trial")]
    TrialTaken,
    /// A value is not allowed.
    #[error("{0}: {1}")]
    Invalid(
        /// The field.
        &'static str,
        /// A sentence.
        String,
    ),
    /// More is to be given back than was paid.
    #[error("more would be given back than was paid: {left} are left")]
    AbovePayment {
        /// Smallest units.
        left: i64,
    },
    /// The card or its bank said no.
    #[error("the payment was declined")]
    Declined(
        /// What Stripe says.
        String,
    ),
    /// Stripe did not do as it was asked.
    #[error("{0}")]
    Stripe(#[from] Box<StripeError>),
    /// The ledger.
    #[error(transparent)]
    Credits(#[from] CreditError),
    /// An invoice of a sum that cannot be counted.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An idempotency key that stands for another request.
    #[error(transparent)]
    Once(#[from] OnceError),
}

impl From<StripeError> for BillingError {
    fn from(error: StripeError) -> Self {
        match &error.fault {
            captely_payments::Fault::CardDeclined(why) => Self::Declined(why.to_string()),
            _ => Self::Stripe(Box::new(error)),
        }
    }
}
