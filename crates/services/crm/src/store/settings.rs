use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

captely_platform::statements! {
    pub(crate) fn statements;

    const LOAD: &str = "SELECT merge_same FROM duplicate_settings WHERE workspace_id = $1";

    /// Nothing where it is so already.
    const SAVE: &str = "INSERT INTO duplicate_settings (workspace_id, merge_same, updated_at) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace_id) DO UPDATE SET merge_same = excluded.merge_same, \
        updated_at = excluded.updated_at WHERE duplicate_settings.merge_same <> excluded.merge_same";
}

/// Whether those that are the same are merged; none where nothing was ever set.
pub(crate) async fn load(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<bool>, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(LOAD, [workspace.into()])).await?;
    Ok(row.map(|(merge_same,)| merge_same != 0))
}

/// Whether this changed anything.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    merge_same: bool,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [workspace.into(), merge_same.into(), now.into()];
    Ok(tx.run(Stmt::text(SAVE, values)).await? > 0)
}
