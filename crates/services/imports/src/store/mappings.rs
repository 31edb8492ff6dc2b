use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{UserId, WorkspaceId};

use super::{json, of_json};
use crate::SavedMapping;

captely_platform::statements! {
    pub(crate) fn statements;

    const SAVE: &str = "INSERT INTO import_mapping
            (workspace_id, signature, name, header, mapping, created_by, created_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
        ON CONFLICT (workspace_id, signature) DO UPDATE SET name = excluded.name,
            header = excluded.header, mapping = excluded.mapping, created_by = excluded.created_by,
            used_at = excluded.used_at";

    const FIND: &str = "SELECT signature, name, header, mapping, created_at, used_at
        FROM import_mapping WHERE workspace_id = $1 AND signature = $2";

    const USED: &str = "UPDATE import_mapping SET used_at = $3
        WHERE workspace_id = $1 AND signature = $2";

    const LIST: &str = "SELECT signature, name, header, mapping, created_at, used_at
        FROM import_mapping WHERE workspace_id = $1 ORDER BY used_at DESC, signature LIMIT $2";

    const DELETE: &str = "DELETE FROM import_mapping WHERE workspace_id = $1 AND signature = $2";
}

type MappingRow = (Vec<u8>, String, String, String, i64, i64);

/// Keeps one, in place of what was there.
#[expect(clippy::too_many_arguments, reason = "one for each column")]
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    signature: &[u8; 32],
    name: &str,
    header: &[String],
    words: &[String],
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 7] = [
        workspace.into(),
        signature.to_vec().into(),
        name.into(),
        json(header)?.into(),
        json(words)?.into(),
        by.into(),
        now.into(),
    ];
    tx.run(Stmt::text(SAVE, values)).await.map(|_| ())
}

/// One by its signature.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    signature: &[u8; 32],
) -> Result<Option<SavedMapping>, DbError> {
    let values: [Value; 2] = [workspace.into(), signature.to_vec().into()];
    let row: Option<MappingRow> = tx.one(Stmt::text(FIND, values)).await?;
    row.map(read).transpose()
}

/// A list is imported by it; nothing happens where there is none.
pub(crate) async fn used(
    tx: &mut Tx,
    workspace: WorkspaceId,
    signature: &[u8; 32],
    now: Timestamp,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), signature.to_vec().into(), now.into()];
    tx.run(Stmt::text(USED, values)).await.map(|_| ())
}

/// The last used first.
pub(crate) async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    most: u32,
) -> Result<Vec<SavedMapping>, DbError> {
    let rows: Vec<MappingRow> = tx.all(Stmt::text(LIST, [workspace.into(), most.into()])).await?;
    rows.into_iter().map(read).collect()
}

/// Whether it was there.
pub(crate) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    signature: &[u8; 32],
) -> Result<bool, DbError> {
    let values: [Value; 2] = [workspace.into(), signature.to_vec().into()];
    Ok(tx.run(Stmt::text(DELETE, values)).await? > 0)
}

fn read(row: MappingRow) -> Result<SavedMapping, DbError> {
    let (signature, name, header, mapping, created_at, used_at) = row;
    let hash = blake3::Hash::from_slice(&signature).map_err(|e| DbError::Other(e.to_string()))?;
    Ok(SavedMapping {
        signature: hash.to_hex().to_string(),
        name,
        header: of_json(&header, "a kept header")?,
        mapping: of_json(&mapping, "a kept mapping")?,
        created_at: Timestamp::micros(created_at),
        used_at: Timestamp::micros(used_at),
    })
}
