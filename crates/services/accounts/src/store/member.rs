use captely_contact::{Credits, Timestamp};
use captely_platform::access::Role;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::ids::UserId;
use crate::model::{Colleague, read_role};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO member (workspace_id, person_id, role, joined_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (workspace_id, person_id) DO NOTHING";

    const FIRST_OF: &str = "SELECT workspace_id FROM member WHERE person_id = $1
        ORDER BY joined_at, workspace_id LIMIT 1";

    const PAGE: &str = "SELECT m.person_id, p.email_sealed, p.name, m.role, m.spending_limit,
            m.joined_at, p.disabled_at
        FROM member m JOIN person p ON p.id = m.person_id
        WHERE m.workspace_id = $1 AND (m.joined_at, m.person_id) > ($2, $3)
        ORDER BY m.joined_at, m.person_id LIMIT $4";

    const GET: &str = "SELECT m.person_id, p.email_sealed, p.name, m.role, m.spending_limit,
            m.joined_at, p.disabled_at
        FROM member m JOIN person p ON p.id = m.person_id
        WHERE m.workspace_id = $1 AND m.person_id = $2";

    const COUNT: &str = "SELECT count(*) FROM member WHERE workspace_id = $1";

    /// Across workspaces, as FIRST_OF: it is these that are counted.
    const COUNT_OF: &str = "SELECT count(workspace_id) FROM member WHERE person_id = $1";

    /// Those who can sign in: an owner whose account is disabled helps nobody.
    const OTHER_OWNERS: &str = "SELECT count(*)
        FROM member m JOIN person p ON p.id = m.person_id
        WHERE m.workspace_id = $1 AND m.person_id <> $2 AND m.role = 'owner'
            AND p.disabled_at IS NULL";

    const OWNERS: &str = "SELECT p.email_sealed, p.name
        FROM member m JOIN person p ON p.id = m.person_id
        WHERE m.workspace_id = $1 AND m.role = 'owner' AND p.disabled_at IS NULL
        ORDER BY m.joined_at, m.person_id LIMIT 10";

    const SET_ROLE: &str =
        "UPDATE member SET role = $3 WHERE workspace_id = $1 AND person_id = $2";

    const SET_LIMIT: &str =
        "UPDATE member SET spending_limit = $3 WHERE workspace_id = $1 AND person_id = $2";

    const LIMIT_OF: &str =
        "SELECT spending_limit FROM member WHERE workspace_id = $1 AND person_id = $2";

    const REMOVE: &str = "DELETE FROM member WHERE workspace_id = $1 AND person_id = $2";
}

/// False where they are a member already.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    role: Role,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [workspace.into(), person.into(), role.as_str().into(), now.into()];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

/// The workspace that somebody joined first.
pub(crate) async fn first_of(tx: &mut Tx, person: UserId) -> Result<Option<WorkspaceId>, DbError> {
    let row: Option<(WorkspaceId,)> = tx.one(Stmt::text(FIRST_OF, [person.into()])).await?;
    Ok(row.map(|(workspace,)| workspace))
}

type Row = (UserId, String, String, String, Option<i64>, i64, Option<i64>);

fn read(row: Row) -> Result<Colleague, DbError> {
    let (user, email_sealed, name, role, spending_limit, joined_at, disabled_at) = row;
    Ok(Colleague {
        user,
        email_sealed,
        name,
        role: read_role(&role)?,
        spending_limit: spending_limit.map(Credits::millis),
        joined_at: Timestamp::micros(joined_at),
        disabled: disabled_at.is_some(),
    })
}

/// Members in the order of joining, behind `after`.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    after: (Timestamp, UserId),
    limit: u32,
) -> Result<Vec<Colleague>, DbError> {
    let values = [workspace.into(), after.0.into(), after.1.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(read).collect()
}

pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<Option<Colleague>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into(), person.into()])).await?;
    row.map(read).transpose()
}

pub(crate) async fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(COUNT, [workspace.into()])).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// In how many workspaces somebody is.
pub(crate) async fn count_of(tx: &mut Tx, person: UserId) -> Result<i64, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(COUNT_OF, [person.into()])).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// How many owners there are beside `person` who can sign in.
pub(crate) async fn other_owners(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<i64, DbError> {
    let values = [workspace.into(), person.into()];
    let row: Option<(i64,)> = tx.one(Stmt::text(OTHER_OWNERS, values)).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Sealed address and name of the owners who can sign in, in the order of joining, 10 at most.
pub(crate) async fn owners(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Vec<(String, String)>, DbError> {
    tx.all(Stmt::text(OWNERS, [workspace.into()])).await
}

pub(crate) async fn set_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    role: Role,
) -> Result<(), DbError> {
    let values = [workspace.into(), person.into(), role.as_str().into()];
    tx.run(Stmt::text(SET_ROLE, values)).await?;
    Ok(())
}

/// None takes the limit away.
pub(crate) async fn set_limit(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
    limit: Option<Credits>,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_LIMIT, [workspace.into(), person.into(), limit.into()])).await?;
    Ok(())
}

pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<(), DbError> {
    tx.run(Stmt::text(REMOVE, [workspace.into(), person.into()])).await?;
    Ok(())
}

/// What a member may spend in a month; none where nobody has said so.
pub(crate) async fn limit_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    person: UserId,
) -> Result<Option<Credits>, DbError> {
    let row: Option<(Option<i64>,)> =
        tx.one(Stmt::text(LIMIT_OF, [workspace.into(), person.into()])).await?;
    Ok(row.and_then(|(limit,)| limit).map(Credits::millis))
}
