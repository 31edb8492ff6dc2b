use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

captely_platform::statements! {
    pub(super) fn statements;

    /// A round that has not finished, and is not older than `$4`, goes on; else a new one begins.
    const BEGIN: &str = "INSERT INTO check_list (workspace_id, id, started_at) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id, id) DO UPDATE SET
            started_at = CASE
                WHEN check_list.finished_at IS NULL AND check_list.started_at >= $4
                THEN check_list.started_at ELSE excluded.started_at END,
            finished_at = NULL
        RETURNING started_at";

    const FINISH: &str = "UPDATE check_list SET finished_at = $4
        WHERE workspace_id = $1 AND id = $2 AND started_at = $3";
}

/// When the present round of a list began: `now`, or earlier where one goes on that began at
/// `oldest` or after.
pub(crate) async fn begin(
    tx: &mut Tx,
    workspace: WorkspaceId,
    list: Uuid,
    now: Timestamp,
    oldest: Timestamp,
) -> Result<Timestamp, DbError> {
    let values: [Value; 4] = [workspace.into(), list.into(), now.into(), oldest.into()];
    let row: Option<(i64,)> = tx.one(Stmt::text(BEGIN, values)).await?;
    Ok(row.map_or(now, |(at,)| Timestamp::micros(at)))
}

/// Ends the round that began at `since`; one that began later goes on.
pub(crate) async fn finish(
    tx: &mut Tx,
    workspace: WorkspaceId,
    list: Uuid,
    since: Timestamp,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 4] = [workspace.into(), list.into(), since.into(), now.into()];
    tx.run(Stmt::text(FINISH, values)).await.map(drop)
}
