use captely_contact::Timestamp;
use uuid::Uuid;

use crate::db::DbError;
use crate::ids::{JobId, WorkspaceId};

/// A job to push.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Whose work it is.
    pub workspace: WorkspaceId,
    /// Which kind of work, with its version: `enrich_batch.v1`.
    pub queue: &'static str,
    /// What it is part of, such as a run; to count, pause and cancel together.
    pub group: Option<Uuid>,
    /// What the worker needs to know: ids, not rows, which may change meanwhile.
    pub payload: serde_json::Value,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// How often it may be started before it counts as failed; at least 1.
    pub attempts_max: u32,
}

/// A job held by a worker until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose work it is.
    pub workspace: WorkspaceId,
    /// Which kind of work.
    pub queue: String,
    /// What it is part of.
    pub group: Option<Uuid>,
    /// What the worker needs to know.
    pub payload: serde_json::Value,
    /// When it was meant to run.
    pub run_at: Timestamp,
    /// Which start this is, from 1.
    pub attempt: u32,
    /// How many starts it has.
    pub attempts_max: u32,
    /// Tells this holding of the lease from all others.
    pub(super) claims: i64,
}

/// As the claim gives it.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) workspace_id: WorkspaceId,
    pub(super) id: JobId,
    pub(super) queue: String,
    pub(super) group_id: Option<Uuid>,
    pub(super) payload: String,
    pub(super) run_at: i64,
    pub(super) attempt: i64,
    pub(super) attempts_max: i64,
    pub(super) claims: i64,
    pub(super) wanted: i64,
}

impl TryFrom<Claimed> for Job {
    type Error = DbError;

    fn try_from(row: Claimed) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::Decode(format!("{} has {what}", row.id));
        Ok(Self {
            id: row.id,
            workspace: row.workspace_id,
            group: row.group_id,
            payload: serde_json::from_str(&row.payload)
                .map_err(|why| bad(&format!("a payload that is no JSON: {why}")))?,
            run_at: Timestamp::micros(row.run_at),
            attempt: u32::try_from(row.attempt).map_err(|_range| bad("an odd attempt"))?,
            attempts_max: u32::try_from(row.attempts_max)
                .map_err(|_range| bad("an odd attempts_max"))?,
            claims: row.claims,
            queue: row.queue,
        })
    }
}
