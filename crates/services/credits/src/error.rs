mod codes;
mod problem;

use captely_contact::Credits;
use captely_platform::db::DbError;
use captely_platform::http::Code;

use crate::refusal::Refusal;

pub(crate) use codes::KEY_MISSING;

/// The codes of problems that this service adds.
pub const CODES: &[&Code] = codes::ALL;

/// Why the ledger did nothing. Whatever it was, drop the transaction: nothing of it may become lasting.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// The idempotency key stands for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// A limit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An amount of nothing, less than nothing, or more than [`crate::AMOUNT_MAX`].
    #[error("{0} is no amount of credits to move: it must be more than 0 and at most 1000000000")]
    Amount(Credits),
    /// More was to be taken away than is there.
    #[error("{wanted} credits cannot be taken away: {left} are left")]
    TooLittle {
        /// What was to be taken.
        wanted: Credits,
        /// What is available.
        left: Credits,
    },
    /// There is nothing like it in the workspace.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// More was to be given back than is left of the charge.
    #[error("{wanted} credits cannot be given back: {left} are left of this charge")]
    AboveCharge {
        /// What was asked for.
        wanted: Credits,
        /// What of the charge was not given back yet.
        left: Credits,
    },
    /// A time that makes no sense; the text says which.
    #[error("{0}")]
    Time(&'static str),
    /// The ledger would no longer be right. A fault of the program: nothing is done.
    #[error("the ledger refused: {0}")]
    Broken(&'static str),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// For whoever writes credits together with their own work and tells faults of the database only.
impl From<CreditError> for DbError {
    fn from(why: CreditError) -> Self {
        match why {
            CreditError::Db(why) => why,
            other => Self::Other(other.to_string()),
        }
    }
}
