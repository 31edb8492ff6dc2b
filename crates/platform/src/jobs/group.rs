use captely_contact::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::State;
use crate::db::{DbError, Stmt, Tx};
use crate::ids::WorkspaceId;

crate::statements! {
    pub(super) fn statements;

    const PAUSE: &str = "UPDATE job SET
            state = CASE WHEN state = 0 THEN 5 ELSE state END,
            wanted = CASE WHEN state = 1 THEN 5 ELSE 0 END
        WHERE workspace_id = $1 AND group_id = $2 AND (state = 0 OR state = 1 AND wanted = 0)";

    const RESUME: &str = "UPDATE job SET
            state = CASE WHEN state = 5 THEN 0 ELSE state END,
            due_at = CASE WHEN state = 5 AND due_at < $3 THEN $3 ELSE due_at END,
            wanted = 0
        WHERE workspace_id = $1 AND group_id = $2 AND (state = 5 OR state = 1 AND wanted = 5)";

    const CANCEL: &str = "UPDATE job SET
            state = CASE WHEN state = 1 THEN 1 ELSE 4 END,
            due_at = CASE WHEN state = 1 THEN due_at ELSE $3 END,
            wanted = CASE WHEN state = 1 THEN 4 ELSE 0 END
        WHERE workspace_id = $1 AND group_id = $2 AND (state IN (0, 5) OR state = 1 AND wanted <> 4)";

    const COUNTS: &str = "SELECT state, count(*) FROM job
        WHERE workspace_id = $1 AND group_id = $2 GROUP BY state";

    /// A held job comes back, at the latest, when its lease ends.
    const NEXT_DUE: &str = "SELECT MIN(due_at) FROM job
        WHERE workspace_id = $1 AND group_id = $2 AND state IN (0, 1)";
}

/// How many jobs of a group or queue are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Waiting for their time or for a worker.
    pub pending: u64,
    /// Held by a worker.
    pub processing: u64,
    /// Done and not yet purged.
    pub done: u64,
    /// Given up.
    pub failed: u64,
    /// Called off.
    pub cancelled: u64,
    /// Held back until resumed.
    pub paused: u64,
}

impl Counts {
    /// Adds `n` jobs that are in `state`, as the database counts them.
    pub(super) fn add(&mut self, state: State, n: i64) {
        let place = match state {
            State::Pending => &mut self.pending,
            State::Processing => &mut self.processing,
            State::Done => &mut self.done,
            State::Failed => &mut self.failed,
            State::Cancelled => &mut self.cancelled,
            State::Paused => &mut self.paused,
        };
        *place = place.saturating_add(u64::try_from(n).unwrap_or_default());
    }
}

/// Holds back the waiting jobs of a group. Jobs being worked on run to their end; if that is a
/// retry, they are held back then. Jobs pushed later are not held back. Returns how many it met.
pub async fn pause_group(
    tx: &mut Tx,
    workspace: WorkspaceId,
    group: Uuid,
    _now: Timestamp,
) -> Result<u64, DbError> {
    tx.run(Stmt::text(PAUSE, [workspace.into(), group.into()])).await
}

/// Lets the jobs of a paused group go on. Returns how many it met.
pub async fn resume_group(
    tx: &mut Tx,
    workspace: WorkspaceId,
    group: Uuid,
    now: Timestamp,
) -> Result<u64, DbError> {
    tx.run(Stmt::text(RESUME, [workspace.into(), group.into(), now.into()])).await
}

/// Calls off the waiting and paused jobs of a group. Jobs being worked on run to their end, but are
/// not tried again. Returns how many it met.
pub async fn cancel_group(
    tx: &mut Tx,
    workspace: WorkspaceId,
    group: Uuid,
    now: Timestamp,
) -> Result<u64, DbError> {
    tx.run(Stmt::text(CANCEL, [workspace.into(), group.into(), now.into()])).await
}

/// Counts the jobs of a group.
pub async fn counts(tx: &mut Tx, workspace: WorkspaceId, group: Uuid) -> Result<Counts, DbError> {
    let rows: Vec<(i64, i64)> =
        tx.all(Stmt::text(COUNTS, [workspace.into(), group.into()])).await?;
    let mut out = Counts::default();
    for (state, n) in rows {
        out.add(State::from_number(state)?, n);
    }
    Ok(out)
}

/// When the first of a group's jobs that are not at their end may run: a job that a worker holds may when its lease
/// ends. `None` where all are at their end.
pub async fn next_due(
    tx: &mut Tx,
    workspace: WorkspaceId,
    group: Uuid,
) -> Result<Option<Timestamp>, DbError> {
    let row: Option<(Option<i64>,)> =
        tx.one(Stmt::text(NEXT_DUE, [workspace.into(), group.into()])).await?;
    Ok(row.and_then(|(at,)| at).map(Timestamp::micros))
}
