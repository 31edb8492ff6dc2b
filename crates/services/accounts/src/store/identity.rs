//! Accounts elsewhere, with which people sign in.

use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value, in_list, padded};

use crate::ids::UserId;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO outside_identity (provider, subject_hash, person_id, linked_at,
            used_at)
        VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING";

    const OF_PERSON: &str = "SELECT provider, linked_at, used_at FROM outside_identity
        WHERE person_id = $1 ORDER BY provider";

    const USED: &str = "UPDATE outside_identity SET used_at = $3
        WHERE person_id = $1 AND provider = $2";

    const REMOVE: &str = "DELETE FROM outside_identity WHERE person_id = $1 AND provider = $2";
}

const OWNER: &str =
    "SELECT person_id FROM outside_identity WHERE provider = $1 AND subject_hash IN ";

/// An account elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct OutsideIdentity {
    pub(crate) provider: String,
    pub(crate) linked_at: Timestamp,
    /// When they last signed in with it.
    pub(crate) used_at: Timestamp,
}

type Row = (String, i64, i64);

fn read((provider, linked, used): Row) -> OutsideIdentity {
    let (linked_at, used_at) = (Timestamp::micros(linked), Timestamp::micros(used));
    OutsideIdentity { provider, linked_at, used_at }
}

/// Links one; false where it is somebody's already, or they have another at this provider.
pub(crate) async fn add(
    tx: &mut Tx,
    provider: &str,
    subject_hash: &[u8; 32],
    person: UserId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [provider.into(), subject_hash.to_vec().into(), person.into(), now.into()];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

/// Whose it is. `hashes` are those of one subject under each key of the ring.
pub(crate) async fn owner(
    tx: &mut Tx,
    provider: &str,
    hashes: &[[u8; 32]],
) -> Result<Option<UserId>, DbError> {
    let sql = format!("{OWNER} ({})", in_list(2, hashes.len()));
    let hashes: Vec<Value> = hashes.iter().map(|hash| hash.to_vec().into()).collect();
    let values = [vec![provider.into()], padded(hashes)].concat();
    let row: Option<(UserId,)> = tx.one(Stmt::owned(sql, values)).await?;
    Ok(row.map(|(person,)| person))
}

/// Those of somebody: one a provider at most.
pub(crate) async fn of_person(db: &Db, person: UserId) -> Result<Vec<OutsideIdentity>, DbError> {
    let rows: Vec<Row> = db.all(Stmt::text(OF_PERSON, [person.into()])).await?;
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) async fn of_person_in(
    tx: &mut Tx,
    person: UserId,
) -> Result<Vec<OutsideIdentity>, DbError> {
    let rows: Vec<Row> = tx.all(Stmt::text(OF_PERSON, [person.into()])).await?;
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) async fn used(
    tx: &mut Tx,
    person: UserId,
    provider: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(USED, [person.into(), provider.into(), now.into()])).await?;
    Ok(())
}

/// False where there is none.
pub(crate) async fn remove(tx: &mut Tx, person: UserId, provider: &str) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(REMOVE, [person.into(), provider.into()])).await? == 1)
}
