use captely_platform::db::{Db, DbError, Row, Stmt, Tx};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::usage::{By, Used, UsedOn};

macro_rules! by_text {
    ($column:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", CAST(SUM(charges) AS BIGINT), CAST(SUM(quantity) AS BIGINT),
                CAST(SUM(charged) AS BIGINT), CAST(SUM(refunds) AS BIGINT), CAST(SUM(refunded) AS BIGINT)
            FROM credit_usage WHERE workspace_id = $1 AND day >= $2 AND day <= $3
            GROUP BY ",
            $column,
            " ORDER BY ",
            $order,
            " LIMIT $4"
        )
    };
}
captely_platform::statements! {
    pub(crate) fn statements;

    const BEHIND: &str = "SELECT a.seq, COALESCE(m.seq, 0)
        FROM credit_account a LEFT JOIN credit_usage_mark m ON m.workspace_id = a.workspace_id
        WHERE a.workspace_id = $1";

    const MARK: &str = "SELECT seq FROM credit_usage_mark WHERE workspace_id = $1";

    const MAKE_MARK: &str = "INSERT INTO credit_usage_mark (workspace_id, seq) VALUES ($1, 0)
        ON CONFLICT (workspace_id) DO NOTHING";

    const SET_MARK: &str = "UPDATE credit_usage_mark SET seq = $2 WHERE workspace_id = $1";

    /// A refund counts for the action and provider of its charge, each looked up by its key: as a join, PostgreSQL
    /// may read all entries for each. The first line of a charge stands for all of them where charges are counted.
    const FOLD: &str = "INSERT INTO credit_usage (workspace_id, day, action, provider, member_id, run_id,
            charges, quantity, charged, refunds, refunded)
        SELECT e.workspace_id, e.at / 86400000000,
            COALESCE(CASE WHEN e.kind = 'refund' THEN (SELECT c.action FROM credit_entry c
                WHERE c.workspace_id = e.workspace_id AND c.key = e.of_key AND c.line = 0)
                ELSE e.action END, ''),
            COALESCE(CASE WHEN e.kind = 'refund' THEN (SELECT c.provider FROM credit_entry c
                WHERE c.workspace_id = e.workspace_id AND c.key = e.of_key AND c.line = 0)
                ELSE e.provider END, ''),
            COALESCE(e.member_id, $4), COALESCE(e.run_id, $4),
            CAST(SUM(CASE WHEN e.kind <> 'refund' AND e.line = 0 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN e.kind <> 'refund' AND e.line = 0 THEN e.quantity ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN e.kind <> 'refund' THEN e.amount ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN e.kind = 'refund' AND e.line = 0 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN e.kind = 'refund' THEN e.amount ELSE 0 END) AS BIGINT)
        FROM credit_entry e
        WHERE e.workspace_id = $1 AND e.seq > $2 AND e.seq <= $3
            AND e.kind IN ('capture', 'charge', 'refund')
        GROUP BY 1, 2, 3, 4, 5, 6
        ON CONFLICT (workspace_id, day, action, provider, member_id, run_id) DO UPDATE SET
            charges = credit_usage.charges + excluded.charges,
            quantity = credit_usage.quantity + excluded.quantity,
            charged = credit_usage.charged + excluded.charged,
            refunds = credit_usage.refunds + excluded.refunds,
            refunded = credit_usage.refunded + excluded.refunded";

    /// shared by all workspaces: one job rolls up all of them.
    const UNFOLDED: &str = "SELECT a.workspace_id
        FROM credit_account a LEFT JOIN credit_usage_mark m ON m.workspace_id = a.workspace_id
        WHERE a.workspace_id > $1 AND a.seq > COALESCE(m.seq, 0)
        ORDER BY a.workspace_id LIMIT $2";

    const BY_ACTION: &str = by_text!("action", "4 DESC, 1");

    const BY_PROVIDER: &str = by_text!("provider", "4 DESC, 1");

    const BY_MEMBER: &str = by_text!("member_id", "4 DESC, 1");

    const BY_RUN: &str = by_text!("run_id", "4 DESC, 1");

    const BY_DAY: &str = by_text!("day", "1 DESC");

    const TOTAL: &str = by_text!("workspace_id", "1");
}

