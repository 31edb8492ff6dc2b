use captely_platform::db::{Db, DbError, Insert, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::account::{Account, Sums};

captely_platform::statements! {
    pub(crate) fn statements;

    const GET: &str = "SELECT seq, available, held, spent, granted, expired, adjusted, current_grant,
            current_left, next_change_at, day, day_used, policy_version, alert, low_at
        FROM credit_account WHERE workspace_id = $1";

    const MAKE: &str = "INSERT INTO credit_account (workspace_id, seq, available, held, spent, granted,
            expired, adjusted, current_grant, current_left, next_change_at, day, day_used,
            policy_version, alert)
        VALUES ($1, 0, 0, 0, 0, 0, 0, 0, NULL, 0, $2, 0, 0, 0, 0)
        ON CONFLICT (workspace_id) DO NOTHING";

    const SAVE: &str = "UPDATE credit_account SET seq = $2, available = $3, held = $4, spent = $5,
            granted = $6, expired = $7, adjusted = $8, current_grant = $9, current_left = $10,
            next_change_at = $11, day = $12, day_used = $13, policy_version = $14, alert = $15,
            low_at = $16
        WHERE workspace_id = $1";

    /// shared by all workspaces: the nightly check goes through all of them.
    const PAGE: &str = "SELECT workspace_id FROM credit_account WHERE workspace_id > $1
        ORDER BY workspace_id LIMIT $2";
}

/// PostgreSQL locks the row; on SQLite there is one writer anyway.
const LOCK_POSTGRES: &str = "SELECT seq, available, held, spent, granted, expired, adjusted,
        current_grant, current_left, next_change_at, day, day_used, policy_version, alert, low_at
    FROM credit_account WHERE workspace_id = $1 FOR UPDATE";

type Row =
    (i64, i64, i64, i64, i64, i64, i64, Option<Uuid>, i64, i64, i64, i64, i64, i64, Option<i64>);

/// Locks it until the transaction ends; none where there is none.
pub(crate) async fn lock(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Account>, DbError> {
    let row: Option<Row> = tx.one(Stmt::either(GET, LOCK_POSTGRES, [workspace.into()])).await?;
    Ok(row.map(read))
}

/// Makes it and locks it; another process may have made it meanwhile.
pub(crate) async fn make(tx: &mut Tx, workspace: WorkspaceId) -> Result<Account, DbError> {
    tx.run(Stmt::text(MAKE, [workspace.into(), Account::new().next_change_at.into()])).await?;
    let made = lock(tx, workspace).await?;
    made.ok_or_else(|| DbError::Other("an account that was made is gone".to_owned()))
}

pub(crate) async fn get(db: &Db, workspace: WorkspaceId) -> Result<Option<Account>, DbError> {
    let row: Option<Row> = db.one(Stmt::text(GET, [workspace.into()])).await?;
    Ok(row.map(read))
}

/// Within a transaction that reads, without a lock.
pub(crate) async fn look(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Account>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into()])).await?;
    Ok(row.map(read))
}

fn read(row: Row) -> Account {
    let (seq, available, held, spent, granted, expired, adjusted, current_grant, ..) = row;
    let (.., current_left, next_change_at, day, day_used, version, alert, low_at) = row;
    Account {
        seq,
        sums: Sums { available, held, spent, granted, expired, adjusted },
        current_grant,
        current_left,
        next_change_at,
        day,
        day_used,
        policy_version: version,
        alert,
        low_at,
    }
}

/// Together with rows of other tables.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    account: &Account,
    inserts: Vec<Insert>,
) -> Result<(), DbError> {
    let sums = account.sums;
    let values: [Value; 16] = [
        workspace.into(),
        account.seq.into(),
        sums.available.into(),
        sums.held.into(),
        sums.spent.into(),
        sums.granted.into(),
        sums.expired.into(),
        sums.adjusted.into(),
        account.current_grant.into(),
        account.current_left.into(),
        account.next_change_at.into(),
        account.day.into(),
        account.day_used.into(),
        account.policy_version.into(),
        account.alert.into(),
        account.low_at.into(),
    ];
    tx.run_together(inserts, SAVE, values.into()).await
}

/// Workspaces that have an account, in the order of their ids.
pub(crate) async fn page(
    db: &Db,
    after: Option<WorkspaceId>,
    limit: u32,
) -> Result<Vec<WorkspaceId>, DbError> {
    let after = after.map_or(Uuid::nil(), WorkspaceId::as_uuid);
    let rows: Vec<(WorkspaceId,)> = db.all(Stmt::text(PAGE, [after.into(), limit.into()])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
