//! How far the addresses of imports are checked.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use super::{json, of_json};
use crate::CheckState;
use crate::verified::{Checked, SoFar};

captely_platform::statements! {
    pub(crate) fn statements;

    /// One that has ended begins anew; one that waits or runs stays as it is.
    const ASK: &str = "INSERT INTO import_verified
            (workspace_id, import_id, state, so_far, asked_at) VALUES ($1, $2, 'waiting', $3, $4)
        ON CONFLICT (workspace_id, import_id) DO UPDATE SET state = 'waiting',
            so_far = excluded.so_far, trouble = NULL, asked_at = excluded.asked_at,
            finished_at = NULL
        WHERE import_verified.state IN ('done', 'stopped')";

    const LOAD: &str = "SELECT state, so_far, trouble, asked_at, finished_at FROM import_verified
        WHERE workspace_id = $1 AND import_id = $2";

    const NOTE: &str = "UPDATE import_verified SET state = 'running', so_far = $3
        WHERE workspace_id = $1 AND import_id = $2 AND state IN ('waiting', 'running')";

    const END: &str = "UPDATE import_verified SET state = $3, trouble = $4, finished_at = $5
        WHERE workspace_id = $1 AND import_id = $2 AND state IN ('waiting', 'running')";
}

/// Notes that addresses are to be checked; false where that waits or runs already.
pub(crate) async fn ask(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let so_far = json(&SoFar::default())?;
    let values: [Value; 4] = [workspace.into(), import.into(), so_far.into(), now.into()];
    Ok(tx.run(Stmt::text(ASK, values)).await? > 0)
}

/// How far it is; none where nobody asked for it.
pub(crate) async fn load(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<Option<Checked>, DbError> {
    type Row = (String, String, Option<String>, i64, Option<i64>);
    let row: Option<Row> = tx.one(Stmt::text(LOAD, [workspace.into(), import.into()])).await?;
    let Some((state, so_far, trouble, asked_at, finished_at)) = row else { return Ok(None) };
    let odd = || DbError::Decode(format!("the state of a verification is {state:?}"));
    Ok(Some(Checked {
        state: CheckState::of_word(&state).ok_or_else(odd)?,
        so_far: of_json(&so_far, "how far a verification is")?,
        trouble,
        asked_at: Timestamp::micros(asked_at),
        finished_at: finished_at.map(Timestamp::micros),
    }))
}

/// Notes how far it is; false where it has ended.
pub(crate) async fn note(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    so_far: &SoFar,
) -> Result<bool, DbError> {
    let values: [Value; 3] = [workspace.into(), import.into(), json(so_far)?.into()];
    Ok(tx.run(Stmt::text(NOTE, values)).await? > 0)
}

/// Ends it, with a reason where not everything was checked; false where it has ended.
pub(crate) async fn end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    trouble: Option<String>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let state = if trouble.is_none() { CheckState::Done } else { CheckState::Stopped };
    let values: [Value; 5] =
        [workspace.into(), import.into(), state.as_str().into(), trouble.into(), now.into()];
    Ok(tx.run(Stmt::text(END, values)).await? > 0)
}
