use std::time::Duration;

use captely_contact::Timestamp;

use crate::db::{DbError, Stmt, Tx, Value};

/// A worker that has not been seen for this long counts as dead.
pub const WORKER_SILENT_MAX: Duration = Duration::from_secs(30);

/// Dead workers are forgotten after this long.
const FORGET_AFTER: Duration = Duration::from_hours(1);

crate::statements! {
    pub(super) fn statements;

    const SIGN: &str = "INSERT INTO worker
            (name, host, pid, version, queues, started_at, seen_at, running)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (name) DO UPDATE SET
            host = excluded.host, pid = excluded.pid, version = excluded.version,
            queues = excluded.queues, started_at = excluded.started_at,
            seen_at = excluded.seen_at, running = excluded.running";

    const LEAVE: &str = "DELETE FROM worker WHERE name = $1";

    const FORGET: &str = "DELETE FROM worker WHERE seen_at < $1";

    const LIST: &str = "SELECT name, host, pid, version, queues, started_at, seen_at, running
        FROM worker ORDER BY name";
}

/// A process that works on jobs, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Under which it holds leases.
    pub name: String,
    /// The machine it runs on.
    pub host: String,
    /// Its process there.
    pub pid: u32,
    /// Of the program.
    pub version: String,
    /// What it works on.
    pub queues: Vec<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Its last sign of life.
    pub seen_at: Timestamp,
    /// Jobs under way then.
    pub running: u32,
}

impl Worker {
    /// Whether it has given a sign of life in the last [`WORKER_SILENT_MAX`].
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) <= WORKER_SILENT_MAX
    }

    /// Whether it lives or died so short a time ago that what it worked on still waits for it. The rows of
    /// older ones stay where no worker is left to take them away.
    pub(super) fn is_known(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) <= FORGET_AFTER
    }

    /// Writes down this sign of life.
    pub(super) async fn sign(&self, tx: &mut Tx) -> Result<(), DbError> {
        let values: [Value; 8] = [
            self.name.as_str().into(),
            self.host.as_str().into(),
            self.pid.into(),
            self.version.as_str().into(),
            self.queues.join(" ").into(),
            self.started_at.into(),
            self.seen_at.into(),
            self.running.into(),
        ];
        tx.run(Stmt::text(SIGN, values)).await?;
        Ok(())
    }
}

/// Takes the worker off the list: it has ended in good order.
pub(super) async fn leave(tx: &mut Tx, name: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(LEAVE, [name.into()])).await?;
    Ok(())
}

/// Takes those off the list that have been dead for an hour.
pub(super) async fn forget_dead(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.minus(FORGET_AFTER).into()])).await
}

#[derive(sqlx::FromRow)]
struct Listed {
    name: String,
    host: String,
    pid: i64,
    version: String,
    queues: String,
    started_at: i64,
    seen_at: i64,
    running: i64,
}

/// The workers, also those that died in the last hour.
pub async fn workers(tx: &mut Tx) -> Result<Vec<Worker>, DbError> {
    let rows: Vec<Listed> = tx.all(Stmt::text(LIST, [])).await?;
    Ok(rows
        .into_iter()
        .map(|row| Worker {
            pid: u32::try_from(row.pid).unwrap_or_default(),
            queues: row.queues.split_whitespace().map(ToOwned::to_owned).collect(),
            started_at: Timestamp::micros(row.started_at),
            seen_at: Timestamp::micros(row.seen_at),
            running: u32::try_from(row.running).unwrap_or_default(),
            name: row.name,
            host: row.host,
            version: row.version,
        })
        .collect())
}
