use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Insert, Stmt, Tx, Value};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::{Action, HoldId};

/// One grant's part of an open hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HoldRow {
    pub(crate) id: HoldId,
    pub(crate) line: i64,
    pub(crate) grant: Uuid,
    pub(crate) amount: i64,
    pub(crate) action: Action,
    pub(crate) quantity: u32,
    pub(crate) provider: Option<String>,
    pub(crate) run: Option<RunId>,
    pub(crate) subject: Option<Uuid>,
    pub(crate) member: Option<UserId>,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

macro_rules! add_text {
    ($values:literal) => {
        concat!(
            "INSERT INTO credit_hold (workspace_id, id, line, grant_id, amount, action, quantity, provider,
                run_id, subject_id, member_id, at, expires_at)",
            $values
        )
    };
}
const ADD: &str = add_text!("");
const ADD_COLUMNS: usize = 13;

// As a row of two values: SQLite looks each up, where a join is not allowed in a DELETE. Whether the same was paid for
// meanwhile comes along, which spares a round trip for each capture.
macro_rules! take_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") DELETE FROM credit_hold WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM v)
            RETURNING id, line, grant_id, amount, action, quantity, provider, run_id, subject_id, member_id,
                at, expires_at,
                (SELECT c.at FROM credit_charged AS c WHERE c.workspace_id = credit_hold.workspace_id
                    AND c.subject_id = credit_hold.subject_id AND c.action = credit_hold.action)"
        )
    };
}
const TAKE: &str = take_text!("@rows@");

macro_rules! of_ids_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT h.id, h.line, h.grant_id, h.amount, h.action, h.quantity, h.provider, h.run_id,
                h.subject_id, h.member_id, h.at, h.expires_at
            FROM v CROSS JOIN credit_hold AS h WHERE h.workspace_id = v.workspace_id AND h.id = v.id"
        )
    };
}
const OF_IDS: &str = of_ids_text!("@rows@");

macro_rules! extend_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id, expires_at) AS (",
            $rows,
            ") UPDATE credit_hold SET expires_at = v.expires_at FROM v
            WHERE credit_hold.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
                AND credit_hold.id = CASE WHEN 1 = 1 THEN v.id END
                AND credit_hold.expires_at < v.expires_at"
        )
    };
}
const EXTEND: &str = extend_text!("@rows@");

/// shared by all workspaces: one job ends the holds of all that are over.
const DUE: &str = "SELECT DISTINCT CASE WHEN 1 = 1 THEN workspace_id END AS workspace_id
    FROM credit_hold WHERE expires_at <= $1 LIMIT $2";

// CASE keeps both databases from walking through every open hold of the workspace.
const DUE_OF: &str = "SELECT DISTINCT id FROM credit_hold
    WHERE CASE WHEN 1 = 1 THEN workspace_id END = $1 AND expires_at <= $2 LIMIT $3";

const PAGE: &str = "SELECT id, line, grant_id, amount, action, quantity, provider, run_id, subject_id,
        member_id, at, expires_at
    FROM credit_hold WHERE workspace_id = $1 AND id IN (
        SELECT DISTINCT id FROM credit_hold WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3)
    ORDER BY id, line";

const COUNT: &str = "SELECT count(DISTINCT id) FROM credit_hold WHERE workspace_id = $1";

const MOVE: &str =
    "UPDATE credit_hold SET subject_id = $3 WHERE workspace_id = $1 AND subject_id = $2";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        add_text!(" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
        take_text!("SELECT workspace_id, id FROM credit_hold WHERE workspace_id = $1"),
        of_ids_text!("SELECT workspace_id, id FROM credit_hold WHERE workspace_id = $1"),
        extend_text!("SELECT workspace_id, id, at FROM credit_hold WHERE workspace_id = $1"),
        DUE,
        DUE_OF,
        PAGE,
        COUNT,
        MOVE,
    ]
}

type Row = (
    HoldId,
    i64,
    Uuid,
    i64,
    String,
    i64,
    Option<String>,
    Option<RunId>,
    Option<Uuid>,
    Option<UserId>,
    i64,
    i64,
);

/// A row that was removed, and when the same of its contact was paid for.
type TakenRow = (
    HoldId,
    i64,
    Uuid,
    i64,
    String,
    i64,
    Option<String>,
    Option<RunId>,
    Option<Uuid>,
    Option<UserId>,
    i64,
    i64,
    Option<i64>,
);

/// A row of a hold that is open no more.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) row: HoldRow,
    /// The same of the contact is paid for.
    pub(crate) is_paid: bool,
}

