//! What uploading and forgetting files needs of the table of imports.

use std::collections::{BTreeMap, BTreeSet};

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};
use uuid::Uuid;

use super::{signed, unsigned};
use crate::ImportState;
use crate::upload::BytesAndHash;

macro_rules! files_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT j.workspace_id, j.id, j.state, j.file_key, j.dry_run_key FROM v CROSS JOIN import_job AS j
            WHERE j.workspace_id = v.workspace_id AND j.id = v.id"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const FIND: &str = "SELECT state, file_name, content_hash, file_bytes, file_key, dry_run_key FROM import_job \
        WHERE workspace_id = $1 AND id = $2";
    /// Changing nothing locks the row until the transaction ends.
    const LOCK: &str = "UPDATE import_job SET state = state \
        WHERE workspace_id = $1 AND id = $2 AND state = 'uploading'";
    const READY: &str = "UPDATE import_job SET state = 'ready', file_key = $3, file_bytes = $4, \
        content_hash = $5 WHERE workspace_id = $1 AND id = $2 AND state = 'uploading'";
    /// Those of all workspaces: one job forgets them.
    const UNFINISHED: &str = "SELECT workspace_id, id FROM import_job \
        WHERE state = 'uploading' AND created_at < $1 ORDER BY created_at, id LIMIT $2";
    const OLD: &str = "SELECT workspace_id, id, file_key, state FROM import_job \
        WHERE file_key IS NOT NULL AND created_at < $1 \
        AND state IN ('ready', 'paused', 'done', 'failed', 'cancelled', 'undone') \
        ORDER BY created_at, id LIMIT $2";
    const FORGET: &str = "UPDATE import_job SET file_key = NULL, dry_run_key = NULL \
        WHERE workspace_id = $1 AND id = $2 AND file_key IS NOT NULL \
        AND state IN ('done', 'failed', 'cancelled', 'undone')";
    const FILES: &str = files_text!("SELECT workspace_id, id FROM import_job WHERE workspace_id = $1");
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
        bytes: unsigned(bytes),
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

/// An import whose file has been kept as long as files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Old {
    pub(crate) whose: (WorkspaceId, ImportId),
    pub(crate) file_key: String,
    /// Whether it stands still half-way.
    pub(crate) paused: bool,
}

/// Up to `most` imports of all workspaces that began before `before`, whose file nobody reads just now.
pub(crate) async fn old(tx: &mut Tx, before: Timestamp, most: u32) -> Result<Vec<Old>, DbError> {
    let rows: Vec<(Uuid, Uuid, String, String)> =
        tx.all(Stmt::text(OLD, [before.into(), most.into()])).await?;
    let old = |(workspace, id, file_key, state): (Uuid, Uuid, String, String)| Old {
        whose: (workspace.into(), id.into()),
        file_key,
        paused: state == ImportState::Paused.as_str(),
    };
    Ok(rows.into_iter().map(old).collect())
}

/// The import has no file any more; false where it had none, or is not at its end.
pub(crate) async fn forget(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(FORGET, [workspace.into(), id.into()])).await? > 0)
}

/// What an import has in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FilesOf {
    uploading: bool,
    names: [Option<String>; 2],
}

impl FilesOf {
    /// Whether this is one of its files, or may become one.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.uploading || self.names.iter().flatten().any(|one| one == name)
    }
}

/// What these imports have; of those that are gone nothing.
pub(crate) async fn files_of(
    tx: &mut Tx,
    whose: &BTreeSet<(WorkspaceId, ImportId)>,
) -> Result<BTreeMap<(WorkspaceId, ImportId), FilesOf>, DbError> {
    type Row = (Uuid, Uuid, String, Option<String>, Option<String>);
    let values = whose.iter().flat_map(|(workspace, id)| [(*workspace).into(), (*id).into()]);
    let rows: Vec<Row> = tx.all_many(files_text!("@rows@"), 2, values.collect()).await?;
    let of = |(workspace, id, state, file, dry_run): Row| {
        let uploading = state == ImportState::Uploading.as_str();
        ((workspace.into(), id.into()), FilesOf { uploading, names: [file, dry_run] })
    };
    Ok(rows.into_iter().map(of).collect())
}
