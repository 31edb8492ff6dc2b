use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

use crate::ids::UserId;

captely_platform::statements! {
    pub(crate) fn statements;

    /// One that is not on yet is replaced; one that is on stays.
    const BEGIN: &str = "INSERT INTO totp (person_id, secret_sealed, last_step) VALUES ($1, $2, 0)
        ON CONFLICT (person_id) DO UPDATE SET secret_sealed = excluded.secret_sealed
        WHERE totp.confirmed_at IS NULL";

    const SECRET: &str = "SELECT secret_sealed, confirmed_at FROM totp WHERE person_id = $1";

    const TURN_ON: &str = "UPDATE totp SET confirmed_at = $3, last_step = $4
        WHERE person_id = $1 AND secret_sealed = $2 AND confirmed_at IS NULL";

    const TAKE_STEP: &str = "UPDATE totp SET last_step = $2
        WHERE person_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2";

    /// Changes nothing, but whoever else wants the row waits until the transaction ends.
    const HOLD: &str = "UPDATE totp SET last_step = last_step
        WHERE person_id = $1 AND confirmed_at IS NOT NULL";

    const REMOVE: &str = "DELETE FROM totp WHERE person_id = $1 AND confirmed_at IS NOT NULL";

    const ADD_CODE: &str = "INSERT INTO recovery_code (person_id, code_hash) VALUES ($1, $2)";

    const CODES: &str = "SELECT code_hash FROM recovery_code WHERE person_id = $1";

    const TAKE_CODE: &str = "DELETE FROM recovery_code WHERE person_id = $1 AND code_hash = $2";

    const REMOVE_CODES: &str = "DELETE FROM recovery_code WHERE person_id = $1";
}

/// The secret of an authenticator app.
#[derive(Debug)]
pub(crate) struct SealedTotp {
    pub(crate) secret_sealed: String,
    /// Whether a first code has shown that the app has it.
    pub(crate) on: bool,
}

/// Keeps a secret until its first code; false where one is on.
pub(crate) async fn begin(tx: &mut Tx, person: UserId, sealed: &str) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(BEGIN, [person.into(), sealed.into()])).await? == 1)
}

pub(crate) async fn secret(tx: &mut Tx, person: UserId) -> Result<Option<SealedTotp>, DbError> {
    let row: Option<(String, Option<i64>)> = tx.one(Stmt::text(SECRET, [person.into()])).await?;
    Ok(row.map(|(secret_sealed, at)| SealedTotp { secret_sealed, on: at.is_some() }))
}

/// Turns this secret on, `step` being that of its first code; false where it was replaced or is on.
pub(crate) async fn turn_on(
    tx: &mut Tx,
    person: UserId,
    sealed: &str,
    step: u64,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [person.into(), sealed.into(), now.into(), step_value(step).into()];
    Ok(tx.run(Stmt::text(TURN_ON, values)).await? == 1)
}

/// Takes the code of a step; false where it, or a later one, was taken before.
pub(crate) async fn take_step(tx: &mut Tx, person: UserId, step: u64) -> Result<bool, DbError> {
    let values = [person.into(), step_value(step).into()];
    Ok(tx.run(Stmt::text(TAKE_STEP, values)).await? == 1)
}

/// Whether the second factor is on; it stays so until the transaction ends.
pub(crate) async fn hold(tx: &mut Tx, person: UserId) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(HOLD, [person.into()])).await? == 1)
}

/// Turns it off, with its recovery codes; false where it is not on.
pub(crate) async fn remove(tx: &mut Tx, person: UserId) -> Result<bool, DbError> {
    let removed = tx.run(Stmt::text(REMOVE, [person.into()])).await? == 1;
    if removed {
        tx.run(Stmt::text(REMOVE_CODES, [person.into()])).await?;
    }
    Ok(removed)
}

/// Puts these recovery codes in the place of all others.
pub(crate) async fn replace_codes(
    tx: &mut Tx,
    person: UserId,
    hashes: &[[u8; 32]],
) -> Result<(), DbError> {
    tx.run(Stmt::text(REMOVE_CODES, [person.into()])).await?;
    for hash in hashes {
        tx.run(Stmt::text(ADD_CODE, [person.into(), hash.to_vec().into()])).await?;
    }
    Ok(())
}

/// The hashes of the recovery codes that are left.
pub(crate) async fn codes(tx: &mut Tx, person: UserId) -> Result<Vec<[u8; 32]>, DbError> {
    let rows: Vec<(Vec<u8>,)> = tx.all(Stmt::text(CODES, [person.into()])).await?;
    let exact = |(hash,): (Vec<u8>,)| {
        hash.try_into().map_err(|_long| DbError::Decode("a recovery code's hash".to_owned()))
    };
    rows.into_iter().map(exact).collect()
}

/// Takes a recovery code; false where somebody else did first.
pub(crate) async fn take_code(
    tx: &mut Tx,
    person: UserId,
    hash: &[u8; 32],
) -> Result<bool, DbError> {
    let values = [person.into(), hash.to_vec().into()];
    Ok(tx.run(Stmt::text(TAKE_CODE, values)).await? == 1)
}

/// Steps of 30 seconds fit by far.
fn step_value(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
