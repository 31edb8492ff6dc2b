//! What rooms have found wrong: kept in the database, so that every process tells it.

use captely_contact::Timestamp;

use crate::db::{DbError, Stmt, Tx};

/// Notices that are told at most; more is no longer read by anybody.
const NOTICES_TOLD_MAX: u32 = 20;

crate::statements! {
    pub fn statements;

    const PUT: &str = "INSERT INTO health_notice (name, said, at) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET said = excluded.said, at = excluded.at";

    const REMOVE: &str = "DELETE FROM health_notice WHERE name = $1";

    const ALL: &str = "SELECT said FROM health_notice ORDER BY name LIMIT $1";
}

/// From now on [`super::gather`] says that something needs a person, and `said`: what is wrong and what to
/// do, a sentence without anything secret. The same `name` again replaces it.
pub async fn complain(tx: &mut Tx, name: &str, said: &str, now: Timestamp) -> Result<(), DbError> {
    tx.run(Stmt::text(PUT, [name.into(), said.into(), now.into()])).await.map(drop)
}

/// What was complained of under `name` is well again.
pub async fn settle(tx: &mut Tx, name: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(REMOVE, [name.into()])).await.map(drop)
}

pub(super) async fn all(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = tx.all(Stmt::text(ALL, [NOTICES_TOLD_MAX.into()])).await?;
    Ok(rows.into_iter().map(|(said,)| said).collect())
}
