use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use super::charged::Mark;
use super::read_hash;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO credit_merged (workspace_id, from_id, into_id, action, key, amount, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workspace_id, from_id, into_id, action)
        DO UPDATE SET key = excluded.key, amount = excluded.amount, at = excluded.at";

    const OF: &str = "SELECT action, key, amount, at FROM credit_merged
        WHERE workspace_id = $1 AND from_id = $2 AND into_id = $3";

    const REMOVE: &str = "DELETE FROM credit_merged
        WHERE workspace_id = $1 AND from_id = $2 AND into_id = $3 AND action = $4";
}

/// Remembers a payment that went from one contact to another.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mark: &Mark,
    into: Uuid,
) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        mark.subject.into(),
        into.into(),
        mark.action.as_str().into(),
        mark.key.as_slice().into(),
        mark.amount.into(),
        mark.at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await.map(drop)
}

/// The payments that went from one contact to another: as marks of the first.
pub(crate) async fn of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    from: Uuid,
    into: Uuid,
) -> Result<Vec<Mark>, DbError> {
    let values = [workspace.into(), from.into(), into.into()];
    let rows: Vec<(String, Vec<u8>, i64, i64)> = tx.all(Stmt::text(OF, values)).await?;
    let read = |(action, key, amount, at): (String, Vec<u8>, i64, i64)| {
        let action = action.parse().map_err(DbError::Decode)?;
        let (key, at) = (read_hash(&key)?, Timestamp::micros(at));
        Ok(Mark { subject: from, action, key, amount, at })
    };
    rows.into_iter().map(read).collect()
}

/// Forgets that one went.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mark: &Mark,
    into: Uuid,
) -> Result<(), DbError> {
    let action = mark.action.as_str().into();
    let values = [workspace.into(), mark.subject.into(), into.into(), action];
    tx.run(Stmt::text(REMOVE, values)).await.map(drop)
}
