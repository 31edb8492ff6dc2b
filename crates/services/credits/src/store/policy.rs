use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::{Policy, key};

captely_platform::statements! {
    pub(crate) fn statements;

    const GET: &str = "SELECT version, policy FROM credit_policy WHERE workspace_id = $1";

    const PUT: &str = "INSERT INTO credit_policy (workspace_id, version, policy) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id) DO UPDATE SET version = excluded.version, policy = excluded.policy";
}

/// With its version; none where nobody has said anything.
pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<(i64, Policy)>, DbError> {
    let row: Option<(i64, String)> = tx.one(Stmt::text(GET, [workspace.into()])).await?;
    let Some((version, text)) = row else { return Ok(None) };
    let policy = serde_json::from_str(&text).map_err(|e| DbError::Decode(e.to_string()))?;
    Ok(Some((version, policy)))
}

/// Its version: the same for the same policy, and never 0.
pub(crate) async fn put(
    tx: &mut Tx,
    workspace: WorkspaceId,
    policy: &Policy,
) -> Result<i64, DbError> {
    let text = serde_json::to_string(policy).map_err(|e| DbError::Other(e.to_string()))?;
    let hash = key::own("policy", text.as_bytes());
    let version =
        hash.first_chunk().map_or(1, |bytes| (i64::from_be_bytes(*bytes) & i64::MAX).max(1));
    tx.run(Stmt::text(PUT, [workspace.into(), version.into(), text.into()])).await?;
    Ok(version)
}
