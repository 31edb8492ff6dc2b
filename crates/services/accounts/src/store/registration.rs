use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO registration (token_hash, email_sealed, name, password_hash,
            workspace_name, code_hash, code_expires_at, tries, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)";

    const FIND: &str = "SELECT email_sealed, name, password_hash, workspace_name, code_hash,
            code_expires_at
        FROM registration WHERE token_hash = $1 AND expires_at > $2";

    /// Counts a try; changes none where they are used up.
    const TRY: &str = "UPDATE registration SET tries = tries + 1
        WHERE token_hash = $1 AND expires_at > $2 AND tries < $3";

    const NEW_CODE: &str = "UPDATE registration SET code_hash = $2, code_expires_at = $3, tries = 0
        WHERE token_hash = $1";

    const TAKE: &str = "DELETE FROM registration WHERE token_hash = $1";

    const FORGET: &str = "DELETE FROM registration WHERE expires_at <= $1";
}

/// A sign-up that waits for its code.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) email_sealed: String,
    pub(crate) name: String,
    /// Empty where the address has an account.
    pub(crate) password_hash: String,
    pub(crate) workspace_name: String,
    pub(crate) code_hash: Vec<u8>,
    pub(crate) code_expires_at: Timestamp,
}

pub(crate) async fn add(
    tx: &mut Tx,
    hash: &[u8; 32],
    new: Registration,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let values = [
        hash.to_vec().into(),
        new.email_sealed.into(),
        new.name.into(),
        new.password_hash.into(),
        new.workspace_name.into(),
        new.code_hash.into(),
        new.code_expires_at.into(),
        expires_at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

pub(crate) async fn find(
    tx: &mut Tx,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Registration>, DbError> {
    type Row = (String, String, String, String, Vec<u8>, i64);
    let row: Option<Row> = tx.one(Stmt::text(FIND, [hash.to_vec().into(), now.into()])).await?;
    Ok(row.map(|(email_sealed, name, password_hash, workspace_name, code_hash, expires)| {
        let code_expires_at = Timestamp::micros(expires);
        Registration {
            email_sealed,
            name,
            password_hash,
            workspace_name,
            code_hash,
            code_expires_at,
        }
    }))
}

/// Counts a try; false where there have been `most` of this code.
pub(crate) async fn count_try(
    tx: &mut Tx,
    hash: &[u8; 32],
    most: u32,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [hash.to_vec().into(), now.into(), most.into()];
    Ok(tx.run(Stmt::text(TRY, values)).await? == 1)
}

pub(crate) async fn new_code(
    tx: &mut Tx,
    hash: &[u8; 32],
    code_hash: &[u8; 32],
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let values = [hash.to_vec().into(), code_hash.to_vec().into(), expires_at.into()];
    tx.run(Stmt::text(NEW_CODE, values)).await?;
    Ok(())
}

/// Ends it; false where somebody else did first.
pub(crate) async fn take(tx: &mut Tx, hash: &[u8; 32]) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(TAKE, [hash.to_vec().into()])).await? == 1)
}

pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    tx.run(Stmt::text(FORGET, [now.into()])).await
}
