use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO stripe_event (id, kind, object, created_at, received_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING";

    const END: &str = "UPDATE stripe_event SET outcome = $2 WHERE id = $1";

    const FORGET: &str = "DELETE FROM stripe_event WHERE received_at < $1 AND outcome IS NOT NULL";
}

/// False where it came before.
pub(crate) async fn add(
    tx: &mut Tx,
    id: &str,
    kind: &str,
    object: &str,
    created_at: Timestamp,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [id.into(), kind.into(), object.into(), created_at.into(), now.into()];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

/// Notes what came of it.
pub(crate) async fn end(tx: &mut Tx, id: &str, outcome: &str) -> Result<(), DbError> {
    tx.run(Stmt::text(END, [id.into(), outcome.into()])).await?;
    Ok(())
}

/// Forgets those that came before `before` and were dealt with. Stripe repeats one for three days.
pub(crate) async fn forget(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    let mut tx = db.writer().await?;
    let gone = tx.run(Stmt::text(FORGET, [before.into()])).await?;
    tx.commit().await?;
    Ok(gone)
}
