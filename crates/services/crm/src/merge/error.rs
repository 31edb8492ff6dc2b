use captely_credits::CreditError;
use captely_platform::db::DbError;
use captely_platform::ids::ContactId;

use super::MERGES_INTO_ONE_MAX;
use crate::MergeId;

/// Why nothing was merged or undone. Whatever it was, drop the transaction.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One contact, twice.
    #[error("{0} cannot be merged with itself: name two contacts")]
    Same(ContactId),
    /// No such contact in the workspace.
    #[error("there is no contact {0}")]
    NoContact(ContactId),
    /// It went into another already.
    #[error("{contact} was merged into {into}: use {into}, or undo that merge first")]
    Merged {
        /// Which.
        contact: ContactId,
        /// Into which one.
        into: ContactId,
    },
    /// No such merge in the workspace.
    #[error("there is no merge {0}")]
    NoMerge(MergeId),
    /// The contact that was kept went into another since.
    #[error("{kept} was merged into {into} since: undo {by} first")]
    KeptWentOn {
        /// Whom the merge kept.
        kept: ContactId,
        /// Whom it went into.
        into: ContactId,
        /// By which merge.
        by: MergeId,
    },
    /// A choice for a field that contacts do not have.
    #[error("{0}")]
    Field(String),
    /// Too many contacts are one.
    #[error(
        "{MERGES_INTO_ONE_MAX} contacts were merged into {0}: no more can be. Are they one person?"
    )]
    TooMany(ContactId),
    /// The ledger.
    #[error(transparent)]
    Credits(#[from] CreditError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
