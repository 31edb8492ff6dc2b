//! How this installation is, in plain data for a probe, a page or a metric. Start at [`gather`].

mod disk;
mod judge;
mod notice;

use std::path::Path;
use std::time::Duration;

use captely_contact::Timestamp;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::jobs::{self, Pulse, Worker};
pub use disk::Disk;
pub use notice::{complain, settle, statements};

/// How it is on the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthStatus)]
pub enum Status {
    /// Everything works.
    Healthy,
    /// Requests are answered, but something needs a person: see [`Health::problems`].
    Degraded,
    /// Requests cannot be answered.
    Unhealthy,
}

/// Whether something answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthReach)]
pub enum Reach {
    /// It answers.
    Connected,
    /// It does not, or not in time.
    Unreachable,
}

/// Whether somebody does the background work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthWork)]
pub enum Work {
    /// At least one worker gives signs of life.
    Running,
    /// None does.
    Stopped,
    /// The database, which would know, does not answer.
    Unknown,
}

/// The job queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthQueue)]
pub struct Queue {
    /// Jobs that wait for their time or for a worker, counted up to
    /// [`PULSE_PENDING_MAX`](jobs::PULSE_PENDING_MAX).
    pub pending: u64,
    /// Seconds for which the first job that should run has been due; 0 where none is. Queues that no
    /// worker works on are left out: a list that was stopped half-way waits for its command.
    pub oldest_due_s: u64,
    /// Jobs that failed for good in the last hour.
    pub failed_last_hour: u64,
}

/// The processes that work on jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthWorkers)]
pub struct Workers {
    /// Those that gave a sign of life in the last [`WORKER_SILENT_MAX`](jobs::WORKER_SILENT_MAX).
    pub alive: u64,
    /// Seconds since the last sign of life of any; none where there has been none for an hour.
    pub last_seen_s: Option<u64>,
}

/// How this installation is. What could not be found out in time is left empty.
///
/// Monitors that know the names `redis` and `celery` get an honest answer: there is neither, but
/// their work is done. `redis` is the broker and cache, here tables of the database, so it says
/// whether those were read; `celery` is the workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// On the whole.
    pub status: Status,
    /// What is wrong and what to do, a sentence each. Over HTTP it is told to superadmins, and at
    /// addresses where they may act.
    pub problems: Vec<String>,
    /// The database.
    pub database: Reach,
    /// The job queue, by the name of what others use for it.
    pub redis: Reach,
    /// The workers, by the name of what others use for them.
    pub celery: Work,
    /// The job queue.
    pub queue: Option<Queue>,
    /// The workers.
    pub workers: Option<Workers>,
    /// The disk of the data folder.
    pub disk: Option<Disk>,
    /// Of the program.
    pub version: &'static str,
}

/// Finds out how things are, within `time_max`: a database that hangs is one that does not answer.
/// Nothing in the answer is secret or says where the database is.
pub async fn gather(db: &Db, clock: &dyn Clock, data_folder: &Path, time_max: Duration) -> Health {
    let now = clock.now();
    let (said, disk) =
        tokio::join!(timeout(time_max, ask(db, now)), timeout(time_max, disk::of(data_folder)));
    let said = said.unwrap_or_else(|_elapsed| Err(DbError::Connection("no answer".to_owned())));
    let said = match said {
        Ok(said) => Some(said),
        Err(error) => {
            tracing::debug!(%error, "The database did not answer the health check");
            None
        }
    };
    let disk = disk.ok().and_then(Result::ok);
    judge::judge(said, disk)
}

/// What the database says.
struct Said {
    queue: Queue,
    workers: Workers,
    /// What rooms complain of, a sentence each.
    notices: Vec<String>,
}

async fn ask(db: &Db, now: Timestamp) -> Result<Said, DbError> {
    let mut tx = db.reader().await?;
    let workers = jobs::workers(&mut tx).await?;
    let pulse = jobs::pulse(&mut tx, &workers, now).await?;
    let notices = notice::all(&mut tx).await?;
    Ok(Said { queue: queue(&pulse), workers: alive(&workers, now), notices })
}

fn queue(pulse: &Pulse) -> Queue {
    Queue {
        pending: pulse.pending,
        oldest_due_s: pulse.late.as_secs(),
        failed_last_hour: pulse.failed_last_hour,
    }
}

fn alive(workers: &[Worker], now: Timestamp) -> Workers {
    let alive = workers.iter().filter(|worker| worker.is_alive(now)).count();
    let last_seen = workers.iter().map(|worker| worker.seen_at).max();
    Workers {
        alive: u64::try_from(alive).unwrap_or(u64::MAX),
        last_seen_s: last_seen.map(|at| now.since(at).as_secs()),
    }
}
