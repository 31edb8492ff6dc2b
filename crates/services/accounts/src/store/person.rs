use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value, in_list, padded};

use crate::ids::UserId;
use crate::model::Person;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO person (id, email_sealed, email_index, name, password_hash,
            superadmin, preferences, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, '{}', $7)
        ON CONFLICT (email_index) DO NOTHING";

    const GET: &str = "SELECT id, email_sealed, name, password_hash, superadmin,
            disabled_at, preferences, created_at
        FROM person WHERE id = $1";

    const SET_PASSWORD: &str = "UPDATE person SET password_hash = $2 WHERE id = $1";

    /// Changes none where the password is another one by now, or its owner is shut out.
    const HOLD_PASSWORD: &str = "UPDATE person SET password_hash = $3
        WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL";

    const RENAME: &str = "UPDATE person SET name = $2 WHERE id = $1";

    /// The newest first.
    const PAGE: &str = "SELECT id, email_sealed, name, password_hash, superadmin,
            disabled_at, preferences, created_at
        FROM person WHERE id < $1 ORDER BY id DESC LIMIT $2";

    /// Changes none where it is so already.
    const DISABLE: &str = "UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";

    const ENABLE: &str = "UPDATE person SET disabled_at = NULL
        WHERE id = $1 AND disabled_at IS NOT NULL";

    const SET_PREFERENCES: &str = "UPDATE person SET preferences = $2 WHERE id = $1";
}

const BY_EMAIL: &str = "SELECT id, email_sealed, name, password_hash, superadmin,
    disabled_at, preferences, created_at FROM person WHERE email_index IN ";

type Row = (UserId, String, String, Option<String>, i64, Option<i64>, String, i64);

fn read(row: Row) -> Person {
    let (id, email_sealed, name, password_hash, superadmin, disabled, preferences, created) = row;
    Person {
        id,
        email_sealed,
        name,
        password_hash,
        superadmin: superadmin == 1,
        disabled: disabled.is_some(),
        preferences,
        created_at: Timestamp::micros(created),
    }
}

/// A person to add.
#[derive(Debug)]
pub(crate) struct NewPerson<'a> {
    pub(crate) id: UserId,
    pub(crate) email_sealed: String,
    pub(crate) email_index: [u8; 32],
    pub(crate) name: &'a str,
    pub(crate) password_hash: Option<String>,
    pub(crate) superadmin: bool,
}

/// Adds somebody; false where the address has an account.
pub(crate) async fn add(tx: &mut Tx, new: NewPerson<'_>, now: Timestamp) -> Result<bool, DbError> {
    let values = [
        new.id.into(),
        new.email_sealed.into(),
        new.email_index.to_vec().into(),
        new.name.into(),
        new.password_hash.into(),
        new.superadmin.into(),
        now.into(),
    ];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

pub(crate) async fn get(db: &Db, id: UserId) -> Result<Option<Person>, DbError> {
    let row: Option<Row> = db.one(Stmt::text(GET, [id.into()])).await?;
    Ok(row.map(read))
}

pub(crate) async fn get_in(tx: &mut Tx, id: UserId) -> Result<Option<Person>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [id.into()])).await?;
    Ok(row.map(read))
}

/// Who has one of these indexes: those of one address under each key of the ring.
pub(crate) async fn by_email(db: &Db, indexes: &[[u8; 32]]) -> Result<Option<Person>, DbError> {
    let row: Option<Row> = db.one(by_email_stmt(indexes)).await?;
    Ok(row.map(read))
}

pub(crate) async fn by_email_in(
    tx: &mut Tx,
    indexes: &[[u8; 32]],
) -> Result<Option<Person>, DbError> {
    let row: Option<Row> = tx.one(by_email_stmt(indexes)).await?;
    Ok(row.map(read))
}

fn by_email_stmt(indexes: &[[u8; 32]]) -> Stmt {
    let values: Vec<Value> = indexes.iter().map(|index| index.to_vec().into()).collect();
    Stmt::owned(format!("{BY_EMAIL} ({})", in_list(1, values.len())), padded(values))
}

/// Whatever it was before; others wait until the transaction ends.
pub(crate) async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_PASSWORD, [id.into(), hash.into()])).await?;
    Ok(())
}

/// Replaces the hash `old`, against which a password was checked, by `new`, which may be the same; then
/// nobody else sets one until the transaction ends. False, and nothing changed, where it is another one
/// by now or the account is disabled.
pub(crate) async fn hold_password(
    tx: &mut Tx,
    id: UserId,
    old: &str,
    new: &str,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(HOLD_PASSWORD, [id.into(), old.into(), new.into()])).await? == 1)
}

pub(crate) async fn rename(tx: &mut Tx, id: UserId, name: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(RENAME, [id.into(), name.into()])).await?;
    Ok(())
}

pub(crate) async fn set_preferences(tx: &mut Tx, id: UserId, json: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_PREFERENCES, [id.into(), json.into()])).await?;
    Ok(())
}

/// All people of the installation, the newest first, older than `before`.
pub(crate) async fn page(db: &Db, before: UserId, limit: u32) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, [before.into(), limit.into()])).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// False where it is so already, or there is nobody.
pub(crate) async fn disable(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(DISABLE, [id.into(), now.into()])).await? == 1)
}

/// False where it is so already, or there is nobody.
pub(crate) async fn enable(tx: &mut Tx, id: UserId) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(ENABLE, [id.into()])).await? == 1)
}
