use captely_matching::MatchError;
use captely_platform::db::DbError;

use super::CONTACTS_MAX;
use crate::{MergeError, PairId};

/// Why duplicates were not found, or nothing was decided. Whatever it was, drop the transaction.
#[derive(Debug, thiserror::Error)]
pub enum DuplicateError {
    /// No such question in the workspace.
    #[error("there is no pair {0}")]
    NoPair(PairId),
    /// Somebody has decided otherwise.
    #[error("{pair} was decided before: it is {state}")]
    Decided {
        /// Which.
        pair: PairId,
        /// How: a word of [`super::PairState`].
        state: &'static str,
    },
    /// A contact that is none of the two.
    #[error("keep names a contact that is none of the two of {0}")]
    Keep(PairId),
    /// Too many contacts.
    #[error(
        "the workspace has more than {CONTACTS_MAX} contacts, and no more are searched at once: each list \
         of up to {CONTACTS_MAX} rows that is imported is still compared with itself, and a small one \
         with its companies"
    )]
    TooMany,
    /// The merge.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The engine.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The thread that compared died.
    #[error("comparing the contacts broke off: {0}")]
    Broken(String),
}
