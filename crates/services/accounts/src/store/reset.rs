use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

use crate::ids::UserId;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO password_reset (token_hash, person_id, expires_at)
        VALUES ($1, $2, $3)";

    const OWNER: &str = "SELECT person_id FROM password_reset
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";

    const USE: &str = "UPDATE password_reset SET used_at = $2
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";

    /// All other links of somebody are of no use any more.
    const END_OTHERS: &str = "DELETE FROM password_reset WHERE person_id = $1 AND used_at IS NULL";

    const FORGET: &str = "DELETE FROM password_reset WHERE expires_at <= $1";
}

pub(crate) async fn add(
    tx: &mut Tx,
    hash: &[u8; 32],
    person: UserId,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let values = [hash.to_vec().into(), person.into(), expires_at.into()];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// Whose link this is, where it may still be used.
pub(crate) async fn owner(
    tx: &mut Tx,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<UserId>, DbError> {
    let values = [hash.to_vec().into(), now.into()];
    let row: Option<(UserId,)> = tx.one(Stmt::text(OWNER, values)).await?;
    Ok(row.map(|(person,)| person))
}

/// Uses a link and ends all others of that person; false where somebody else used it first.
pub(crate) async fn take(
    tx: &mut Tx,
    hash: &[u8; 32],
    person: UserId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let used = tx.run(Stmt::text(USE, [hash.to_vec().into(), now.into()])).await? == 1;
    tx.run(Stmt::text(END_OTHERS, [person.into()])).await?;
    Ok(used)
}

pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.into()])).await
}
