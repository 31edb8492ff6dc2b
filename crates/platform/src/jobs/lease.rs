use std::time::Duration;

use captely_contact::Timestamp;

use crate::db::{Db, DbError, Stmt, Tx, Value};
use crate::ids::JobId;

/// `CASE`: as in the text that settles jobs.
pub(super) const EXTEND: &str = "WITH v (worker, id, due_at) AS (@rows@)
    UPDATE job SET due_at = v.due_at FROM v
    WHERE job.worker = CASE WHEN 1 = 1 THEN v.worker END
      AND job.id = CASE WHEN 1 = 1 THEN v.id END AND job.state = 1";
const COLUMNS: usize = 3;

crate::statements! {
    pub(super) fn statements;

    /// The start does not count, because the job was not to blame for its end. `state IN (0, 1)` lets
    /// the index of unfinished jobs serve.
    const RELEASE: &str = "UPDATE job SET
            state = CASE WHEN wanted <> 0 THEN wanted ELSE 0 END,
            due_at = $2, worker = NULL, wanted = 0, attempt = attempt - 1
        WHERE state IN (0, 1) AND state = 1 AND substr(worker, 1, length($1)) = $1";

    const RELEASE_OF: &str = "UPDATE job SET
            state = CASE WHEN wanted <> 0 THEN wanted ELSE 0 END,
            due_at = $2, worker = NULL, wanted = 0, attempt = attempt - 1
        WHERE state IN (0, 1) AND state = 1 AND worker = $1";
}

/// Holds jobs for `lease` from `now`: the heartbeat of a worker that is still at them. Returns how
/// many of them `worker` still holds.
pub async fn extend(
    db: &Db,
    worker: &str,
    jobs: &[JobId],
    lease: Duration,
    now: Timestamp,
) -> Result<u64, DbError> {
    if jobs.is_empty() {
        return Ok(0);
    }
    let mut tx = db.writer().await?;
    let held = extend_in(&mut tx, worker, jobs, lease, now).await?;
    tx.commit().await?;
    Ok(held)
}

/// As [`extend`], in the caller's transaction.
pub(super) async fn extend_in(
    tx: &mut Tx,
    worker: &str,
    jobs: &[JobId],
    lease: Duration,
    now: Timestamp,
) -> Result<u64, DbError> {
    // Always in the same order, so that two transactions cannot wait for each other.
    let mut sorted = jobs.to_vec();
    sorted.sort_unstable();
    let due_at = now.plus(lease);
    let values: Vec<Value> = sorted
        .into_iter()
        .flat_map(|id| -> [Value; COLUMNS] { [worker.into(), id.into(), due_at.into()] })
        .collect();
    tx.run_many(EXTEND, COLUMNS, values).await
}

/// Gives back at once all jobs held by workers whose name starts with `worker_prefix`, for a node
/// that starts again after a crash or stops in good order. Returns how many.
pub async fn release(db: &Db, worker_prefix: &str, now: Timestamp) -> Result<u64, DbError> {
    if worker_prefix.is_empty() {
        return Ok(0);
    }
    let mut tx = db.writer().await?;
    let released = tx.run(Stmt::text(RELEASE, [worker_prefix.into(), now.into()])).await?;
    tx.commit().await?;
    Ok(released)
}

/// Gives back at once all jobs held by exactly this worker, in the caller's transaction.
pub(super) async fn release_of(tx: &mut Tx, worker: &str, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(RELEASE_OF, [worker.into(), now.into()])).await
}
