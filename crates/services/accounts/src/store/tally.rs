use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

captely_platform::statements! {
    pub(crate) fn statements;

    const COUNT: &str = "INSERT INTO tally (key_hash, ends_at, n) VALUES ($1, $3, 1)
        ON CONFLICT (key_hash) DO UPDATE SET
            n = CASE WHEN tally.ends_at <= $2 THEN 1 ELSE tally.n + 1 END,
            ends_at = CASE WHEN tally.ends_at <= $2 THEN excluded.ends_at ELSE tally.ends_at END
        WHERE tally.ends_at <= $2 OR tally.n < $4";

    const READ: &str = "SELECT n, ends_at FROM tally WHERE key_hash = $1 AND ends_at > $2";

    const CLEAR: &str = "DELETE FROM tally WHERE key_hash = $1";

    const FORGET: &str = "DELETE FROM tally WHERE ends_at <= $1";
}

/// Counts one of `key`; false, and nothing counted, where there were `most` in the stretch of time that
/// began with the first.
pub(crate) async fn count(
    tx: &mut Tx,
    key: &[u8; 32],
    most: u32,
    stretch: Duration,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [key.to_vec().into(), now.into(), now.plus(stretch).into(), most.into()];
    Ok(tx.run(Stmt::text(COUNT, values)).await? == 1)
}

/// How many there were, and when the stretch of time ends.
pub(crate) async fn read(
    tx: &mut Tx,
    key: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(u32, Timestamp)>, DbError> {
    let values = [key.to_vec().into(), now.into()];
    let row: Option<(i64, i64)> = tx.one(Stmt::text(READ, values)).await?;
    Ok(row.map(|(n, ends)| (u32::try_from(n).unwrap_or(u32::MAX), Timestamp::micros(ends))))
}

pub(crate) async fn clear(tx: &mut Tx, key: &[u8; 32]) -> Result<(), DbError> {
    tx.run(Stmt::text(CLEAR, [key.to_vec().into()])).await?;
    Ok(())
}

pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.into()])).await
}