fn read_taken(taken: TakenRow) -> Result<Taken, DbError> {
    let (
        id,
        line,
        grant,
        amount,
        action,
        quantity,
        provider,
        run,
        subject,
        member,
        at,
        until,
        paid,
    ) = taken;
    let row =
        (id, line, grant, amount, action, quantity, provider, run, subject, member, at, until);
    Ok(Taken { row: read(row)?, is_paid: paid.is_some() })
}

fn read(row: Row) -> Result<HoldRow, DbError> {
    let (id, line, grant, amount, action, quantity, provider, run, subject, member, at, until) =
        row;
    Ok(HoldRow {
        id,
        line,
        grant,
        amount,
        action: action.parse().map_err(DbError::Decode)?,
        quantity: u32::try_from(quantity).map_err(|e| DbError::Decode(e.to_string()))?,
        provider,
        run,
        subject,
        member,
        at: Timestamp::micros(at),
        expires_at: Timestamp::micros(until),
    })
}

fn ids_of(workspace: WorkspaceId, ids: &[HoldId]) -> Vec<Value> {
    ids.iter().flat_map(|id| -> [Value; 2] { [workspace.into(), (*id).into()] }).collect()
}

/// Holds to be added.
pub(crate) fn insert(workspace: WorkspaceId, rows: &[HoldRow]) -> Insert {
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * ADD_COLUMNS);
    for row in rows {
        values.extend([
            workspace.into(),
            row.id.into(),
            row.line.into(),
            row.grant.into(),
            row.amount.into(),
            row.action.as_str().into(),
            row.quantity.into(),
            row.provider.as_deref().into(),
            row.run.into(),
            row.subject.into(),
            row.member.into(),
            row.at.into(),
            row.expires_at.into(),
        ]);
    }
    Insert { head: ADD, columns: ADD_COLUMNS, rows: values, tail: "" }
}

/// Removes open holds and gives their rows, those of one hold in order.
pub(crate) async fn take(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[HoldId],
) -> Result<Vec<Taken>, DbError> {
    let rows: Vec<TakenRow> = tx.all_many(TAKE, 2, ids_of(workspace, ids)).await?;
    let mut rows: Vec<Taken> = rows.into_iter().map(read_taken).collect::<Result<_, _>>()?;
    rows.sort_unstable_by_key(|taken| (taken.row.id, taken.row.line));
    Ok(rows)
}

/// The rows of those that are open.
pub(crate) async fn of_ids(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[HoldId],
) -> Result<Vec<HoldRow>, DbError> {
    let rows: Vec<Row> = tx.all_many(OF_IDS, 2, ids_of(workspace, ids)).await?;
    rows.into_iter().map(read).collect()
}

/// Lets them last until then, never shorter.
pub(crate) async fn extend(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[HoldId],
    until: Timestamp,
) -> Result<(), DbError> {
    let one = |id: &HoldId| -> [Value; 3] { [workspace.into(), (*id).into(), until.into()] };
    tx.run_many(EXTEND, 3, ids.iter().flat_map(one).collect::<Vec<_>>()).await.map(drop)
}

/// Workspaces that have holds whose time is over.
pub(crate) async fn due(db: &Db, now: Timestamp, limit: u32) -> Result<Vec<WorkspaceId>, DbError> {
    let rows: Vec<(WorkspaceId,)> = db.all(Stmt::text(DUE, [now.into(), limit.into()])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Holds of a workspace whose time is over.
pub(crate) async fn due_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<HoldId>, DbError> {
    let values = [workspace.into(), now.into(), limit.into()];
    let rows: Vec<(HoldId,)> = tx.all(Stmt::text(DUE_OF, values)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The rows of open holds in the order of their ids, behind `after`, all lines of each.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<HoldId>,
    limit: u32,
) -> Result<Vec<HoldRow>, DbError> {
    let after = after.map_or(Uuid::nil(), HoldId::as_uuid);
    let values = [workspace.into(), after.into(), limit.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(read).collect()
}

/// How many are open.
pub(crate) async fn count(db: &Db, workspace: WorkspaceId) -> Result<i64, DbError> {
    let row: Option<(i64,)> = db.one(Stmt::text(COUNT, [workspace.into()])).await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Open holds for one contact become another one's.
pub(crate) async fn move_subject(
    tx: &mut Tx,
    workspace: WorkspaceId,
    from: Uuid,
    into: Uuid,
) -> Result<(), DbError> {
    tx.run(Stmt::text(MOVE, [workspace.into(), from.into(), into.into()])).await.map(drop)
}
