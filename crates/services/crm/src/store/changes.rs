use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

const INSERT: &str = "INSERT INTO record_change (workspace_id, origin_id, number, kind, record_id, \
    before, after, at)";

captely_platform::statements! {
    pub(crate) fn statements;

    const CLOCK: &str = "INSERT INTO record_clock (workspace_id, at) VALUES ($1, $2) \
        ON CONFLICT (workspace_id) DO UPDATE SET at = CASE WHEN excluded.at > record_clock.at \
        THEN excluded.at ELSE record_clock.at + 1 END RETURNING at";
    const LAST: &str = "SELECT number FROM record_change WHERE workspace_id = $1 AND origin_id = $2 \
        ORDER BY number DESC LIMIT 1";
    const INSERT_ONE: &str = "INSERT INTO record_change (workspace_id, origin_id, number, kind, record_id, \
        before, after, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// What an import changed of one record.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// `contact` or `company`.
    pub(crate) kind: &'static str,
    pub(crate) record: Uuid,
    /// JSON: the fields that changed, as they were.
    pub(crate) before: String,
    /// JSON: as they are now.
    pub(crate) after: String,
}

/// A time for what is written down of a change or merge: now, or just behind the one before, where another machine's
/// clock was ahead. The caller has locked the contacts of the workspace.
pub(crate) async fn at(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Timestamp, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(CLOCK, [workspace.into(), now.into()])).await?;
    Ok(row.map_or(now, |(at,)| Timestamp::micros(at)))
}

/// Writes changes down behind those that the import has made so far.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    changes: Vec<Change>,
    now: Timestamp,
) -> Result<(), DbError> {
    if changes.is_empty() {
        return Ok(());
    }
    let at = at(tx, workspace, now).await?;
    let last: Option<(i64,)> = tx.one(Stmt::text(LAST, [workspace.into(), origin.into()])).await?;
    let first = last.map_or(0, |(n,)| n.saturating_add(1));
    let values = (first..).zip(changes).flat_map(|(number, change)| -> [Value; 8] {
        [
            workspace.into(),
            origin.into(),
            number.into(),
            change.kind.into(),
            change.record.into(),
            change.before.into(),
            change.after.into(),
            at.into(),
        ]
    });
    let values: Vec<Value> = values.collect();
    tx.insert_many(INSERT, 8, values, "").await.map(drop)
}
