use captely_contact::Timestamp;
use captely_platform::access::Role;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::{ApiKeyId, WorkspaceId};

use crate::ids::UserId;
use crate::model::{ApiKeyRow, read_role};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO api_key (workspace_id, id, name, visible, token_hash, scopes, role,
            created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    const LIVE: &str = "SELECT count(*) FROM api_key
        WHERE workspace_id = $1 AND created_by = $2 AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > $3)";

    /// The newest first; of all makers where none is named.
    const PAGE: &str = "SELECT id, name, visible, scopes, role, created_by, created_at, expires_at,
            used_at, used_address
        FROM api_key
        WHERE workspace_id = $1 AND revoked_at IS NULL AND (created_by = $2 OR $2 IS NULL)
            AND id < $3
        ORDER BY id DESC LIMIT $4";

    const RENAME: &str = "UPDATE api_key SET name = $4
        WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL
            AND (created_by = $3 OR $3 IS NULL)";

    const REVOKE: &str = "UPDATE api_key SET revoked_at = $4
        WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL
            AND (created_by = $3 OR $3 IS NULL)";

    const REVOKE_BY: &str = "UPDATE api_key SET revoked_at = $3
        WHERE workspace_id = $1 AND created_by = $2 AND revoked_at IS NULL";
}

/// A key to add.
#[derive(Debug)]
pub(crate) struct NewApiKey<'a> {
    pub(crate) id: ApiKeyId,
    pub(crate) name: &'a str,
    pub(crate) visible: &'a str,
    pub(crate) token_hash: [u8; 32],
    pub(crate) scopes: String,
    pub(crate) role: Role,
    pub(crate) created_by: UserId,
    pub(crate) expires_at: Option<Timestamp>,
}

pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    new: NewApiKey<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        new.id.into(),
        new.name.into(),
        new.visible.into(),
        new.token_hash.to_vec().into(),
        new.scopes.into(),
        new.role.as_str().into(),
        new.created_by.into(),
        now.into(),
        new.expires_at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// How many keys of `person` may be used.
pub(crate) async fn live(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    now: Timestamp,
) -> Result<i64, DbError> {
    let values = [workspace.into(), person.into(), now.into()];
    let row: Option<(i64,)> = tx.one(Stmt::text(LIVE, values)).await?;
    Ok(row.map_or(0, |(n,)| n))
}

type Row = (
    ApiKeyId,
    String,
    String,
    String,
    String,
    UserId,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

fn read(row: Row) -> Result<ApiKeyRow, DbError> {
    let (id, name, visible, scopes, role, created_by, created, expires, used, used_address) = row;
    Ok(ApiKeyRow {
        id,
        name,
        visible,
        scopes: scopes.parse().map_err(DbError::Decode)?,
        role: read_role(&role)?,
        created_by,
        created_at: Timestamp::micros(created),
        expires_at: expires.map(Timestamp::micros),
        used_at: used.map(Timestamp::micros),
        used_address,
    })
}

/// Keys that were not revoked, the newest first, older than `before`; of `maker` alone where one is
/// named.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    maker: Option<UserId>,
    before: ApiKeyId,
    limit: u32,
) -> Result<Vec<ApiKeyRow>, DbError> {
    let values = [workspace.into(), maker.into(), before.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(read).collect()
}

/// False where there is no such key, or it is not of `maker`.
pub(crate) async fn rename(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ApiKeyId,
    maker: Option<UserId>,
    name: &str,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), maker.into(), name.into()];
    Ok(tx.run(Stmt::text(RENAME, values)).await? == 1)
}

/// False where there is no such key, it is not of `maker`, or it was revoked before.
pub(crate) async fn revoke(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ApiKeyId,
    maker: Option<UserId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), maker.into(), now.into()];
    Ok(tx.run(Stmt::text(REVOKE, values)).await? == 1)
}

/// Revokes all keys of `person`. Returns how many.
pub(crate) async fn revoke_by(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    now: Timestamp,
) -> Result<u64, DbError> {
    tx.run(Stmt::text(REVOKE_BY, [workspace.into(), person.into(), now.into()])).await
}
