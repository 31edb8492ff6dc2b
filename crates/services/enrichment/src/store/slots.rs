use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};

const MAKE: &str = "INSERT INTO rate_slot (provider, key_mark, window_ms, slot, free_at)";
const MAKE_TAIL: &str = "ON CONFLICT DO NOTHING";
const DROP_ABOVE: &str = "DELETE FROM rate_slot \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3 AND slot >= $4";
const COUNT: &str = "SELECT COUNT(*) FROM rate_slot \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3";
const FREE: &str = "SELECT slot FROM rate_slot \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3 AND free_at <= $4 \
    ORDER BY free_at, slot LIMIT $5";
const FREE_PG: &str = "SELECT slot FROM rate_slot \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3 AND free_at <= $4 \
    ORDER BY free_at, slot LIMIT $5 FOR UPDATE SKIP LOCKED";
const NEXT: &str = "SELECT MIN(free_at) FROM rate_slot \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3";
const SET: &str = "UPDATE rate_slot SET free_at = $4 \
    WHERE provider = $1 AND key_mark = $2 AND window_ms = $3 AND slot IN";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        DROP_ABOVE,
        COUNT,
        FREE,
        NEXT,
        "INSERT INTO rate_slot (provider, key_mark, window_ms, slot, free_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        "UPDATE rate_slot SET free_at = $4 \
        WHERE provider = $1 AND key_mark = $2 AND window_ms = $3 AND slot IN ($5, $6)",
    ]
}

/// One window of one provider's key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window<'a> {
    pub(crate) provider: &'a str,
    pub(crate) key_mark: &'a str,
    pub(crate) calls: u32,
    pub(crate) time: Duration,
}

impl Window<'_> {
    fn key(&self) -> Vec<Value> {
        vec![self.provider.into(), self.key_mark.into(), ms(self.time).into()]
    }
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Makes the window's rows: as many as it allows calls, each free at once if it is new.
pub(crate) async fn make(tx: &mut Tx, window: Window<'_>) -> Result<(), DbError> {
    let calls = i64::from(window.calls);
    let count: Option<(i64,)> = tx.one(Stmt::text(COUNT, window.key())).await?;
    match count.map_or(0, |(n,)| n).cmp(&calls) {
        std::cmp::Ordering::Equal => {}
        std::cmp::Ordering::Greater => {
            let values = [window.key(), vec![calls.into()]].concat();
            tx.run(Stmt::text(DROP_ABOVE, values)).await?;
        }
        std::cmp::Ordering::Less => {
            let row = |slot: i64| [window.key(), vec![slot.into(), 0_i64.into()]].concat();
            let rows: Vec<Value> = (0..calls).flat_map(row).collect();
            tx.insert_many(MAKE, 5, rows, MAKE_TAIL).await?;
        }
    }
    Ok(())
}

/// Up to `most` slots that are free now, locked for this transaction.
pub(crate) async fn free(
    tx: &mut Tx,
    window: Window<'_>,
    most: usize,
    now: Timestamp,
) -> Result<Vec<i64>, DbError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [window.key(), vec![now.into(), most.into()]].concat();
    let rows: Vec<(i64,)> = tx.all(Stmt::either(FREE, FREE_PG, values)).await?;
    Ok(rows.into_iter().map(|(slot,)| slot).collect())
}

/// When the next slot is free.
pub(crate) async fn next_free(
    tx: &mut Tx,
    window: Window<'_>,
) -> Result<Option<Timestamp>, DbError> {
    let row: Option<(Option<i64>,)> = tx.one(Stmt::text(NEXT, window.key())).await?;
    Ok(row.and_then(|(at,)| at).map(Timestamp::micros))
}

/// Sets when slots are free again.
pub(crate) async fn set(
    tx: &mut Tx,
    window: Window<'_>,
    slots: &[i64],
    free_at: Timestamp,
) -> Result<(), DbError> {
    if slots.is_empty() {
        return Ok(());
    }
    let list = padded(slots.iter().map(|slot| (*slot).into()).collect());
    let sql = format!("{SET} ({})", in_list(5, list.len()));
    let values = [window.key(), vec![free_at.into()], list].concat();
    tx.run(Stmt::owned(sql, values)).await.map(|_| ())
}
