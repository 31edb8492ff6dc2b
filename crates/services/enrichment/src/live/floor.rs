use std::sync::Arc;

use captely_credits::Ledger;
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use captely_verify::EmailVerifier;
use captely_waterfall::Seat;

use super::books::Books;
use super::count::Count;
use super::desk::Desk;
use super::journal::Journal;
use super::progress::Progress;
use crate::{RunSettings, Stopper};

/// What every row of a run stands on.
pub(crate) struct Floor {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<Chance>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) run: RunId,
    pub(crate) settings: RunSettings,
    pub(crate) ledger: Ledger,
    pub(crate) member: Option<UserId>,
    /// The plan; desks stand in the same order.
    pub(crate) seats: Vec<Seat>,
    pub(crate) desks: Vec<Desk>,
    pub(crate) verifier: Option<EmailVerifier>,
    pub(crate) journal: Journal,
    pub(crate) books: Books,
    pub(crate) progress: Arc<Progress>,
    /// Rows under way, and batches whose rows are being read.
    pub(crate) rows: Count,
    pub(crate) loading: Count,
    pub(crate) stopper: Stopper,
}
