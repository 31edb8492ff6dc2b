use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::ids::UserId;
use crate::model::{HostedWorkspace, Workspace, read_role, read_tier};
use crate::plan::PlanLimits;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO workspace (workspace_id, name, name_folded, tier, created_at)
        VALUES ($1, $2, $3, $4, $5)";

    const OF_PERSON: &str = "SELECT w.workspace_id, w.name, w.tier, w.created_at, m.role
        FROM member m JOIN workspace w ON w.workspace_id = m.workspace_id
        WHERE m.person_id = $1 ORDER BY m.joined_at, w.workspace_id LIMIT 1000";

    const RENAME: &str = "UPDATE workspace SET name = $2, name_folded = $3 WHERE workspace_id = $1";

    /// The newest first; `$2` is a pattern in small letters, or NULL for all.
    const PAGE: &str = "SELECT w.workspace_id, w.name, w.tier, w.created_at,
            (SELECT count(*) FROM member m WHERE m.workspace_id = w.workspace_id)
        FROM workspace w
        WHERE w.workspace_id < $1
            AND (CAST($2 AS TEXT) IS NULL OR w.name_folded LIKE $2 ESCAPE '!')
        ORDER BY w.workspace_id DESC LIMIT $3";

    const IS_THERE: &str = "SELECT count(*) FROM workspace WHERE workspace_id = $1";

    const NAME: &str = "SELECT name FROM workspace WHERE workspace_id = $1";

    /// shared by all workspaces: what looks after each of them begins here.
    const IDS: &str = "SELECT workspace_id FROM workspace WHERE workspace_id > $1
        ORDER BY workspace_id LIMIT $2";

    const SET_TIER: &str = "UPDATE workspace SET tier = $2 WHERE workspace_id = $1";

    const LIMITS: &str =
        "SELECT tier, members_max, api_access FROM workspace WHERE workspace_id = $1";

    const SET_LIMITS: &str = "UPDATE workspace SET tier = $2, members_max = $3, api_access = $4
        WHERE workspace_id = $1 AND (tier <> $2 OR COALESCE(members_max, -1) <> COALESCE($3, -1)
            OR api_access <> $4)";
}

pub(crate) async fn add(
    tx: &mut Tx,
    id: WorkspaceId,
    name: &str,
    tier: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let folded = name.to_lowercase();
    let values = [id.into(), name.into(), folded.into(), tier.into(), now.into()];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// The workspaces of somebody in the order of joining, 1,000 at most.
pub(crate) async fn of_person(db: &Db, person: UserId) -> Result<Vec<Workspace>, DbError> {
    type Row = (WorkspaceId, String, String, i64, String);
    let rows: Vec<Row> = db.all(Stmt::text(OF_PERSON, [person.into()])).await?;
    let read = |(id, name, tier, created, role): Row| {
        let (role, tier) = (read_role(&role)?, read_tier(&tier)?);
        Ok(Workspace { id, name, tier, role, created_at: Timestamp::micros(created) })
    };
    rows.into_iter().map(read).collect()
}

pub(crate) async fn is_there(tx: &mut Tx, id: WorkspaceId) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(IS_THERE, [id.into()])).await?;
    Ok(row.is_some_and(|(n,)| n > 0))
}

/// False where there is no such workspace.
pub(crate) async fn rename(tx: &mut Tx, id: WorkspaceId, name: &str) -> Result<bool, DbError> {
    let values = [id.into(), name.into(), name.to_lowercase().into()];
    Ok(tx.run(Stmt::text(RENAME, values)).await? == 1)
}

/// None where there is no such workspace.
pub(crate) async fn name(tx: &mut Tx, id: WorkspaceId) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = tx.one(Stmt::text(NAME, [id.into()])).await?;
    Ok(row.map(|(name,)| name))
}

/// False where there is no such workspace.
pub(crate) async fn set_tier(tx: &mut Tx, id: WorkspaceId, tier: &str) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(SET_TIER, [id.into(), tier.into()])).await? == 1)
}

/// What the plan allows; none where there is no such workspace.
pub(crate) async fn limits(tx: &mut Tx, id: WorkspaceId) -> Result<Option<PlanLimits>, DbError> {
    let row: Option<(String, Option<i64>, i64)> = tx.one(Stmt::text(LIMITS, [id.into()])).await?;
    let Some((tier, members_max, api_access)) = row else { return Ok(None) };
    let members_max = members_max.and_then(|max| u32::try_from(max).ok());
    Ok(Some(PlanLimits { tier: read_tier(&tier)?, members_max, api_access: api_access == 1 }))
}

/// Workspaces behind one, in the order of their ids.
pub(crate) async fn ids(
    db: &Db,
    after: WorkspaceId,
    limit: u32,
) -> Result<Vec<WorkspaceId>, DbError> {
    let rows: Vec<(WorkspaceId,)> = db.all(Stmt::text(IDS, [after.into(), limit.into()])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// False where they held already, or where there is no such workspace.
pub(crate) async fn set_limits(
    tx: &mut Tx,
    id: WorkspaceId,
    limits: PlanLimits,
) -> Result<bool, DbError> {
    let PlanLimits { tier, members_max, api_access } = limits;
    let values = [id.into(), tier.as_str().into(), members_max.into(), api_access.into()];
    Ok(tx.run(Stmt::text(SET_LIMITS, values)).await? == 1)
}

/// All workspaces of the installation, the newest first, older than `before`; those whose name holds
/// `search`, whatever its case.
pub(crate) async fn page(
    db: &Db,
    before: WorkspaceId,
    search: Option<&str>,
    limit: u32,
) -> Result<Vec<HostedWorkspace>, DbError> {
    type Row = (WorkspaceId, String, String, i64, i64);
    let values = [before.into(), search.map(holding).into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    let read = |(id, name, tier, created, members): Row| {
        let (tier, created_at) = (read_tier(&tier)?, Timestamp::micros(created));
        Ok(HostedWorkspace { id, name, tier, members, created_at })
    };
    rows.into_iter().map(read).collect()
}

/// The pattern of what holds `text`, whose own `%` and `_` mean nothing.
fn holding(text: &str) -> String {
    let mut out = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}
