//! What became of credits, entry by entry (REQUIREMENTS CRD-02, DB-04).

use captely_contact::{Credits, Timestamp};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::account::Kind;
use crate::{Action, CreditError, GrantId, HoldId, Ledger, store};

/// Entries looked at by one statement.
const STRETCH_ENTRIES: i64 = 20_000;
/// Statements of one call: where a filter fits nothing, an answer comes all the same.
const STRETCHES_MAX: usize = 10;

/// An entry, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number: 1, 2, 3, … without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What it did.
    pub kind: Kind,
    /// How much it moved.
    pub amount: Credits,
    /// What was available then.
    pub balance_after: Credits,
    /// For what.
    pub action: Option<Action>,
    /// How many of it.
    pub quantity: i64,
    /// The provider.
    pub provider: Option<String>,
    /// The run.
    pub run: Option<RunId>,
    /// The member.
    pub member: Option<UserId>,
    /// The contact or profile.
    pub subject: Option<Uuid>,
    /// The hold.
    pub hold: Option<HoldId>,
    /// The grant that it came from or went to.
    pub grant: Option<GrantId>,
    /// Why, where somebody said so.
    pub reason: String,
}

impl HistoryLine {
    /// What it did to what is available, in thousandths.
    pub fn change_millis(&self) -> i64 {
        self.kind.on_available().saturating_mul(self.amount.as_millis())
    }

    /// Out of which account of the workspace it moved, and into which.
    pub const fn accounts(&self) -> (&'static str, &'static str) {
        self.kind.accounts()
    }
}

/// Which entries; what is not said fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// What they did.
    pub kind: Option<Kind>,
    /// For what.
    pub action: Option<Action>,
    /// Of which provider.
    pub provider: Option<String>,
    /// Of which member.
    pub member: Option<UserId>,
    /// Of which run.
    pub run: Option<RunId>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// A page of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The newest first. There may be fewer than were asked for, or none, and more behind them.
    pub lines: Vec<HistoryLine>,
    /// The next page has entries before this number; none at the end.
    pub next: Option<i64>,
}

impl Ledger {
    /// Entries of a workspace, the newest first, before the number `before`. Of a long history through which
    /// a filter leaves little, so much is looked through that an answer comes soon; `next` goes on from there.
    pub async fn history(
        &self,
        workspace: WorkspaceId,
        filter: &HistoryFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<HistoryPage, CreditError> {
        let account = store::account::get(self.db(), workspace).await?;
        let end = account.map_or(0, |account| account.seq).saturating_add(1);
        let mut before = before.unwrap_or(end).clamp(1, end);
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        for _stretch in 0..STRETCHES_MAX {
            if before <= 1 || lines.len() >= wanted {
                break;
            }
            let floor = before.saturating_sub(STRETCH_ENTRIES).max(1);
            let left = u32::try_from(wanted.saturating_sub(lines.len())).unwrap_or(u32::MAX);
            let found =
                store::history::stretch(self.db(), workspace, filter, (before, floor), left);
            let found = found.await?;
            // A full answer may have left something of its stretch.
            let full = u32::try_from(found.len()).unwrap_or(u32::MAX) >= left;
            before = found.last().filter(|_| full).map_or(floor, |last| last.seq);
            lines.extend(found);
        }
        let next = Some(before).filter(|before| *before > 1);
        Ok(HistoryPage { lines, next })
    }
}
