use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

use crate::ids::{SessionId, UserId};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO refresh_token (token_hash, session_id, issued_at, expires_at)
        VALUES ($1, $2, $3, $4)";

    const FIND: &str = "SELECT r.session_id, s.person_id, r.expires_at, r.replaced_at,
            r.successor_sealed, n.replaced_at, s.remembered, s.created_at, s.ended_at
        FROM refresh_token r
        JOIN session s ON s.id = r.session_id
        LEFT JOIN refresh_token n ON n.token_hash = r.successor_hash
        WHERE r.token_hash = $1";

    /// One of two that come at once changes the row.
    const REPLACE: &str = "UPDATE refresh_token
        SET replaced_at = $2, successor_sealed = $3, successor_hash = $4
        WHERE token_hash = $1 AND replaced_at IS NULL";

    const CLEAR_SEALED: &str = "UPDATE refresh_token SET successor_sealed = NULL
        WHERE successor_hash = $1 AND successor_sealed IS NOT NULL";

    const FORGET_SEALED: &str = "UPDATE refresh_token SET successor_sealed = NULL
        WHERE successor_sealed IS NOT NULL AND replaced_at < $1";

    const FORGET: &str = "DELETE FROM refresh_token WHERE expires_at <= $1";
}

/// A token that somebody shows, and its family.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) session: SessionId,
    pub(crate) person: UserId,
    pub(crate) expires_at: Timestamp,
    pub(crate) replaced_at: Option<Timestamp>,
    pub(crate) successor_sealed: Option<String>,
    /// Whether the token that replaced it was itself replaced, so somebody has used it.
    pub(crate) successor_used: bool,
    pub(crate) remembered: bool,
    pub(crate) session_created_at: Timestamp,
    pub(crate) session_ended: bool,
}

pub(crate) async fn add(
    tx: &mut Tx,
    hash: &[u8; 32],
    session: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let values = [hash.to_vec().into(), session.into(), now.into(), expires_at.into()];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

pub(crate) async fn find(tx: &mut Tx, hash: &[u8; 32]) -> Result<Option<Shown>, DbError> {
    type Row =
        (SessionId, UserId, i64, Option<i64>, Option<String>, Option<i64>, i64, i64, Option<i64>);
    let row: Option<Row> = tx.one(Stmt::text(FIND, [hash.to_vec().into()])).await?;
    Ok(row.map(|(session, person, expires, replaced, sealed, used, remembered, created, ended)| {
        Shown {
            session,
            person,
            expires_at: Timestamp::micros(expires),
            replaced_at: replaced.map(Timestamp::micros),
            successor_sealed: sealed,
            successor_used: used.is_some(),
            remembered: remembered == 1,
            session_created_at: Timestamp::micros(created),
            session_ended: ended.is_some(),
        }
    }))
}

/// Notes what replaced a token; false where it was replaced meanwhile. Whoever shows a token has it, so
/// that it need not be kept any more for being given again.
pub(crate) async fn replace(
    tx: &mut Tx,
    hash: &[u8; 32],
    successor_sealed: &str,
    successor: &[u8; 32],
    now: Timestamp,
) -> Result<bool, DbError> {
    let values =
        [hash.to_vec().into(), now.into(), successor_sealed.into(), successor.to_vec().into()];
    if tx.run(Stmt::text(REPLACE, values)).await? == 0 {
        return Ok(false);
    }
    tx.run(Stmt::text(CLEAR_SEALED, [hash.to_vec().into()])).await?;
    Ok(true)
}

/// Takes sealed successors away of tokens that were replaced `before`. Returns how many.
pub(crate) async fn forget_sealed(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET_SEALED, [before.into()])).await
}

pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.into()])).await
}
