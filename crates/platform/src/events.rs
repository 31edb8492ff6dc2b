//! What happened, kept in the order in which it became visible.
//!
//! An event is published in the transaction that makes it true and exists if that commits. A reader
//! keeps a [`Cursor`] and asks for what came after it.
//!
//! **No event is skipped.** On SQLite one transaction writes at a time, so numbers are given in the
//! order of commits. On PostgreSQL a transaction that began earlier may commit later; numbers alone
//! would let a reader pass it by. There each event carries the number of its transaction, events are
//! read in the order of those, and only up to the oldest transaction still open
//! (`pg_snapshot_xmin`): every number below that is settled, and none can be added. The price: one
//! writing transaction left open anywhere on the server (its numbers are shared by all databases)
//! holds back what came after it, until it ends. So a reader that finds nothing looks again later.
//!
//! Within one transaction events keep the order of publishing.

use std::fmt;
use std::str::FromStr;

use captely_contact::Timestamp;
use uuid::Uuid;

use crate::db::{Db, DbError, Engine, Stmt, Tx, Value};
use crate::ids::{EventId, Ids, WorkspaceId};

/// The most events of one reading.
pub const READ_EVENTS_MAX: u32 = 10_000;

const INSERT: &str = "INSERT INTO event (workspace_id, id, kind, subject, at, data)";
const COLUMNS: usize = 6;

macro_rules! read_text {
    ($settled:literal) => {
        concat!(
            "SELECT tx, seq, id, kind, subject, at, data FROM event
             WHERE workspace_id = $1 AND (tx, seq) > ($2, $3) ",
            $settled,
            " ORDER BY tx, seq LIMIT $4"
        )
    };
}

const READ_SQLITE: &str = read_text!("");
const READ_POSTGRES: &str =
    read_text!("AND tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)");

macro_rules! last_text {
    ($settled:literal) => {
        concat!(
            "SELECT tx, seq FROM event WHERE workspace_id = $1 ",
            $settled,
            " ORDER BY tx DESC, seq DESC LIMIT 1"
        )
    };
}

const LAST_SQLITE: &str = last_text!("");
const LAST_POSTGRES: &str =
    last_text!("AND tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)");

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What: a noun and a verb in the past, `contact.enriched`.
    pub kind: &'static str,
    /// To what: the id of the noun.
    pub subject: Uuid,
    /// What a listener wants to know without asking back. No secrets.
    pub data: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

/// An event as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Its place: read after this to go on.
    pub cursor: Cursor,
    /// Its id.
    pub id: EventId,
    /// What: `contact.enriched`.
    pub kind: String,
    /// To what.
    pub subject: Uuid,
    /// What the publisher added.
    pub data: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

/// A place between events, shown as two numbers: `0.17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cursor {
    tx: i64,
    seq: i64,
}

impl Cursor {
    /// Before the first event.
    pub const START: Self = Self { tx: 0, seq: 0 };
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.tx, self.seq)
    }
}

/// The error is a sentence.
impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text
            .split_once('.')
            .and_then(|(tx, seq)| Some(Self { tx: tx.parse().ok()?, seq: seq.parse().ok()? }));
        parsed.ok_or_else(|| "a place among events is two numbers such as 0.17".to_owned())
    }
}

/// Publishes events in the caller's transaction.
pub async fn publish(tx: &mut Tx, ids: &Ids, events: &[Event]) -> Result<(), DbError> {
    let mut values = Vec::with_capacity(events.len().saturating_mul(COLUMNS));
    for event in events {
        values.extend::<[Value; COLUMNS]>([
            event.workspace.into(),
            ids.uuid().into(),
            event.kind.into(),
            event.subject.into(),
            event.at.into(),
            event.data.to_string().into(),
        ]);
    }
    tx.insert_many(INSERT, COLUMNS, values, "").await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Found {
    tx: i64,
    seq: i64,
    id: EventId,
    kind: String,
    subject: Uuid,
    at: i64,
    data: String,
}

/// Up to `n` events (at most [`READ_EVENTS_MAX`]) of a workspace after `after`, in order. Fewer than
/// `n`, also none, mean that there are no more for now.
pub async fn read_after(
    db: &Db,
    workspace: WorkspaceId,
    after: Cursor,
    n: u32,
) -> Result<Vec<Published>, DbError> {
    let n = n.min(READ_EVENTS_MAX);
    let values = [workspace.into(), after.tx.into(), after.seq.into(), n.into()];
    let rows: Vec<Found> = db.all(Stmt::either(READ_SQLITE, READ_POSTGRES, values)).await?;
    rows.into_iter().map(Published::try_from).collect()
}

/// The place behind the last event of a workspace that can be read now; [`Cursor::START`] where there
/// is none.
pub async fn present(db: &Db, workspace: WorkspaceId) -> Result<Cursor, DbError> {
    let stmt = Stmt::either(LAST_SQLITE, LAST_POSTGRES, [workspace.into()]);
    let last: Option<(i64, i64)> = db.one(stmt).await?;
    Ok(last.map_or(Cursor::START, |(tx, seq)| Cursor { tx, seq }))
}

impl TryFrom<Found> for Published {
    type Error = DbError;

    fn try_from(row: Found) -> Result<Self, DbError> {
        let data = serde_json::from_str(&row.data)
            .map_err(|why| DbError::Decode(format!("{} has no JSON: {why}", row.id)))?;
        Ok(Self {
            cursor: Cursor { tx: row.tx, seq: row.seq },
            id: row.id,
            kind: row.kind,
            subject: row.subject,
            data,
            at: Timestamp::micros(row.at),
        })
    }
}

/// Every statement of this room as `engine` gets it, but for those over many rows.
pub fn statements(engine: Engine) -> Vec<&'static str> {
    match engine {
        Engine::Sqlite => vec![READ_SQLITE, LAST_SQLITE],
        Engine::Postgres => vec![READ_POSTGRES, LAST_POSTGRES],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_being_written_down() {
        let cursor = Cursor { tx: 7, seq: 12 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert!(cursor > Cursor::START);
        assert!("7".parse::<Cursor>().is_err());
    }
}
