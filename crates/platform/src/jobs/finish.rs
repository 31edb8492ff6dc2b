use std::time::Duration;

use captely_contact::Timestamp;

use super::job::{Job, state};
use crate::db::{DbError, Stmt, Tx, Value};
use crate::ids::{JobId, WorkspaceId};

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Done,
    /// Try again, not before this long from now. Without attempts left it becomes failed.
    Retry {
        /// From now.
        after: Duration,
    },
    /// It cannot be done, and trying again would not help.
    Fail {
        /// A sentence for a person.
        why: String,
    },
}

/// The longest reason that is kept, in characters.
const WHY_CHARS_MAX: usize = 2_000;

const COLUMNS: usize = 7;

/// A retry of a job that its group cancelled or paused meanwhile takes that state instead.
const SETTLE: &str = "WITH v (workspace_id, id, claims, worker, state, due_at, error) AS (@rows@)
    UPDATE job SET
        state = CASE WHEN v.state = 0 AND job.wanted <> 0 THEN job.wanted ELSE v.state END,
        due_at = v.due_at, error = v.error, worker = NULL, wanted = 0
    FROM v
    WHERE job.workspace_id = v.workspace_id AND job.id = v.id AND job.claims = v.claims
      AND job.worker = v.worker AND job.state = 1";

crate::statements! {
    pub(super) fn statements;

    const PURGE: &str = "DELETE FROM job WHERE (workspace_id, id) IN (
        SELECT workspace_id, id FROM job WHERE state IN (2, 3, 4) AND due_at < $1 LIMIT $2)";
}

/// Which holding of which job.
pub(super) struct Holding {
    pub(super) workspace: WorkspaceId,
    pub(super) id: JobId,
    pub(super) claims: i64,
}

/// Settles jobs in the caller's transaction, so that what a job did and that it is done become
/// lasting together. Returns how many were still held by `worker`; the others were left alone,
/// because their lease had passed to another. A caller that must not write the results of lost jobs
/// compares this with the number given and rolls back.
pub async fn finish(
    tx: &mut Tx,
    worker: &str,
    verdicts: &[(Job, Verdict)],
    now: Timestamp,
) -> Result<u64, DbError> {
    // Always in the same order, so that two transactions cannot wait for each other.
    let mut sorted: Vec<_> = verdicts.iter().collect();
    sorted.sort_by_key(|(job, _)| (job.workspace, job.id));
    let mut values = Vec::with_capacity(sorted.len().saturating_mul(COLUMNS));
    for (job, verdict) in sorted {
        let holding = Holding { workspace: job.workspace, id: job.id, claims: job.claims };
        match verdict {
            Verdict::Done => add_row(&mut values, &holding, worker, state::DONE, now, None),
            Verdict::Retry { after } if job.attempt < job.attempts_max => {
                let due = now.plus(*after);
                add_row(&mut values, &holding, worker, state::PENDING, due, None);
            }
            Verdict::Retry { .. } => {
                let why = format!("gave up after {} attempts", job.attempt);
                add_row(&mut values, &holding, worker, state::FAILED, now, Some(&why));
            }
            Verdict::Fail { why } => {
                let why: String = why.chars().take(WHY_CHARS_MAX).collect();
                add_row(&mut values, &holding, worker, state::FAILED, now, Some(&why));
            }
        }
    }
    settle(tx, values).await
}

pub(super) fn add_row(
    values: &mut Vec<Value>,
    holding: &Holding,
    worker: &str,
    state: i64,
    due_at: Timestamp,
    error: Option<&str>,
) {
    values.extend::<[Value; COLUMNS]>([
        holding.workspace.into(),
        holding.id.into(),
        holding.claims.into(),
        worker.into(),
        state.into(),
        due_at.into(),
        error.into(),
    ]);
}

pub(super) async fn settle(tx: &mut Tx, values: Vec<Value>) -> Result<u64, DbError> {
    tx.run_many(SETTLE, COLUMNS, values).await
}

/// Removes up to `n` jobs that finished before `before`; returns how many. Groups that someone may
/// still count should be older than that.
pub async fn purge(tx: &mut Tx, before: Timestamp, n: u32) -> Result<u64, DbError> {
    tx.run(Stmt::text(PURGE, [before.into(), n.into()])).await
}
