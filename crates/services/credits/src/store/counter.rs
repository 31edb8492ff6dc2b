use std::collections::BTreeMap;

use captely_platform::db::{DbError, Insert, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

/// What a counter counts: kind, whose, and in which month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CounterKey {
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) period: i64,
}

macro_rules! of_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, kind, subject, period) AS (",
            $rows,
            ") SELECT c.kind, c.subject, c.period, c.used FROM v CROSS JOIN credit_counter AS c
            WHERE c.workspace_id = v.workspace_id AND c.kind = v.kind AND c.subject = v.subject
                AND c.period = v.period"
        )
    };
}
const OF: &str = of_text!("@rows@");

macro_rules! add_text {
    ($values:literal) => {
        concat!("INSERT INTO credit_counter (workspace_id, kind, subject, period, used)", $values)
    };
}
const ADD: &str = add_text!("");
const ADD_TAIL: &str = "ON CONFLICT (workspace_id, kind, subject, period) \
    DO UPDATE SET used = credit_counter.used + excluded.used";

/// Adding nothing locks it, also where it is made by that.
const LOCK_TAIL: &str = "ON CONFLICT (workspace_id, kind, subject, period) \
    DO UPDATE SET used = credit_counter.used RETURNING kind, subject, period, used";

/// Takes what it is told to, or nothing where that is more than the limit leaves; locks it either way.
const TAKE: &str = "INSERT INTO credit_counter (workspace_id, kind, subject, period, used) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, kind, subject, period) \
    DO UPDATE SET used = credit_counter.used + excluded.used \
    WHERE credit_counter.used + excluded.used <= $6";

/// What was counted before there was a counter gives nobody room.
const GIVE_BACK: &str = "UPDATE credit_counter \
    SET used = CASE WHEN used > $5 THEN used - $5 ELSE CAST(0 AS BIGINT) END \
    WHERE workspace_id = $1 AND kind = $2 AND subject = $3 AND period = $4";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        TAKE,
        GIVE_BACK,
        of_text!(
            "SELECT workspace_id, kind, subject, period FROM credit_counter WHERE workspace_id = $1"
        ),
        add_text!(
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, kind, subject, period)
            DO UPDATE SET used = credit_counter.used + excluded.used"
        ),
        add_text!(
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, kind, subject, period)
            DO UPDATE SET used = credit_counter.used RETURNING kind, subject, period, used"
        ),
    ]
}

/// What these stand at; those that are missing stand at nothing.
pub(crate) async fn of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: &[CounterKey],
) -> Result<BTreeMap<CounterKey, i64>, DbError> {
    let one = |key: &CounterKey| -> [Value; 4] {
        [workspace.into(), key.kind.into(), key.subject.as_str().into(), key.period.into()]
    };
    let rows: Vec<CounterRow> = tx.all_many(OF, 4, keys.iter().flat_map(one).collect()).await?;
    Ok(by_key(keys, rows))
}

/// The same, and nobody else changes them until the transaction ends.
pub(crate) async fn lock(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: &[CounterKey],
) -> Result<BTreeMap<CounterKey, i64>, DbError> {
    let one = |key: &CounterKey| -> [Value; 5] { row(workspace, key, 0) };
    let values = keys.iter().flat_map(one).collect();
    let rows: Vec<CounterRow> = tx.insert_many_returning(ADD, 5, values, LOCK_TAIL).await?;
    Ok(by_key(keys, rows))
}

/// Adds `by` to one, or nothing where it would be more than `max` then. Whether it was added; it is locked
/// until the transaction ends. `by` is not more than `max`.
pub(crate) async fn take(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &CounterKey,
    by: i64,
    max: i64,
) -> Result<bool, DbError> {
    let values = [row(workspace, key, by).as_slice(), &[max.into()]].concat();
    Ok(tx.run(Stmt::text(TAKE, values)).await? == 1)
}

/// Takes `by` away from one.
pub(crate) async fn give_back(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &CounterKey,
    by: i64,
) -> Result<(), DbError> {
    tx.run(Stmt::text(GIVE_BACK, row(workspace, key, by))).await.map(drop)
}

/// Kind, whose, month and what it stands at.
type CounterRow = (String, String, i64, i64);

fn by_key(keys: &[CounterKey], rows: Vec<CounterRow>) -> BTreeMap<CounterKey, i64> {
    let mut out: BTreeMap<CounterKey, i64> = keys.iter().map(|key| (key.clone(), 0)).collect();
    for (kind, subject, period, used) in rows {
        let known = out
            .iter_mut()
            .find(|(key, _)| key.kind == kind && key.subject == subject && key.period == period);
        if let Some((_, value)) = known {
            // A charge of last month that is given back now gives nobody room.
            *value = used.max(0);
        }
    }
    out
}

fn row(workspace: WorkspaceId, key: &CounterKey, used: i64) -> [Value; 5] {
    [workspace.into(), key.kind.into(), key.subject.as_str().into(), key.period.into(), used.into()]
}

/// What is to be added to them.
pub(crate) fn insert(workspace: WorkspaceId, by: &BTreeMap<CounterKey, i64>) -> Insert {
    let mut values: Vec<Value> = Vec::with_capacity(by.len() * 5);
    for (key, by) in by.iter().filter(|(_, by)| **by != 0) {
        values.extend(row(workspace, key, *by));
    }
    Insert { head: ADD, columns: 5, rows: values, tail: ADD_TAIL }
}
