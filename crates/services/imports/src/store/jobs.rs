use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};
use uuid::Uuid;

use crate::ImportState;

const INSERT: &str = "INSERT INTO import_job (workspace_id, id, file_name, content_hash, header, \
    roles, state, n_read, n_rows, n_faults, n_surplus, started_at) \
    VALUES ($1, $2, $3, $4, $5, $6, 'processing', 0, 0, 0, 0, $7)";
const FIND: &str = "SELECT id, state, n_read, n_rows, n_faults, n_surplus FROM import_job \
    WHERE workspace_id = $1 AND content_hash = $2 AND header = $3 AND roles = $4 \
    ORDER BY started_at DESC, id DESC LIMIT 1";
const ADVANCE: &str = "UPDATE import_job SET n_read = $3, n_rows = n_rows + $4, \
    n_faults = n_faults + $5, \
    n_surplus = CASE WHEN n_surplus < $6 THEN $6 ELSE n_surplus END WHERE workspace_id = $1 AND id = $2 \
    RETURNING n_read, n_rows, n_faults, n_surplus";
/// Adding nothing locks the row until the transaction ends.
const LOCK: &str = "UPDATE import_job SET n_read = n_read WHERE workspace_id = $1 AND id = $2 \
    RETURNING n_read, n_rows, n_faults, n_surplus";
const FINISH: &str = "UPDATE import_job SET state = 'done', finished_at = $3 \
    WHERE workspace_id = $1 AND id = $2";

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![INSERT, FIND, ADVANCE, LOCK, FINISH]
}

/// An import as stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) id: ImportId,
    pub(crate) state: ImportState,
    pub(crate) reached: Reached,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The number of the last data row that is in.
    pub(crate) read: i64,
    pub(crate) rows: i64,
    pub(crate) faults: i64,
    pub(crate) surplus: i64,
}

impl From<(i64, i64, i64, i64)> for Reached {
    fn from((read, rows, faults, surplus): (i64, i64, i64, i64)) -> Self {
        Self { read, rows, faults, surplus }
    }
}

/// How far a chunk brings an import.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advance {
    /// All rows up to this one are in.
    pub(crate) n_read: i64,
    pub(crate) rows: i64,
    pub(crate) faults: i64,
    pub(crate) surplus: i64,
}

/// What makes two readings the same: the file's content and how its columns are understood.
#[derive(Debug, Clone)]
pub(crate) struct Sameness {
    pub(crate) content_hash: Vec<u8>,
    pub(crate) header: String,
    pub(crate) roles: String,
}

/// The newest import of the same content with the same columns.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    same: &Sameness,
) -> Result<Option<Stored>, DbError> {
    let values: [Value; 4] = [
        workspace.into(),
        same.content_hash.clone().into(),
        same.header.clone().into(),
        same.roles.clone().into(),
    ];
    let row: Option<(Uuid, String, i64, i64, i64, i64)> = tx.one(Stmt::text(FIND, values)).await?;
    Ok(row.map(|(id, state, read, rows, faults, surplus)| Stored {
        id: ImportId::from(id),
        state: if state == ImportState::Done.as_str() {
            ImportState::Done
        } else {
            ImportState::Processing
        },
        reached: Reached { read, rows, faults, surplus },
    }))
}

pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    file_name: &str,
    same: &Sameness,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 7] = [
        workspace.into(),
        id.into(),
        file_name.into(),
        same.content_hash.clone().into(),
        same.header.clone().into(),
        same.roles.clone().into(),
        now.into(),
    ];
    tx.run(Stmt::text(INSERT, values)).await.map(|_| ())
}

/// How far the import is by now; nobody else brings it further before `tx` ends.
pub(crate) async fn lock(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Reached, DbError> {
    reached(tx, Stmt::text(LOCK, [workspace.into(), id.into()])).await
}

async fn reached(tx: &mut Tx, stmt: Stmt) -> Result<Reached, DbError> {
    let row: Option<(i64, i64, i64, i64)> = tx.one(stmt).await?;
    row.map(Reached::from).ok_or_else(|| DbError::Other("the import was deleted meanwhile".into()))
}

/// Notes how far the import is; how far that is in all.
pub(crate) async fn advance(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    by: Advance,
) -> Result<Reached, DbError> {
    let values: [Value; 6] = [
        workspace.into(),
        id.into(),
        by.n_read.into(),
        by.rows.into(),
        by.faults.into(),
        by.surplus.into(),
    ];
    reached(tx, Stmt::text(ADVANCE, values)).await
}

pub(crate) async fn finish(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), id.into(), now.into()];
    tx.run(Stmt::text(FINISH, values)).await.map(|_| ())
}