/// PostgreSQL locks the row; on SQLite there is one writer anyway.
const LOCK_POSTGRES: &str = "SELECT seq FROM credit_usage_mark WHERE workspace_id = $1 FOR UPDATE";

/// The number of the last entry, and of the last one that is rolled up.
pub(crate) async fn behind(db: &Db, workspace: WorkspaceId) -> Result<(i64, i64), DbError> {
    let row: Option<(i64, i64)> = db.one(Stmt::text(BEHIND, [workspace.into()])).await?;
    Ok(row.unwrap_or_default())
}

/// Locks the mark, which is made where there is none: up to which entry all is rolled up.
pub(crate) async fn lock_mark(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64, DbError> {
    tx.run(Stmt::text(MAKE_MARK, [workspace.into()])).await?;
    let row: Option<(i64,)> = tx.one(Stmt::either(MARK, LOCK_POSTGRES, [workspace.into()])).await?;
    row.map(|(seq,)| seq).ok_or_else(|| DbError::Other("a mark that was made is gone".to_owned()))
}

/// Rolls up the entries behind `after` up to `until`, and sets the mark there.
pub(crate) async fn fold(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: i64,
    until: i64,
) -> Result<(), DbError> {
    let values = [workspace.into(), after.into(), until.into(), Uuid::nil().into()];
    tx.run(Stmt::text(FOLD, values)).await?;
    tx.run(Stmt::text(SET_MARK, [workspace.into(), until.into()])).await.map(drop)
}

/// Workspaces that have entries which are not rolled up, in the order of their ids, behind `after`.
pub(crate) async fn unfolded(
    db: &Db,
    after: WorkspaceId,
    limit: u32,
) -> Result<Vec<WorkspaceId>, DbError> {
    let values = [after.into(), limit.into()];
    let rows: Vec<(WorkspaceId,)> = db.all(Stmt::text(UNFOLDED, values)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Days since 1970 (UTC), both inside.
pub(crate) type Days = (i64, i64);

type Sums<K> = (K, i64, i64, i64, i64, i64);

fn used<K>(row: Sums<K>) -> (K, Used) {
    let (of, charges, quantity, charged, refunds, refunded) = row;
    (of, Used { charges, quantity, charged, refunds, refunded })
}

/// What was spent of each action, provider, member, run or day: the most first, days the latest first.
pub(crate) async fn by(
    db: &Db,
    workspace: WorkspaceId,
    by: By,
    (from, to): Days,
    limit: u32,
) -> Result<Vec<(UsedOn, Used)>, DbError> {
    let values = [workspace.into(), from.into(), to.into(), limit.into()];
    Ok(match by {
        By::Action => rows(db, Stmt::text(BY_ACTION, values), UsedOn::Action).await?,
        By::Provider => rows(db, Stmt::text(BY_PROVIDER, values), UsedOn::provider).await?,
        By::Member => rows(db, Stmt::text(BY_MEMBER, values), UsedOn::member).await?,
        By::Run => rows(db, Stmt::text(BY_RUN, values), UsedOn::run).await?,
        By::Day => rows(db, Stmt::text(BY_DAY, values), UsedOn::Day).await?,
    })
}

async fn rows<K>(
    db: &Db,
    stmt: Stmt,
    on: impl Fn(K) -> UsedOn,
) -> Result<Vec<(UsedOn, Used)>, DbError>
where
    Sums<K>: Row,
{
    let rows: Vec<Sums<K>> = db.all(stmt).await?;
    Ok(rows.into_iter().map(used).map(|(of, used)| (on(of), used)).collect())
}

/// What was spent in all.
pub(crate) async fn total(
    db: &Db,
    workspace: WorkspaceId,
    (from, to): Days,
) -> Result<Used, DbError> {
    let values = [workspace.into(), from.into(), to.into(), 1_i64.into()];
    let row: Option<Sums<Uuid>> = db.one(Stmt::text(TOTAL, values)).await?;
    Ok(row.map(used).map_or_else(Used::default, |(_, used)| used))
}
