use super::NewJob;
use crate::db::{DbError, Tx, Value};
use crate::ids::Ids;

const INSERT: &str =
    "INSERT INTO job (workspace_id, id, queue, group_id, run_at, due_at, attempts_max, payload)";
const COLUMNS: usize = 8;

/// Adds jobs in the caller's transaction: they exist if, and only if, it commits.
pub async fn push(tx: &mut Tx, ids: &Ids, jobs: Vec<NewJob>) -> Result<(), DbError> {
    let mut values = Vec::with_capacity(jobs.len().saturating_mul(COLUMNS));
    for job in jobs {
        values.extend::<[Value; COLUMNS]>([
            job.workspace.into(),
            ids.uuid().into(),
            job.queue.into(),
            job.group.into(),
            job.run_at.into(),
            job.run_at.into(),
            job.attempts_max.max(1).into(),
            job.payload.to_string().into(),
        ]);
    }
    tx.insert_many(INSERT, COLUMNS, values, "").await?;
    Ok(())
}
