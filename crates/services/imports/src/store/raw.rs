//! What uploading and forgetting files needs of the table of imports.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::upload::BytesAndHash;

const INSERT: &str = "INSERT INTO import_job (workspace_id, id, file_name, content_hash, header, roles, \
    state, n_read, n_rows, n_faults, n_surplus, started_at, source, created_at, created_by, file_bytes, \
    file_key) VALUES ($1, $2, $3, $4, '[]', '[]', $5, 0, 0, 0, 0, 0, 'upload', $6, $7, $8, $9)";
const FIND: &str = "SELECT state, file_name, content_hash, file_bytes, file_key, dry_run_key FROM import_job \
    WHERE workspace_id = $1 AND id = $2";
/// Changing nothing locks the row until the transaction ends.
const LOCK: &str = "UPDATE import_job SET state = state \
    WHERE workspace_id = $1 AND id = $2 AND state = 'uploading'";
const READY: &str = "UPDATE import_job SET state = 'ready', file_key = $3, file_bytes = $4, \
    content_hash = $5 WHERE workspace_id = $1 AND id = $2 AND state = 'uploading'";
const ABORT: &str = "UPDATE import_job SET state = 'cancelled', trouble = $3, finished_at = $4 \
    WHERE workspace_id = $1 AND id = $2 AND state = 'uploading'";
/// Those of all workspaces: one job forgets them.
const UNFINISHED: &str = "SELECT workspace_id, id FROM import_job \
    WHERE state = 'uploading' AND created_at < $1 ORDER BY created_at, id LIMIT $2";
const OLD: &str = "SELECT workspace_id, id, file_key FROM import_job \
    WHERE file_key IS NOT NULL AND created_at < $1 \
    AND state IN ('ready', 'done', 'failed', 'cancelled', 'undone') ORDER BY created_at, id LIMIT $2";
const FORGET: &str = "UPDATE import_job SET file_key = NULL, dry_run_key = NULL, \
    finished_at = CASE WHEN state = 'ready' THEN $4 ELSE finished_at END, \
    trouble = CASE WHEN state = 'ready' THEN $3 ELSE trouble END, \
    state = CASE WHEN state = 'ready' THEN 'cancelled' ELSE state END \
    WHERE workspace_id = $1 AND id = $2 AND file_key IS NOT NULL \
    AND state IN ('ready', 'done', 'failed', 'cancelled', 'undone')";

/// Every statement of this file.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![INSERT, FIND, LOCK, READY, ABORT, UNFINISHED, OLD, FORGET]
}

/// An import, as far as its file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawFile {
    pub(crate) state: String,
    pub(crate) file_name: String,
    /// Of the file, or what it is said to be while it comes; empty where nobody has said it.
    pub(crate) content_hash: Vec<u8>,
    /// Of the file, or how large it is said to be while it comes.
    pub(crate) bytes: u64,
    pub(crate) file_key: Option<String>,
    /// The rows of its dry run.
    pub(crate) dry_run_key: Option<String>,
}

/// A new import.
pub(crate) struct NewRaw<'a> {
    pub(crate) state: &'static str,
    pub(crate) file_name: &'a str,
    pub(crate) content_hash: Vec<u8>,
    pub(crate) bytes: u64,
    pub(crate) file_key: Option<String>,
    pub(crate) created_by: Option<UserId>,
}

pub(crate) async fn insert(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    new: NewRaw<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 9] = [
        workspace.into(),
        id.into(),
        new.file_name.into(),
        new.content_hash.into(),
        new.state.into(),
        now.into(),
        new.created_by.into(),
        signed(new.bytes).into(),
        new.file_key.into(),
    ];
    tx.run(Stmt::text(INSERT, values)).await.map(|_| ())
}

pub(crate) async fn find(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
) -> Result<Option<RawFile>, DbError> {
    type Row = (String, String, Vec<u8>, i64, Option<String>, Option<String>);
    let row: Option<Row> = tx.one(Stmt::text(FIND, [workspace.into(), id.into()])).await?;
    Ok(row.map(|(state, file_name, content_hash, bytes, file_key, dry_run_key)| RawFile {
        state,
        file_name,
        content_hash,
        bytes: u64::try_from(bytes).unwrap_or(0),
        file_key,
        dry_run_key,
    }))
}

/// Keeps others from changing an upload until `tx` ends; false where it is none any more.
pub(crate) async fn lock(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(LOCK, [workspace.into(), id.into()])).await? > 0)
}

/// The file is here; false where it was no upload any more.
pub(crate) async fn ready(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    file_key: &str,
    file: BytesAndHash,
) -> Result<bool, DbError> {
    let values: [Value; 5] = [
        workspace.into(),
        id.into(),
        file_key.into(),
        signed(file.bytes).into(),
        file.hash.to_vec().into(),
    ];
    Ok(tx.run(Stmt::text(READY, values)).await? > 0)
}

/// Ends an upload before its file is here; false where it was none any more.
pub(crate) async fn abort(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    why: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let why = why.map(str::to_owned);
    let values: [Value; 4] = [workspace.into(), id.into(), why.into(), now.into()];
    Ok(tx.run(Stmt::text(ABORT, values)).await? > 0)
}

/// Up to `most` uploads of all workspaces that began before `before` and are not at their end.
pub(crate) async fn unfinished(
    tx: &mut Tx,
    before: Timestamp,
    most: u32,
) -> Result<Vec<(WorkspaceId, ImportId)>, DbError> {
    let rows: Vec<(Uuid, Uuid)> =
        tx.all(Stmt::text(UNFINISHED, [before.into(), most.into()])).await?;
    Ok(rows.into_iter().map(|(workspace, id)| (workspace.into(), id.into())).collect())
}

/// Up to `most` imports of all workspaces that began before `before`, whose file nobody reads any more.
pub(crate) async fn old(
    tx: &mut Tx,
    before: Timestamp,
    most: u32,
) -> Result<Vec<(WorkspaceId, ImportId, String)>, DbError> {
    let rows: Vec<(Uuid, Uuid, String)> =
        tx.all(Stmt::text(OLD, [before.into(), most.into()])).await?;
    Ok(rows.into_iter().map(|(workspace, id, key)| (workspace.into(), id.into(), key)).collect())
}

/// The import has no file any more, and cannot begin if it has not; false where it is being read.
pub(crate) async fn forget(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    why: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values: [Value; 4] = [workspace.into(), id.into(), why.into(), now.into()];
    Ok(tx.run(Stmt::text(FORGET, values)).await? > 0)
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
