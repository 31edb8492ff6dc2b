use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value, in_list, padded};

use crate::ids::{PasskeyId, UserId};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO passkey (person_id, id, name, credential_hash, credential_sealed,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (credential_hash) DO NOTHING";

    const OF_PERSON: &str = "SELECT id, name, credential_sealed, created_at, used_at FROM passkey
        WHERE person_id = $1 ORDER BY created_at, id LIMIT 100";

    const COUNT: &str = "SELECT count(*) FROM passkey WHERE person_id = $1";

    const RENAME: &str = "UPDATE passkey SET name = $3 WHERE person_id = $1 AND id = $2";

    const REMOVE: &str = "DELETE FROM passkey WHERE person_id = $1 AND id = $2";

    /// Only over what was read: of two uses at a time, one does not count.
    const USED: &str = "UPDATE passkey SET credential_sealed = $4, used_at = $5
        WHERE person_id = $1 AND id = $2 AND credential_sealed = $3";
}

const KNOWN: &str = "SELECT count(*) FROM passkey WHERE credential_hash IN ";

/// A passkey as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyRow {
    pub(crate) id: PasskeyId,
    pub(crate) name: String,
    pub(crate) credential_sealed: String,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

/// A passkey to add.
#[derive(Debug)]
pub(crate) struct NewPasskey<'a> {
    pub(crate) person: UserId,
    pub(crate) id: PasskeyId,
    pub(crate) name: &'a str,
    pub(crate) credential_hash: [u8; 32],
    pub(crate) credential_sealed: String,
}

type Row = (PasskeyId, String, String, i64, Option<i64>);

fn read((id, name, credential_sealed, created, used): Row) -> PasskeyRow {
    PasskeyRow {
        id,
        name,
        credential_sealed,
        created_at: Timestamp::micros(created),
        used_at: used.map(Timestamp::micros),
    }
}

/// Adds one; false where the key is somebody's already.
pub(crate) async fn add(tx: &mut Tx, new: NewPasskey<'_>, now: Timestamp) -> Result<bool, DbError> {
    let values = [
        new.person.into(),
        new.id.into(),
        new.name.into(),
        new.credential_hash.to_vec().into(),
        new.credential_sealed.into(),
        now.into(),
    ];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

/// Whether somebody has a key with one of these hashes: those of one key under each key of the ring.
pub(crate) async fn is_known(tx: &mut Tx, hashes: &[[u8; 32]]) -> Result<bool, DbError> {
    let values: Vec<Value> = hashes.iter().map(|hash| hash.to_vec().into()).collect();
    let sql = format!("{KNOWN} ({})", in_list(1, values.len()));
    let row: Option<(i64,)> = tx.one(Stmt::owned(sql, padded(values))).await?;
    Ok(row.is_some_and(|(n,)| n > 0))
}

/// The passkeys of somebody, the oldest first.
pub(crate) async fn of_person(db: &Db, person: UserId) -> Result<Vec<PasskeyRow>, DbError> {
    let rows: Vec<Row> = db.all(Stmt::text(OF_PERSON, [person.into()])).await?;
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) async fn count(tx: &mut Tx, person: UserId) -> Result<usize, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(COUNT, [person.into()])).await?;
    Ok(row.and_then(|(n,)| usize::try_from(n).ok()).unwrap_or_default())
}

/// False where it is none of theirs.
pub(crate) async fn rename(
    tx: &mut Tx,
    person: UserId,
    id: PasskeyId,
    name: &str,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(RENAME, [person.into(), id.into(), name.into()])).await? == 1)
}

/// False where it is none of theirs.
pub(crate) async fn remove(tx: &mut Tx, person: UserId, id: PasskeyId) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(REMOVE, [person.into(), id.into()])).await? == 1)
}

/// Stores what a use has changed; false where it was used, or taken away, since `key` was read.
pub(crate) async fn used(
    tx: &mut Tx,
    person: UserId,
    key: &PasskeyRow,
    credential_sealed: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [
        person.into(),
        key.id.into(),
        key.credential_sealed.as_str().into(),
        credential_sealed.into(),
        now.into(),
    ];
    Ok(tx.run(Stmt::text(USED, values)).await? == 1)
}
