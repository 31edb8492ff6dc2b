use captely_contact::Timestamp;

use super::State;
use crate::db::{DbError, Stmt, Tx, Value};
use crate::ids::{JobId, WorkspaceId};

crate::statements! {
    pub(super) fn statements;

    /// `COALESCE`: without a workspace the job may be anybody's.
    const RETRY: &str = "UPDATE job SET state = 0, due_at = $3, attempt = 0, error = NULL
        WHERE id = $1 AND workspace_id = COALESCE($2, workspace_id) AND state IN (3, 4)";

    const CANCEL: &str = "UPDATE job SET
            state = CASE WHEN state = 1 THEN 1 ELSE 4 END,
            due_at = CASE WHEN state = 1 THEN due_at ELSE $3 END,
            wanted = CASE WHEN state = 1 THEN 4 ELSE 0 END
        WHERE id = $1 AND workspace_id = COALESCE($2, workspace_id)
          AND (state IN (0, 5) OR state = 1 AND wanted <> 4)";

    const STATE: &str = "SELECT state FROM job
        WHERE id = $1 AND workspace_id = COALESCE($2, workspace_id)";
}

/// What came of an operator's wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// It was done, and the job is now in this state. A cancelled job that is still
    /// [`State::Processing`] runs to its end, but is not tried again.
    Now(State),
    /// In this state it cannot be done, or needs not be.
    Not(State),
    /// There is no such job, in this workspace.
    Missing,
}

/// Lets a failed or cancelled job run again at once, with all its attempts before it. `workspace`:
/// `None` for the whole installation.
pub async fn retry(
    tx: &mut Tx,
    workspace: Option<WorkspaceId>,
    id: JobId,
    now: Timestamp,
) -> Result<Acted, DbError> {
    act(tx, RETRY, workspace, id, now).await
}

/// Calls a job off: at once where it waits or is paused; one that a worker holds runs to its end, but
/// is not tried again. `workspace`: `None` for the whole installation.
pub async fn cancel(
    tx: &mut Tx,
    workspace: Option<WorkspaceId>,
    id: JobId,
    now: Timestamp,
) -> Result<Acted, DbError> {
    act(tx, CANCEL, workspace, id, now).await
}

/// The condition of `text` decides, so that of two who act at once, or of an operator and a worker, one
/// acts on what the other made.
async fn act(
    tx: &mut Tx,
    text: &'static str,
    workspace: Option<WorkspaceId>,
    id: JobId,
    now: Timestamp,
) -> Result<Acted, DbError> {
    let which: [Value; 2] = [id.into(), workspace.into()];
    let mut values = which.to_vec();
    values.push(now.into());
    let acted = tx.run(Stmt::text(text, values)).await? == 1;
    let state: Option<(i64,)> = tx.one(Stmt::text(STATE, which)).await?;
    Ok(match state {
        None => Acted::Missing,
        Some((number,)) if acted => Acted::Now(State::from_number(number)?),
        Some((number,)) => Acted::Not(State::from_number(number)?),
    })
}
