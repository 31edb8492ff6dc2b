use captely_platform::db::{Db, DbError, Stmt, Tx};

captely_platform::statements! {
    pub(crate) fn statements;

    const GET: &str = "SELECT value FROM installation WHERE name = $1";

    const PUT_FIRST: &str = "INSERT INTO installation (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO NOTHING";

    const PUT: &str = "INSERT INTO installation (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    const TAKE: &str = "DELETE FROM installation WHERE name = $1";
}

pub(crate) async fn get(db: &Db, name: &str) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = db.one(Stmt::text(GET, [name.into()])).await?;
    Ok(row.map(|(value,)| value))
}

pub(crate) async fn get_in(tx: &mut Tx, name: &str) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = tx.one(Stmt::text(GET, [name.into()])).await?;
    Ok(row.map(|(value,)| value))
}

/// Puts a value that is not there yet; false where it is.
pub(crate) async fn put_first(tx: &mut Tx, name: &str, value: &str) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(PUT_FIRST, [name.into(), value.into()])).await? == 1)
}

pub(crate) async fn put(tx: &mut Tx, name: &str, value: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(PUT, [name.into(), value.into()])).await?;
    Ok(())
}

pub(crate) async fn remove(tx: &mut Tx, name: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(TAKE, [name.into()])).await?;
    Ok(())
}
