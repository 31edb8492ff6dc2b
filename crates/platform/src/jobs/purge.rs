use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Handler, Job, Schedule, Verdict};
use crate::clock::Clock;
use crate::db::{Db, DbError, Stmt, Tx};
use crate::ids::WorkspaceId;

/// The queue of jobs that remove finished jobs.
pub const JOBS_PURGE: &str = "jobs_purge.v1";

/// Jobs removed in one transaction.
const BATCH_JOBS: u32 = 5_000;
const DAY: Duration = Duration::from_hours(24);
const DAY_S: u32 = 86_400;

crate::statements! {
    pub(super) fn statements;

    /// An id begins with the time at which it was made (UUIDv7), and what finished before a moment was
    /// made before it: the index of ids leads past all younger jobs, and no index of finished jobs
    /// burdens the queue.
    const PURGE: &str = "DELETE FROM job WHERE id IN (
        SELECT id FROM job WHERE id < $3 AND state IN (2, 3, 4) AND due_at < $1
        ORDER BY id LIMIT $2)";
}

/// Removes up to `n` jobs that finished before `before` (and were pushed in an earlier millisecond);
/// returns how many. Groups that someone may still count should be older than that.
pub async fn purge(tx: &mut Tx, before: Timestamp, n: u32) -> Result<u64, DbError> {
    let ms = u128::try_from(before.as_micros() / 1_000).unwrap_or_default();
    let first_later = Uuid::from_u128((ms & 0xFFFF_FFFF_FFFF) << 80);
    tx.run(Stmt::text(PURGE, [before.into(), n.into(), first_later.into()])).await
}

#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    older_than_days: u32,
}

/// The schedule that once a day removes what finished more than `older_than_days` ago.
pub fn purge_schedule(older_than_days: u32, first_at: Timestamp) -> Schedule {
    Schedule {
        workspace: WorkspaceId::INSTALLATION,
        name: "jobs_purge".to_owned(),
        queue: JOBS_PURGE,
        payload: serde_json::json!(Payload { older_than_days }),
        attempts_max: 5,
        every_s: DAY_S,
        first_at,
    }
}

/// Does the jobs of [`JOBS_PURGE`], a few thousand rows a transaction so that nobody waits long.
pub struct Purge {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Purge {
    /// Of the queue in this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    async fn purge(&self, before: Timestamp) -> Result<u64, DbError> {
        let mut purged = 0_u64;
        loop {
            let mut tx = self.db.writer().await?;
            let n = purge(&mut tx, before, BATCH_JOBS).await?;
            tx.commit().await?;
            purged = purged.saturating_add(n);
            if n < u64::from(BATCH_JOBS) {
                return Ok(purged);
            }
        }
    }
}

#[async_trait]
impl Handler for Purge {
    fn queue(&self) -> &'static str {
        JOBS_PURGE
    }

    async fn run(&self, job: &Job) -> Verdict {
        let payload = match serde_json::from_value::<Payload>(job.payload.clone()) {
            Ok(payload) => payload,
            Err(why) => {
                return Verdict::Fail { why: format!("its payload cannot be read: {why}") };
            }
        };
        let before = self.clock.now().minus(DAY.saturating_mul(payload.older_than_days));
        match self.purge(before).await {
            Ok(purged) => {
                tracing::info!(purged, "Finished jobs were removed");
                Verdict::Done
            }
            Err(why) => Verdict::Trouble { why: why.to_string() },
        }
    }
}
