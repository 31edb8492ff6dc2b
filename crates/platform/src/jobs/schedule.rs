use captely_contact::Timestamp;

use crate::db::{Db, DbError, Stmt, Tx, Value};
use crate::ids::{Ids, WorkspaceId};

/// The most schedules that one look handles; the rest come with the next look.
const DUE_SCHEDULES_MAX: i64 = 1_000;

crate::statements! {
    pub(super) fn statements;

    const PUT: &str = "INSERT INTO job_schedule
            (workspace_id, name, queue, payload, attempts_max, every_s, next_at, enabled)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
        ON CONFLICT (workspace_id, name) DO UPDATE SET
            queue = excluded.queue, payload = excluded.payload,
            attempts_max = excluded.attempts_max, every_s = excluded.every_s,
            next_at = CASE WHEN job_schedule.every_s = excluded.every_s
                      THEN job_schedule.next_at ELSE excluded.next_at END";

    const ENABLE: &str =
        "UPDATE job_schedule SET enabled = $3 WHERE workspace_id = $1 AND name = $2";

    const DUE: &str = "SELECT workspace_id, name, queue, payload, attempts_max, every_s, next_at
        FROM job_schedule WHERE enabled = 1 AND next_at <= $1
        ORDER BY next_at, workspace_id, name LIMIT $2";

    /// Whoever changes the row pushes the job: with two processes one of them changes none.
    const ADVANCE: &str = "UPDATE job_schedule SET next_at = $4
        WHERE workspace_id = $1 AND name = $2 AND next_at = $3 AND enabled = 1";

    const PUSH: &str = "INSERT INTO job
            (workspace_id, id, queue, run_at, due_at, attempts_max, payload)
        VALUES ($1, $2, $3, $4, $4, $5, $6)";
}

/// A job that is pushed again and again.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Whose work it is.
    pub workspace: WorkspaceId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// Which queue the job goes to.
    pub queue: &'static str,
    /// What the worker needs to know.
    pub payload: serde_json::Value,
    /// How often each job may be started.
    pub attempts_max: u32,
    /// Seconds from one due time to the next; at least 1.
    pub every_s: u32,
    /// The first due time.
    pub first_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Due {
    workspace_id: WorkspaceId,
    name: String,
    queue: String,
    payload: String,
    attempts_max: i64,
    every_s: i64,
    next_at: i64,
}

/// Adds a schedule, or changes the one of that name. A change that leaves `every_s` as it was keeps
/// the next due time, so that a program may put its schedules at every start; whether it is enabled
/// is left as it was.
pub async fn put_schedule(tx: &mut Tx, schedule: &Schedule) -> Result<(), DbError> {
    let values: [Value; 7] = [
        schedule.workspace.into(),
        schedule.name.as_str().into(),
        schedule.queue.into(),
        schedule.payload.to_string().into(),
        schedule.attempts_max.max(1).into(),
        schedule.every_s.max(1).into(),
        schedule.first_at.into(),
    ];
    tx.run(Stmt::text(PUT, values)).await?;
    Ok(())
}

/// Switches a schedule on or off. False where there is none of that name.
pub async fn enable_schedule(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    enabled: bool,
) -> Result<bool, DbError> {
    let values = [workspace.into(), name.into(), enabled.into()];
    Ok(tx.run(Stmt::text(ENABLE, values)).await? == 1)
}

/// Pushes the job of each schedule that is due at `now`, once per due time however many processes
/// look. Due times that passed while nobody looked are made up by one job. Returns how many jobs
/// were pushed.
pub async fn due_schedules(db: &Db, ids: &Ids, now: Timestamp) -> Result<u64, DbError> {
    let due = [now.into(), DUE_SCHEDULES_MAX.into()];
    let mut tx = db.reader().await?;
    let rows: Vec<Due> = tx.all(Stmt::text(DUE, due)).await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(0);
    }
    let mut pushed = 0_u64;
    let mut tx = db.writer().await?;
    for row in rows {
        let next = after(row.next_at, row.every_s, now);
        let values = [row.workspace_id.into(), row.name.into(), row.next_at.into(), next.into()];
        if tx.run(Stmt::text(ADVANCE, values)).await? == 0 {
            continue;
        }
        let job: [Value; 6] = [
            row.workspace_id.into(),
            ids.uuid().into(),
            row.queue.into(),
            row.next_at.into(),
            row.attempts_max.into(),
            row.payload.into(),
        ];
        pushed = pushed.saturating_add(tx.run(Stmt::text(PUSH, job)).await?);
    }
    tx.commit().await?;
    Ok(pushed)
}

/// The first due time after `now`, in step with `next_at`.
fn after(next_at: i64, every_s: i64, now: Timestamp) -> Timestamp {
    let every = every_s.saturating_mul(1_000_000).max(1);
    let missed = now.as_micros().saturating_sub(next_at).max(0) / every;
    Timestamp::micros(next_at.saturating_add(every.saturating_mul(missed.saturating_add(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_due_time_keeps_step() {
        let s = |n: i64| n * 1_000_000;
        for (next_at, now, expected) in
            [(100, 100, 160), (100, 159, 160), (100, 160, 220), (100, 500, 520)]
        {
            assert_eq!(after(s(next_at), 60, Timestamp::micros(s(now))).as_micros(), s(expected));
        }
    }
}
