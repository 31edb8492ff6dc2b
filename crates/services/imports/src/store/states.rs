//! From one state to the next, each only from where it may come.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use super::jobs::Terms;
use crate::{ImportState, Wanted};

captely_platform::statements! {
    pub(crate) fn statements;

    /// Changing nothing locks the row until the transaction ends.
    const HOLD: &str = "UPDATE import_job SET state = state WHERE workspace_id = $1 AND id = $2";
    const START: &str = "UPDATE import_job SET state = 'pending', wanted = 'run', header = $3, roles = $4, \
        policy = $5, tags = $6, trouble = NULL, started_at = $7, options = $8 \
        WHERE workspace_id = $1 AND id = $2 AND state = 'ready'";
    const BEGIN: &str = "UPDATE import_job SET state = 'processing' \
        WHERE workspace_id = $1 AND id = $2 AND state IN ('pending', 'processing') AND wanted = 'run'";
    const RETAKE: &str = "UPDATE import_job SET state = 'processing', trouble = NULL, finished_at = NULL \
        WHERE workspace_id = $1 AND id = $2 AND state = 'failed' AND source = 'local'";
    const WANT: &str = "UPDATE import_job SET wanted = $3 WHERE workspace_id = $1 AND id = $2 \
        AND state IN ('pending', 'processing', 'paused') AND wanted <> 'cancel'";
    const RESUME: &str = "UPDATE import_job SET state = 'pending', wanted = 'run' \
        WHERE workspace_id = $1 AND id = $2 AND state IN ('paused', 'processing')";
    const STOP: &str = "UPDATE import_job SET state = $3, finished_at = $4, trouble = $5 \
        WHERE workspace_id = $1 AND id = $2 AND state IN ('pending', 'processing', 'paused')";
    const END: &str = "UPDATE import_job SET state = 'cancelled', trouble = COALESCE($4, trouble), finished_at = $5 \
        WHERE workspace_id = $1 AND id = $2 AND state = $3";
    const REFUSE: &str = "UPDATE import_job SET state = 'failed', trouble = $3, finished_at = $4 \
        WHERE workspace_id = $1 AND id = $2 AND state = 'ready'";
    const UNDO: &str = "UPDATE import_job SET state = 'undoing' WHERE workspace_id = $1 AND id = $2 \
        AND state IN ('done', 'cancelled', 'failed')";
    const UNDONE: &str = "UPDATE import_job SET state = 'undone', undo = $3, finished_at = $4, dry_run_key = NULL \
        WHERE workspace_id = $1 AND id = $2 AND state = 'undoing'";
    const UNDOING: &str = "UPDATE import_job SET undo = $3 WHERE workspace_id = $1 AND id = $2 \
        AND state = 'undoing'";
    const STARTED: &str = "SELECT COUNT(*) FROM import_job \
        WHERE workspace_id = $1 AND started_at >= $2 AND source = 'upload'";
}

/// Keeps others from changing an import until `tx` ends.
pub(crate) async fn hold(tx: &mut Tx, workspace: WorkspaceId, id: ImportId) -> Result<(), DbError> {
    tx.run(Stmt::text(HOLD, [workspace.into(), id.into()])).await.map(|_| ())
}

/// Starts a waiting import that is held.
pub(crate) async fn start(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    with: Terms,
    now: Timestamp,
) -> Result<(), DbError> {
    let Terms { header, columns, policy, tags, options } = with;
    let values: [Value; 8] = [
        workspace.into(),
        id.into(),
        header.into(),
        columns.into(),
        policy.into(),
        tags.into(),
        now.into(),
        options.into(),
    ];
    tx.run(Stmt::text(START, values)).await.map(|_| ())
}

/// A worker takes it up; false where it is not to run.
pub(crate) async fn begin(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(BEGIN, [workspace.into(), id.into()])).await? > 0)
}

/// A file of this machine is read on, though it could not be read to its end before.
pub(crate) async fn retake(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<(), DbError> {
    tx.run(Stmt::text(RETAKE, [workspace.into(), id.into()])).await.map(|_| ())
}

/// Ends an import whose file cannot be read.
pub(crate) async fn refuse(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    why: String,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values: [Value; 4] = [workspace.into(), id.into(), why.into(), now.into()];
    Ok(tx.run(Stmt::text(REFUSE, values)).await? > 0)
}

/// Asks a running import to pause or to end; once it is to end, nothing else.
pub(crate) async fn want(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    wanted: Wanted,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), id.into(), wanted.as_str().into()];
    tx.run(Stmt::text(WANT, values)).await.map(|_| ())
}

/// Lets a paused import go on; false where it is not paused.
pub(crate) async fn resume(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(RESUME, [workspace.into(), id.into()])).await? > 0)
}

/// Ends or pauses a running import.
pub(crate) async fn stop(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    state: ImportState,
    trouble: Option<String>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = (state != ImportState::Paused).then_some(now);
    let values: [Value; 5] =
        [workspace.into(), id.into(), state.as_str().into(), ended.into(), trouble.into()];
    Ok(tx.run(Stmt::text(STOP, values)).await? > 0)
}

/// Ends an import that no worker has: one that waits in this state; false where it does not. `why` is for whoever
/// looks at it.
pub(crate) async fn end(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    waits: ImportState,
    why: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let why = why.map(str::to_owned);
    let values: [Value; 5] =
        [workspace.into(), id.into(), waits.as_str().into(), why.into(), now.into()];
    Ok(tx.run(Stmt::text(END, values)).await? > 0)
}

/// Begins to take an import back; false where it is not at its end.
pub(crate) async fn undo(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(UNDO, [workspace.into(), id.into()])).await? > 0)
}

/// How far an undo is, as JSON; false where it is not being undone.
pub(crate) async fn undoing(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    so_far: String,
) -> Result<bool, DbError> {
    let values: [Value; 3] = [workspace.into(), id.into(), so_far.into()];
    Ok(tx.run(Stmt::text(UNDOING, values)).await? > 0)
}

/// All of it was taken back; `report` is JSON. The rows of its dry run are forgotten with it.
pub(crate) async fn undone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ImportId,
    report: String,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values: [Value; 4] = [workspace.into(), id.into(), report.into(), now.into()];
    Ok(tx.run(Stmt::text(UNDONE, values)).await? > 0)
}

/// Uploads that were started since then.
pub(crate) async fn started_since(
    tx: &mut Tx,
    workspace: WorkspaceId,
    since: Timestamp,
) -> Result<u64, DbError> {
    let stmt = Stmt::text(STARTED, [workspace.into(), since.into()]);
    let row: Option<(i64,)> = tx.one(stmt).await?;
    Ok(super::unsigned(row.map_or(0, |(n,)| n)))
}
