//! What a preview, a dry run, an undo and later tags left with an import, as JSON.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

captely_platform::statements! {
    pub(crate) fn statements;

    const SET_PREVIEW: &str = "UPDATE import_job SET preview = $3, header = $4, roles = $5, options = $6, trouble = $7, \
        dry_run = NULL, dry_run_key = NULL \
        WHERE workspace_id = $1 AND id = $2 AND state = 'ready'";

    const ASK_DRY_RUN: &str = "UPDATE import_job SET dry_run = $3, dry_run_key = NULL \
        WHERE workspace_id = $1 AND id = $2 AND state = 'ready'";

    /// Only what was asked for last, and while it can still be started.
    const KEEP_DRY_RUN: &str = "UPDATE import_job SET dry_run = $4, dry_run_key = $5 \
        WHERE workspace_id = $1 AND id = $2 AND state = 'ready' AND dry_run = $3";

    const SET_TAGS: &str = "UPDATE import_job SET tags = $3 WHERE workspace_id = $1 AND id = $2";

    const LOAD: &str = "SELECT preview, dry_run, dry_run_key, undo FROM import_job \
        WHERE workspace_id = $1 AND id = $2";
}

/// What was left, each as JSON but the key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Left {
    pub(crate) preview: Option<String>,
    pub(crate) dry_run: Option<String>,
    /// The name of the dry run's rows in the file store.
    pub(crate) dry_run_key: Option<String>,
    pub(crate) undo: Option<String>,
}

pub(crate) async fn load(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Option<Left>, DbError> {
    type Row = (Option<String>, Option<String>, Option<String>, Option<String>);
    let row: Option<Row> = tx.one(Stmt::text(LOAD, [workspace.into(), id.into()])).await?;
    Ok(row.map(|(preview, dry_run, dry_run_key, undo)| Left {
        preview,
        dry_run,
        dry_run_key,
        undo,
    }))
}

/// What a look at the file found.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) preview: String,
    pub(crate) header: String,
    pub(crate) columns: String,
    pub(crate) options: String,
    pub(crate) trouble: Option<String>,
}

/// Keeps a preview; false where the import was started meanwhile. What was tried before is forgotten: the file is
/// read in another way now.
pub(crate) async fn set_preview(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    seen: Seen,
) -> Result<bool, DbError> {
    let values: [Value; 7] = [
        workspace.into(),
        id.into(),
        seen.preview.into(),
        seen.header.into(),
        seen.columns.into(),
        seen.options.into(),
        seen.trouble.into(),
    ];
    Ok(tx.run(Stmt::text(SET_PREVIEW, values)).await? > 0)
}

/// A dry run of an import that waits and is held is asked for, in place of an earlier one.
pub(crate) async fn ask_dry_run(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    asked: String,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), id.into(), asked.into()];
    tx.run(Stmt::text(ASK_DRY_RUN, values)).await.map(drop)
}

/// Keeps what a dry run found and the name of its rows; false where it is no longer what was `asked` for.
pub(crate) async fn keep_dry_run(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    asked: String,
    (found, key): (String, Option<String>),
) -> Result<bool, DbError> {
    let values: [Value; 5] = [workspace.into(), id.into(), asked.into(), found.into(), key.into()];
    Ok(tx.run(Stmt::text(KEEP_DRY_RUN, values)).await? > 0)
}

/// The import has these tags from now on.
pub(crate) async fn set_tags(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    tags: &str,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_TAGS, [workspace.into(), id.into(), tags.into()])).await.map(drop)
}
