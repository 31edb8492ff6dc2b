use captely_platform::db::{Db, DbError, Stmt, Tx, Value};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use super::usage::Days;
use crate::provider_spend::{Cost, ProviderSpend};

macro_rules! add_text {
    ($values:literal) => {
        concat!(
            "INSERT INTO credit_provider_spend (workspace_id, day, provider, run_id, member_id, calls, found,
                verified, delivered, usd_micros)",
            $values
        )
    };
}
const ADD: &str = add_text!("");
const ADD_COLUMNS: usize = 10;

macro_rules! add_tail {
    () => {
        "ON CONFLICT (workspace_id, day, provider, run_id, member_id) DO UPDATE SET
            calls = credit_provider_spend.calls + excluded.calls,
            found = credit_provider_spend.found + excluded.found,
            verified = credit_provider_spend.verified + excluded.verified,
            delivered = credit_provider_spend.delivered + excluded.delivered,
            usd_micros = credit_provider_spend.usd_micros + excluded.usd_micros"
    };
}
const ADD_TAIL: &str = add_tail!();

const BY_PROVIDER: &str = "SELECT provider, CAST(SUM(calls) AS BIGINT), CAST(SUM(found) AS BIGINT),
        CAST(SUM(verified) AS BIGINT), CAST(SUM(delivered) AS BIGINT), CAST(SUM(usd_micros) AS BIGINT)
    FROM credit_provider_spend WHERE workspace_id = $1 AND day >= $2 AND day <= $3
    GROUP BY provider ORDER BY 6 DESC, 1 LIMIT $4";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        concat!(add_text!(" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "), add_tail!()),
        BY_PROVIDER,
    ]
}

/// Adds to what is known of a day. Lines of one call must differ in provider, run or member.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    day: i64,
    lines: &[ProviderSpend],
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(lines.len() * ADD_COLUMNS);
    for line in lines {
        let cost = line.cost;
        values.extend([
            workspace.into(),
            day.into(),
            line.provider.as_str().into(),
            line.run.map_or(Uuid::nil(), RunId::as_uuid).into(),
            line.member.map_or(Uuid::nil(), UserId::as_uuid).into(),
            count(cost.calls),
            count(cost.found),
            count(cost.verified),
            count(cost.delivered),
            cost.usd.as_micros().into(),
        ]);
    }
    tx.insert_many(ADD, ADD_COLUMNS, values, ADD_TAIL).await.map(drop)
}

fn count(n: u64) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// What each provider cost, the dearest first.
pub(crate) async fn by_provider(
    db: &Db,
    workspace: WorkspaceId,
    (from, to): Days,
    limit: u32,
) -> Result<Vec<(String, Cost)>, DbError> {
    type Row = (String, i64, i64, i64, i64, i64);
    let values = [workspace.into(), from.into(), to.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(BY_PROVIDER, values)).await?;
    let read = |(provider, calls, found, verified, delivered, usd): Row| {
        (provider, Cost::read([calls, found, verified, delivered], usd))
    };
    Ok(rows.into_iter().map(read).collect())
}
