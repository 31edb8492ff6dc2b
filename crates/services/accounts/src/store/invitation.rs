use captely_contact::Timestamp;
use captely_platform::access::Role;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::WorkspaceId;

use crate::ids::{InvitationId, UserId};
use crate::model::{Invitation, read_role};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO invitation (workspace_id, id, email_sealed, email_index, role,
            token_hash, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    const COUNT: &str = "SELECT count(*) FROM invitation WHERE workspace_id = $1";

    const PAGE: &str = "SELECT i.workspace_id, i.id, i.email_sealed, i.role, i.created_at,
            i.expires_at, w.name, i.invited_by, p.name
        FROM invitation i JOIN workspace w ON w.workspace_id = i.workspace_id
        JOIN person p ON p.id = i.invited_by
        WHERE i.workspace_id = $1 AND i.id < $2 ORDER BY i.id DESC LIMIT $3";

    const GET: &str = "SELECT i.workspace_id, i.id, i.email_sealed, i.role, i.created_at,
            i.expires_at, w.name, i.invited_by, p.name
        FROM invitation i JOIN workspace w ON w.workspace_id = i.workspace_id
        JOIN person p ON p.id = i.invited_by
        WHERE i.workspace_id = $1 AND i.id = $2";

    /// The token is what names the workspace.
    const BY_TOKEN: &str = "SELECT i.workspace_id, i.id, i.email_sealed, i.role, i.created_at,
            i.expires_at, w.name, i.invited_by, p.name
        FROM invitation i JOIN workspace w ON w.workspace_id = i.workspace_id
        JOIN person p ON p.id = i.invited_by
        WHERE i.token_hash = $1 AND i.expires_at > $2";

    const TAKE: &str = "DELETE FROM invitation
        WHERE workspace_id = $1 AND id = $2 AND token_hash = $3 AND expires_at > $4";

    const RENEW: &str = "UPDATE invitation SET token_hash = $3, expires_at = $4
        WHERE workspace_id = $1 AND id = $2";

    const REMOVE: &str = "DELETE FROM invitation WHERE workspace_id = $1 AND id = $2";

    /// Of all roles where `$3` is NULL.
    const REMOVE_BY: &str = "DELETE FROM invitation
        WHERE workspace_id = $1 AND invited_by = $2 AND (CAST($3 AS TEXT) IS NULL OR role = $3)";
}

const OF_ADDRESS: &str =
    "SELECT count(*) FROM invitation WHERE workspace_id = $1 AND email_index IN ";

/// An invitation to add.
#[derive(Debug)]
pub(crate) struct NewInvitation {
    pub(crate) id: InvitationId,
    pub(crate) email_sealed: String,
    pub(crate) email_index: [u8; 32],
    pub(crate) role: Role,
    pub(crate) token_hash: [u8; 32],
    pub(crate) invited_by: UserId,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    new: NewInvitation,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        new.id.into(),
        new.email_sealed.into(),
        new.email_index.to_vec().into(),
        new.role.as_str().into(),
        new.token_hash.to_vec().into(),
        new.invited_by.into(),
        now.into(),
        new.expires_at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

pub(crate) async fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(COUNT, [workspace.into()])).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Whether an address, given by its index under each key of the ring, is invited.
pub(crate) async fn is_invited(
    tx: &mut Tx,
    workspace: WorkspaceId,
    indexes: &[[u8; 32]],
) -> Result<bool, DbError> {
    let sql = format!("{OF_ADDRESS} ({})", in_list(2, indexes.len()));
    let places = padded(indexes.iter().map(|index| index.to_vec().into()).collect());
    let values: Vec<Value> = std::iter::once(workspace.into()).chain(places).collect();
    let row: Option<(i64,)> = tx.one(Stmt::owned(sql, values)).await?;
    Ok(row.is_some_and(|(n,)| n > 0))
}

type Row = (WorkspaceId, InvitationId, String, String, i64, i64, String, UserId, String);

fn read(row: Row) -> Result<Invitation, DbError> {
    let (workspace, id, email_sealed, role, created, expires, name, invited_by, inviter) = row;
    Ok(Invitation {
        workspace,
        id,
        email_sealed,
        role: read_role(&role)?,
        created_at: Timestamp::micros(created),
        expires_at: Timestamp::micros(expires),
        workspace_name: name,
        invited_by,
        inviter,
    })
}

/// The newest first, older than `before`.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    before: InvitationId,
    limit: u32,
) -> Result<Vec<Invitation>, DbError> {
    let values = [workspace.into(), before.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(read).collect()
}

pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Option<Invitation>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into(), id.into()])).await?;
    row.map(read).transpose()
}

/// The invitation that a token stands for, where it has not run out.
pub(crate) async fn by_token(
    tx: &mut Tx,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Invitation>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(BY_TOKEN, [hash.to_vec().into(), now.into()])).await?;
    row.map(read).transpose()
}

/// Uses an invitation up; false where somebody else did, or it was withdrawn or sent anew.
pub(crate) async fn take(
    tx: &mut Tx,
    invitation: &Invitation,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, DbError> {
    let values =
        [invitation.workspace.into(), invitation.id.into(), hash.to_vec().into(), now.into()];
    Ok(tx.run(Stmt::text(TAKE, values)).await? == 1)
}

/// Another token, good until `expires_at`; the old one is good for nothing any more.
pub(crate) async fn renew(
    tx: &mut Tx,
    invitation: &Invitation,
    hash: &[u8; 32],
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    let values = [
        invitation.workspace.into(),
        invitation.id.into(),
        hash.to_vec().into(),
        expires_at.into(),
    ];
    Ok(tx.run(Stmt::text(RENEW, values)).await? == 1)
}

pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(REMOVE, [workspace.into(), id.into()])).await? == 1)
}

/// Withdraws what `person` sent: the invitations to `role`, or all. Returns how many.
pub(crate) async fn remove_by(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    role: Option<Role>,
) -> Result<u64, DbError> {
    let role = role.map(Role::as_str);
    tx.run(Stmt::text(REMOVE_BY, [workspace.into(), person.into(), role.into()])).await
}
