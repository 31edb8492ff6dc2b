use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

use crate::ids::UserId;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO challenge (token_hash, kind, person_id, state_sealed, tries, expires_at)
        VALUES ($1, $2, $3, $4, 0, $5)";

    const FIND: &str = "SELECT person_id, state_sealed FROM challenge
        WHERE token_hash = $1 AND kind = $2 AND expires_at > $3";

    /// Counts a try; changes none where they are used up.
    const TRY: &str = "UPDATE challenge SET tries = tries + 1
        WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 AND tries < $4";

    const TAKE: &str = "DELETE FROM challenge WHERE token_hash = $1 AND kind = $2";

    const END_OF: &str = "DELETE FROM challenge WHERE person_id = $1 AND kind = $2";

    const FORGET: &str = "DELETE FROM challenge WHERE expires_at <= $1";
}

/// Something begun.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) person: Option<UserId>,
    pub(crate) state_sealed: String,
}

pub(crate) async fn add(
    tx: &mut Tx,
    hash: &[u8; 32],
    kind: &str,
    challenge: &Challenge,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let values = [
        hash.to_vec().into(),
        kind.into(),
        challenge.person.into(),
        challenge.state_sealed.as_str().into(),
        expires_at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// What was begun, where it has not run out.
pub(crate) async fn find(
    tx: &mut Tx,
    hash: &[u8; 32],
    kind: &str,
    now: Timestamp,
) -> Result<Option<Challenge>, DbError> {
    let values = [hash.to_vec().into(), kind.into(), now.into()];
    let row: Option<(Option<UserId>, String)> = tx.one(Stmt::text(FIND, values)).await?;
    Ok(row.map(|(person, state_sealed)| Challenge { person, state_sealed }))
}

/// Counts a try; false where there have been `most`, or it has run out.
pub(crate) async fn count_try(
    tx: &mut Tx,
    hash: &[u8; 32],
    kind: &str,
    most: u32,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [hash.to_vec().into(), kind.into(), now.into(), most.into()];
    Ok(tx.run(Stmt::text(TRY, values)).await? == 1)
}

/// Ends it; false where somebody else did first.
pub(crate) async fn take(tx: &mut Tx, hash: &[u8; 32], kind: &str) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(TAKE, [hash.to_vec().into(), kind.into()])).await? == 1)
}

/// Ends all of one kind that somebody has begun.
pub(crate) async fn end_of(tx: &mut Tx, person: UserId, kind: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(END_OF, [person.into(), kind.into()])).await?;
    Ok(())
}

pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.into()])).await
}
