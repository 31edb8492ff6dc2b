//! Contacts of before marks counted e-mail, phone and company.

use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

captely_platform::statements! {
    pub(crate) fn statements;

    const IS_UNMARKED: &str = "SELECT workspace_id FROM contact_unmarked WHERE workspace_id = $1";
    const MARKED: &str = "DELETE FROM contact_unmarked WHERE workspace_id = $1";
    const PAGE: &str = "SELECT id FROM contact WHERE workspace_id = $1 AND id > $2 AND marks IS NULL \
        ORDER BY id LIMIT $3";
}

/// Whether the workspace has contacts of before.
pub(crate) async fn is_unmarked(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, DbError> {
    let row: Option<(Uuid,)> = tx.one(Stmt::text(IS_UNMARKED, [workspace.into()])).await?;
    Ok(row.is_some())
}

/// It has none any more.
pub(crate) async fn marked(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
    tx.run(Stmt::text(MARKED, [workspace.into()])).await.map(drop)
}

/// The next contacts without marks.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<ContactId>,
    most: u32,
) -> Result<Vec<ContactId>, DbError> {
    let after = after.map_or_else(Uuid::nil, ContactId::as_uuid);
    let values = [workspace.into(), after.into(), most.into()];
    let rows: Vec<(Uuid,)> = tx.all(Stmt::text(PAGE, values)).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}
