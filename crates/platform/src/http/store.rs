//! The SQL of this room.

use captely_contact::Timestamp;
use uuid::Uuid;

use crate::db::{Db, DbError, Stmt, Tx};

crate::statements! {
    pub(super) fn statements;

    /// Claims the key for this transaction; another that has it is waited for.
    const CLAIM: &str = "INSERT INTO idempotency
            (actor_id, key_hash, body_hash, status, answer, expires_at)
        VALUES ($1, $2, $3, 0, '', $4)
        ON CONFLICT (actor_id, key_hash) DO NOTHING";

    const DROP_EXPIRED: &str =
        "DELETE FROM idempotency WHERE actor_id = $1 AND key_hash = $2 AND expires_at <= $3";

    const ANSWER: &str = "UPDATE idempotency SET status = $3, answer = $4
        WHERE actor_id = $1 AND key_hash = $2";

    const FIND: &str = "SELECT body_hash, status, answer FROM idempotency
        WHERE actor_id = $1 AND key_hash = $2";

    const FORGET: &str = "DELETE FROM idempotency WHERE expires_at <= $1";

    /// Gives out a share, unless the limit is reached; a window of another minute begins anew. A
    /// process whose clock is up to a minute behind counts in the window of the others.
    const TAKE: &str = "INSERT INTO rate_window (key_hash, minute, taken) VALUES ($1, $2, $3)
        ON CONFLICT (key_hash) DO UPDATE SET
            taken = CASE WHEN rate_window.minute - excluded.minute BETWEEN 0 AND 1
                    THEN rate_window.taken + excluded.taken ELSE excluded.taken END,
            minute = CASE WHEN rate_window.minute - excluded.minute BETWEEN 0 AND 1
                    THEN rate_window.minute ELSE excluded.minute END
        WHERE rate_window.minute - excluded.minute NOT BETWEEN 0 AND 1
            OR rate_window.taken + excluded.taken <= $4";

    const FORGET_WINDOWS: &str = "DELETE FROM rate_window WHERE minute < $1";
}

/// An answer that was given before.
pub(super) struct Given {
    pub(super) body_hash: Vec<u8>,
    pub(super) status: i64,
    pub(super) answer: String,
}

/// Claims the key; what was answered to it before, if that is so.
pub(super) async fn claim(
    tx: &mut Tx,
    actor: Uuid,
    key: &[u8; 32],
    body: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<Given>, DbError> {
    let key = || key.to_vec().into();
    tx.run(Stmt::text(DROP_EXPIRED, [actor.into(), key(), now.into()])).await?;
    let values = [actor.into(), key(), body.to_vec().into(), expires_at.into()];
    if tx.run(Stmt::text(CLAIM, values)).await? == 1 {
        return Ok(None);
    }
    let found: Option<(Vec<u8>, i64, String)> =
        tx.one(Stmt::text(FIND, [actor.into(), key()])).await?;
    let (body_hash, status, answer) =
        found.ok_or_else(|| DbError::Decode("an idempotency key came and went".to_owned()))?;
    Ok(Some(Given { body_hash, status, answer }))
}

pub(super) async fn answer(
    tx: &mut Tx,
    actor: Uuid,
    key: &[u8; 32],
    status: u16,
    answer: String,
) -> Result<(), DbError> {
    let values = [actor.into(), key.to_vec().into(), i64::from(status).into(), answer.into()];
    tx.run(Stmt::text(ANSWER, values)).await?;
    Ok(())
}

/// Forgets answers whose day is over and windows of minutes gone. Returns how many answers.
pub(super) async fn forget(tx: &mut Tx, now: Timestamp, minute: i64) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET_WINDOWS, [minute.into()])).await?;
    tx.run(Stmt::text(FORGET, [now.into()])).await
}

/// Takes `share` of the `limit` of this minute; false where that is more than is left.
pub(super) async fn take(
    db: &Db,
    key: &[u8; 32],
    minute: i64,
    share: u32,
    limit: u32,
) -> Result<bool, DbError> {
    let mut tx = db.writer().await?;
    let values = [key.to_vec().into(), minute.into(), share.into(), limit.into()];
    let taken = tx.run(Stmt::text(TAKE, values)).await? == 1;
    tx.commit().await?;
    Ok(taken)
}
