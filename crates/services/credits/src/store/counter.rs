use std::collections::BTreeMap;

use captely_platform::db::{DbError, Insert, Tx, Value};
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

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        of_text!(
            "SELECT workspace_id, kind, subject, period FROM credit_counter WHERE workspace_id = $1"
        ),
        add_text!(
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, kind, subject, period)
            DO UPDATE SET used = credit_counter.used + excluded.used"
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
    let rows: Vec<(String, String, i64, i64)> =
        tx.all_many(OF, 4, keys.iter().flat_map(one).collect()).await?;
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
    Ok(out)
}

/// What is to be added to them.
pub(crate) fn insert(workspace: WorkspaceId, by: &BTreeMap<CounterKey, i64>) -> Insert {
    let mut values: Vec<Value> = Vec::with_capacity(by.len() * 5);
    for (key, by) in by.iter().filter(|(_, by)| **by != 0) {
        values.extend([
            workspace.into(),
            key.kind.into(),
            key.subject.as_str().into(),
            key.period.into(),
            (*by).into(),
        ]);
    }
    Insert { head: ADD, columns: 5, rows: values, tail: ADD_TAIL }
}
