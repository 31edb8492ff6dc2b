//! Who a token or key belongs to and what they may do, in one read: every request asks this.

use captely_contact::Timestamp;
use captely_platform::access::Person;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::{ApiKeyId, SessionId, UserId, WorkspaceId};

captely_platform::statements! {
    pub(crate) fn statements;

    const OF_SESSION: &str = "SELECT s.proved_at, p.superadmin, p.name, p.email_sealed, p.created_at,
            CASE WHEN p.password_hash IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END,
            m.workspace_id, m.role, w.tier
        FROM session s
        JOIN person p ON p.id = s.person_id
        LEFT JOIN member m ON m.workspace_id = COALESCE($3, s.seat_id) AND m.person_id = s.person_id
        LEFT JOIN workspace w ON w.workspace_id = m.workspace_id
        WHERE s.id = $1 AND s.person_id = $2 AND s.ended_at IS NULL AND s.expires_at > $4
            AND p.disabled_at IS NULL";

    const OF_KEY: &str = "SELECT k.id, k.workspace_id, k.created_by, k.scopes, k.role, m.role, w.tier, w.api_access,
            k.used_at, p.name, p.email_sealed, p.created_at,
            CASE WHEN p.password_hash IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END
        FROM api_key k
        JOIN member m ON m.workspace_id = k.workspace_id AND m.person_id = k.created_by
        JOIN workspace w ON w.workspace_id = k.workspace_id
        JOIN person p ON p.id = k.created_by
        WHERE k.token_hash = $1 AND k.revoked_at IS NULL
            AND (k.expires_at IS NULL OR k.expires_at > $2) AND p.disabled_at IS NULL";

    const KEY_USED: &str = "UPDATE api_key SET used_at = $3, used_address = $5
        WHERE workspace_id = $1 AND id = $2 AND (used_at IS NULL OR used_at < $4)";
}

/// A session that is open.
pub(crate) struct OpenSession {
    pub(crate) proved_at: Timestamp,
    pub(crate) superadmin: bool,
    pub(crate) person: Person,
    /// Workspace, role and tier, where they are a member of the one that was asked for.
    pub(crate) seat: Option<(WorkspaceId, String, String)>,
}

type SessionRow =
    (i64, i64, String, String, i64, i64, Option<WorkspaceId>, Option<String>, Option<String>);

pub(crate) async fn of_session(
    db: &Db,
    session: SessionId,
    person: UserId,
    workspace: Option<WorkspaceId>,
    now: Timestamp,
) -> Result<Option<OpenSession>, DbError> {
    let values = [session.into(), person.into(), workspace.into(), now.into()];
    let row: Option<SessionRow> = db.one(Stmt::text(OF_SESSION, values)).await?;
    Ok(row.map(|row| {
        let (proved_at, superadmin, name, email, created_at, has_password, workspace, role, tier) =
            row;
        OpenSession {
            proved_at: Timestamp::micros(proved_at),
            superadmin: superadmin == 1,
            person: person_of(name, email, created_at, has_password),
            seat: workspace
                .zip(role)
                .zip(tier)
                .map(|((workspace, role), tier)| (workspace, role, tier)),
        }
    }))
}

fn person_of(name: String, email_sealed: String, created_at: i64, has_password: i64) -> Person {
    let created_at = Timestamp::micros(created_at);
    Person { name, email_sealed, has_password: has_password == 1, created_at }
}

/// A key that may be used.
#[derive(Debug)]
pub(crate) struct OpenKey {
    pub(crate) id: ApiKeyId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) made_by: UserId,
    pub(crate) scopes: String,
    pub(crate) role: String,
    pub(crate) member_role: String,
    pub(crate) tier: String,
    /// Whether the plan has access by keys.
    pub(crate) api_access: bool,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) person: Person,
}

type KeyRow = (
    ApiKeyId,
    WorkspaceId,
    UserId,
    String,
    String,
    String,
    String,
    i64,
    Option<i64>,
    String,
    String,
    i64,
    i64,
);

pub(crate) async fn of_key(
    db: &Db,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<OpenKey>, DbError> {
    let values = [hash.to_vec().into(), now.into()];
    let row: Option<KeyRow> = db.one(Stmt::text(OF_KEY, values)).await?;
    Ok(row.map(|row| {
        let (id, workspace, made_by, scopes, role, member_role, tier, api, used_at, ..) = row;
        let (.., name, email, created_at, has_password) = row;
        OpenKey {
            id,
            workspace,
            made_by,
            scopes,
            role,
            member_role,
            tier,
            api_access: api == 1,
            used_at: used_at.map(Timestamp::micros),
            person: person_of(name, email, created_at, has_password),
        }
    }))
}

/// Notes that a key was used; false where a use after `since` was noted.
pub(crate) async fn key_used(
    tx: &mut Tx,
    key: &OpenKey,
    address: &str,
    now: Timestamp,
    since: Timestamp,
) -> Result<bool, DbError> {
    let values = [key.workspace.into(), key.id.into(), now.into(), since.into(), address.into()];
    Ok(tx.run(Stmt::text(KEY_USED, values)).await? == 1)
}
