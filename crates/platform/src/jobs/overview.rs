use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use captely_contact::Timestamp;

use super::{Counts, State, Worker};
use crate::db::{DbError, Stmt, Tx};
use crate::ids::WorkspaceId;

crate::statements! {
    pub(super) fn statements;

    const OF_WORKSPACE: &str = "SELECT queue, state, count(*), MIN(due_at) FROM job
        WHERE workspace_id = $1 GROUP BY queue, state";

    const OF_ALL: &str = "SELECT queue, state, count(*), MIN(due_at) FROM job
        GROUP BY queue, state";

    /// From queue to queue by one look into the index of unfinished jobs each, however many jobs wait.
    const OLDEST_DUE: &str = "WITH RECURSIVE q (queue) AS (
            SELECT MIN(queue) FROM job WHERE state IN (0, 1)
            UNION ALL
            SELECT (SELECT MIN(queue) FROM job WHERE state IN (0, 1) AND queue > q.queue)
            FROM q WHERE q.queue IS NOT NULL)
        SELECT q.queue, (SELECT MIN(due_at) FROM job WHERE state IN (0, 1) AND queue = q.queue)
        FROM q WHERE q.queue IS NOT NULL";

    const PENDING: &str = "SELECT count(*) FROM (
        SELECT 1 FROM job WHERE state IN (0, 1) AND state = 0 LIMIT $1) AS counted";

    /// By queue, as [`OLDEST_DUE`], from the index of unfinished jobs alone.
    const WAITING: &str = "WITH RECURSIVE q (queue) AS (
            SELECT MIN(queue) FROM job WHERE state IN (0, 1)
            UNION ALL
            SELECT (SELECT MIN(queue) FROM job WHERE state IN (0, 1) AND queue > q.queue)
            FROM q WHERE q.queue IS NOT NULL)
        SELECT q.queue, (SELECT count(*) FROM (
            SELECT 1 FROM job WHERE state IN (0, 1) AND queue = q.queue AND due_at <= $1
                AND state = 0 LIMIT $2) AS counted)
        FROM q WHERE q.queue IS NOT NULL";

    const FAILED_SINCE: &str = "SELECT count(*) FROM job WHERE state = 3 AND due_at >= $1";
}

/// How a queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOverview {
    /// Which kind of work.
    pub queue: String,
    /// Its jobs by state.
    pub counts: Counts,
    /// For how long the first of its waiting jobs has been due; zero where none is.
    pub late: Duration,
}

/// How each queue stands, by name. It reads every job of the workspace (`None`: of the installation)
/// that is not yet purged, so it is for a page that somebody looks at, not for a probe.
pub async fn overview(
    tx: &mut Tx,
    workspace: Option<WorkspaceId>,
    now: Timestamp,
) -> Result<Vec<QueueOverview>, DbError> {
    let stmt = match workspace {
        Some(workspace) => Stmt::text(OF_WORKSPACE, [workspace.into()]),
        None => Stmt::text(OF_ALL, []),
    };
    let rows: Vec<(String, i64, i64, Option<i64>)> = tx.all(stmt).await?;
    let mut out: BTreeMap<String, QueueOverview> = BTreeMap::new();
    for (queue, state, n, first_due) in rows {
        let state = State::from_number(state)?;
        let entry = out.entry(queue.clone()).or_insert_with(|| QueueOverview {
            queue,
            counts: Counts::default(),
            late: Duration::ZERO,
        });
        entry.counts.add(state, n);
        if let (State::Pending, Some(due)) = (state, first_due) {
            entry.late = now.since(Timestamp::micros(due));
        }
    }
    Ok(out.into_values().collect())
}

/// Pending jobs that [`pulse`] counts at most.
pub const PULSE_PENDING_MAX: u32 = 10_000;

/// The state of the whole queue in a few numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Jobs that wait for their time or for a worker, counted up to [`PULSE_PENDING_MAX`].
    pub pending: u64,
    /// For how long the first job that should run has been due, also one whose worker died; zero where
    /// none is. A queue that no worker works on does not count: its jobs wait for a command that does
    /// them by itself, as those of a list that was stopped half-way.
    pub late: Duration,
    /// Jobs that failed for good in the last hour.
    pub failed_last_hour: u64,
}

/// The state of the whole queue; `workers` as [`workers`](super::workers) lists them. Cheap however long
/// the queue is: for a probe that comes every few seconds.
pub async fn pulse(tx: &mut Tx, workers: &[Worker], now: Timestamp) -> Result<Pulse, DbError> {
    let count = |row: Option<(i64,)>| row.map_or(0, |(n,)| u64::try_from(n).unwrap_or_default());
    let pending = tx.one(Stmt::text(PENDING, [PULSE_PENDING_MAX.into()])).await?;
    let first: Vec<(String, i64)> = tx.all(Stmt::text(OLDEST_DUE, [])).await?;
    let hour_ago = now.minus(Duration::from_hours(1));
    let failed = tx.one(Stmt::text(FAILED_SINCE, [hour_ago.into()])).await?;
    let known = workers.iter().filter(|worker| worker.is_known(now));
    let worked_on: BTreeSet<&str> =
        known.flat_map(|worker| &worker.queues).map(String::as_str).collect();
    let due = first.iter().filter(|(queue, _)| worked_on.contains(queue.as_str()));
    let late = due.map(|(_, due)| now.since(Timestamp::micros(*due))).max().unwrap_or_default();
    Ok(Pulse { pending: count(pending), late, failed_last_hour: count(failed) })
}

/// Jobs of one queue that [`waiting`] counts at most.
pub const WAITING_JOBS_MAX: u32 = 100_000;

/// How many jobs of each queue with unfinished work are due and not begun, counted up to
/// [`WAITING_JOBS_MAX`] each. Reads no finished job: for a scraper that comes every few seconds.
pub async fn waiting(tx: &mut Tx, now: Timestamp) -> Result<Vec<(String, u64)>, DbError> {
    let stmt = Stmt::text(WAITING, [now.into(), WAITING_JOBS_MAX.into()]);
    let rows: Vec<(String, i64)> = tx.all(stmt).await?;
    Ok(rows.into_iter().map(|(queue, n)| (queue, u64::try_from(n).unwrap_or_default())).collect())
}
