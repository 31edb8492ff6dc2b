use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::key::KeyHash;

captely_platform::statements! {
    pub(crate) fn statements;

    const GET: &str = "SELECT amount FROM credit_refunded WHERE workspace_id = $1 AND key = $2";

    const PAGE: &str = "SELECT key, amount FROM credit_refunded WHERE workspace_id = $1 AND key > $2
        ORDER BY key LIMIT $3";

    const ADD: &str = "INSERT INTO credit_refunded (workspace_id, key, amount) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id, key) DO UPDATE SET amount = credit_refunded.amount + excluded.amount";
}

/// What of a charge was given back so far.
pub(crate) async fn get(tx: &mut Tx, workspace: WorkspaceId, key: KeyHash) -> Result<i64, DbError> {
    let values = [workspace.into(), key.as_slice().into()];
    let row: Option<(i64,)> = tx.one(Stmt::text(GET, values)).await?;
    Ok(row.map_or(0, |(amount,)| amount))
}

/// All of them in order, behind one.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: &[u8],
    limit: u32,
) -> Result<Vec<(KeyHash, i64)>, DbError> {
    let values = [workspace.into(), after.into(), limit.into()];
    let rows: Vec<(Vec<u8>, i64)> = tx.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(|(key, amount)| Ok((super::read_hash(&key)?, amount))).collect()
}

pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: KeyHash,
    amount: i64,
) -> Result<(), DbError> {
    let values = [workspace.into(), key.as_slice().into(), amount.into()];
    tx.run(Stmt::text(ADD, values)).await.map(drop)
}
