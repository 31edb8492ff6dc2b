use std::time::Duration;

use captely_contact::Timestamp;
use uuid::Uuid;

use super::State;
use super::finish::{Settlement, settle};
use super::job::{Claimed, Job};
use crate::db::{Db, DbError, Stmt, Tx, Value};
use crate::ids::WorkspaceId;

/// The most jobs of one claim.
pub const CLAIM_JOBS_MAX: u32 = 10_000;

/// The sub-query stands in a CTE: without one PostgreSQL may run a limited sub-query again and take
/// more rows than asked for. SQLite's one writer needs no row locks.
macro_rules! claim_text {
    ($with:literal, $of:literal, $lock:literal) => {
        concat!(
            "WITH ready (workspace_id, id) AS ",
            $with,
            "(SELECT workspace_id, id FROM job
              WHERE queue = $1 AND state IN (0, 1) AND due_at <= $2 ",
            $of,
            " ORDER BY due_at, id LIMIT $3 ",
            $lock,
            ") UPDATE job
             SET state = 1, worker = $4, due_at = $5, attempt = attempt + 1, claims = claims + 1
             FROM ready WHERE job.workspace_id = ready.workspace_id AND job.id = ready.id
             RETURNING job.workspace_id, job.id, job.queue, job.group_id, job.payload, job.run_at,
                       job.attempt, job.attempts_max, job.claims, job.wanted"
        )
    };
}

pub(super) const CLAIM_SQLITE: &str = claim_text!("", "", "");
pub(super) const CLAIM_POSTGRES: &str = claim_text!("MATERIALIZED ", "", "FOR UPDATE SKIP LOCKED");
pub(super) const CLAIM_GROUP_SQLITE: &str =
    claim_text!("", "AND workspace_id = $6 AND group_id = $7", "");
pub(super) const CLAIM_GROUP_POSTGRES: &str = claim_text!(
    "MATERIALIZED ",
    "AND workspace_id = $6 AND group_id = $7",
    "FOR UPDATE SKIP LOCKED"
);

/// Takes up to `n` jobs (at most [`CLAIM_JOBS_MAX`]) that are due at `now` and holds them for
/// `lease`. Queues come in the order given, the jobs of each by the time they are due; a queue
/// further on has its turn when those before it give fewer than `n`.
///
/// A job whose lease ran out is due again. One that has been started `attempts_max` times by
/// workers that died is marked failed instead; one that its group cancelled or paused meanwhile is
/// set aside.
pub async fn claim(
    db: &Db,
    worker: &str,
    queues: &[&str],
    n: u32,
    lease: Duration,
    now: Timestamp,
) -> Result<Vec<Job>, DbError> {
    let mut tx = db.writer().await?;
    let out = claim_in(&mut tx, worker, queues, n, lease, now).await?;
    tx.commit().await?;
    Ok(out)
}

/// As [`claim`], in the caller's transaction.
pub(super) async fn claim_in(
    tx: &mut Tx,
    worker: &str,
    queues: &[&str],
    n: u32,
    lease: Duration,
    now: Timestamp,
) -> Result<Vec<Job>, DbError> {
    let mut out = Vec::new();
    for queue in queues {
        let claim = Claim { worker, queue, group: None, lease, now };
        let left = n.min(CLAIM_JOBS_MAX).saturating_sub(u32::try_from(out.len()).unwrap_or(n));
        out.extend(claim.fill(tx, left).await?);
    }
    Ok(out)
}

/// As [`claim`], of one queue and one group of a workspace only: for a process that works on nothing
/// else.
pub async fn claim_group(
    db: &Db,
    worker: &str,
    queue: &str,
    group: (WorkspaceId, Uuid),
    n: u32,
    lease: Duration,
    now: Timestamp,
) -> Result<Vec<Job>, DbError> {
    let mut tx = db.writer().await?;
    let claim = Claim { worker, queue, group: Some(group), lease, now };
    let out = claim.fill(&mut tx, n.min(CLAIM_JOBS_MAX)).await?;
    tx.commit().await?;
    Ok(out)
}

struct Claim<'a> {
    worker: &'a str,
    queue: &'a str,
    group: Option<(WorkspaceId, Uuid)>,
    lease: Duration,
    now: Timestamp,
}

impl Claim<'_> {
    async fn fill(&self, tx: &mut Tx, n: u32) -> Result<Vec<Job>, DbError> {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        let mut out = Vec::new();
        // Jobs set aside make room for others, hence again until the queue has no more.
        while out.len() < n {
            let left = n.saturating_sub(out.len());
            let rows = self.take(tx, left).await?;
            let short = rows.len() < left;
            let (fit, unfit): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_fit);
            set_aside(tx, self.worker, &unfit, self.now).await?;
            for row in fit {
                out.push(Job::try_from(row)?);
            }
            if short {
                break;
            }
        }
        Ok(out)
    }

    async fn take(&self, tx: &mut Tx, n: usize) -> Result<Vec<Claimed>, DbError> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![
            self.queue.into(),
            self.now.into(),
            n.into(),
            self.worker.into(),
            self.now.plus(self.lease).into(),
        ];
        let stmt = if let Some((workspace, group)) = self.group {
            values.extend([workspace.into(), group.into()]);
            Stmt::either(CLAIM_GROUP_SQLITE, CLAIM_GROUP_POSTGRES, values)
        } else {
            Stmt::either(CLAIM_SQLITE, CLAIM_POSTGRES, values)
        };
        let mut rows: Vec<Claimed> = tx.all(stmt).await?;
        // RETURNING promises no order.
        rows.sort_by_key(|row| (row.run_at, row.id));
        Ok(rows)
    }
}

fn is_fit(row: &Claimed) -> bool {
    row.wanted == 0 && row.attempt <= row.attempts_max
}

async fn set_aside(
    tx: &mut Tx,
    worker: &str,
    rows: &[Claimed],
    now: Timestamp,
) -> Result<(), DbError> {
    let mut settlements = Vec::with_capacity(rows.len());
    for row in rows {
        let (state, error) = if row.wanted == 0 {
            (State::Failed, Some("every worker that started it died or lost its lease".to_owned()))
        } else {
            (State::from_number(row.wanted)?, None)
        };
        settlements.push(Settlement {
            workspace: row.workspace_id,
            id: row.id,
            claims: row.claims,
            state,
            due_at: now,
            at: now,
            back: false,
            error,
        });
    }
    settle(tx, worker, &settlements).await?;
    Ok(())
}
