use std::time::Duration;

use captely_contact::Timestamp;

use super::State;
use super::backoff::backoff;
use super::job::Job;
use crate::db::{DbError, Tx, Value};
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
    /// It failed for a reason that may pass. Tried again after a wait that doubles with each attempt
    /// ([`backoff`](super::backoff)), and the reason is kept with the job. Without attempts left it
    /// becomes failed.
    Trouble {
        /// A sentence for a person; it names things by id, never by name or address.
        why: String,
    },
    /// It was not begun, or broken off in good order: another worker may take it at once, and this
    /// start does not count.
    HandBack,
    /// It cannot be done, and trying again would not help.
    Fail {
        /// A sentence for a person.
        why: String,
    },
}

/// The longest reason that is kept, in characters.
const WHY_CHARS_MAX: usize = 2_000;

const COLUMNS: usize = 9;

/// A retry of a job that was cancelled or paused meanwhile takes that state instead.
///
/// `CASE`, which PostgreSQL takes away, makes SQLite begin with the rows given: it would read the whole
/// table to look each job up among them.
pub(super) const SETTLE: &str = "
    WITH v (workspace_id, id, claims, worker, state, due_at, at, back, error) AS (@rows@)
    UPDATE job SET
        state = CASE WHEN v.state = 0 AND job.wanted <> 0 THEN job.wanted ELSE v.state END,
        due_at = CASE WHEN v.state = 0 AND job.wanted = 4 THEN v.at ELSE v.due_at END,
        attempt = job.attempt - v.back, error = v.error, worker = NULL, wanted = 0
    FROM v
    WHERE job.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
      AND job.id = CASE WHEN 1 = 1 THEN v.id END AND job.claims = CASE WHEN 1 = 1 THEN v.claims END
      AND job.worker = CASE WHEN 1 = 1 THEN v.worker END AND job.state = 1";

/// What is written of one holding of a job.
#[derive(Debug)]
pub(super) struct Settlement {
    pub(super) workspace: WorkspaceId,
    pub(super) id: JobId,
    /// Tells this holding of the lease from all others.
    pub(super) claims: i64,
    pub(super) state: State,
    /// When a pending job may run again; otherwise `at`.
    pub(super) due_at: Timestamp,
    /// When it was decided.
    pub(super) at: Timestamp,
    /// Whether this start does not count.
    pub(super) back: bool,
    pub(super) error: Option<String>,
}

impl Settlement {
    /// What `verdict`, given `at`, comes to; after [`Verdict::Trouble`] the job waits `trouble_for`.
    pub(super) fn of(job: &Job, verdict: &Verdict, at: Timestamp, trouble_for: Duration) -> Self {
        let left = job.attempt < job.attempts_max;
        let tries = job.attempt;
        let (state, due_at, error) = match verdict {
            Verdict::Done => (State::Done, at, None),
            Verdict::HandBack => (State::Pending, at, None),
            Verdict::Retry { after } if left => (State::Pending, at.plus(*after), None),
            Verdict::Trouble { why } if left => {
                (State::Pending, at.plus(trouble_for), Some(why.clone()))
            }
            Verdict::Retry { .. } => {
                (State::Failed, at, Some(format!("gave up after {tries} attempts")))
            }
            Verdict::Trouble { why } => {
                (State::Failed, at, Some(format!("gave up after {tries} attempts: {why}")))
            }
            Verdict::Fail { why } => (State::Failed, at, Some(why.clone())),
        };
        Self {
            workspace: job.workspace,
            id: job.id,
            claims: job.claims,
            state,
            due_at,
            at,
            back: *verdict == Verdict::HandBack,
            error: error.map(|why| kept(&why)),
        }
    }
}

/// Cut, and without the NUL characters that PostgreSQL refuses: no reason may keep a job from ending.
fn kept(why: &str) -> String {
    why.chars().filter(|c| *c != '\0').take(WHY_CHARS_MAX).collect()
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
    let settlements: Vec<Settlement> = verdicts
        .iter()
        .map(|(job, verdict)| Settlement::of(job, verdict, now, backoff(job.attempt)))
        .collect();
    settle(tx, worker, &settlements).await
}

pub(super) async fn settle(
    tx: &mut Tx,
    worker: &str,
    settlements: &[Settlement],
) -> Result<u64, DbError> {
    if settlements.is_empty() {
        return Ok(0);
    }
    // Always in the same order, so that two transactions cannot wait for each other.
    let mut sorted: Vec<&Settlement> = settlements.iter().collect();
    sorted.sort_by_key(|one| (one.workspace, one.id));
    let mut values = Vec::with_capacity(sorted.len().saturating_mul(COLUMNS));
    for one in sorted {
        values.extend::<[Value; COLUMNS]>([
            one.workspace.into(),
            one.id.into(),
            one.claims.into(),
            worker.into(),
            one.state.into(),
            one.due_at.into(),
            one.at.into(),
            one.back.into(),
            one.error.clone().into(),
        ]);
    }
    tx.run_many(SETTLE, COLUMNS, values).await
}
