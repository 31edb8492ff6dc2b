use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};

use super::word;
use crate::model::{Reversal, TransactionKind};

captely_platform::statements! {
    pub(crate) fn statements;

    /// Events come in any order: a sum does not shrink, and what is won stays so.
    const TELL: &str = "INSERT INTO stripe_reversal (payment, kind, object, amount, won, told_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (payment, kind, object) DO UPDATE SET
            amount = CASE WHEN excluded.amount > stripe_reversal.amount THEN excluded.amount
                ELSE stripe_reversal.amount END,
            won = CASE WHEN excluded.won > stripe_reversal.won THEN excluded.won
                ELSE stripe_reversal.won END,
            told_at = excluded.told_at";

    const OF_PAYMENT: &str = "SELECT payment, kind, object, amount, won FROM stripe_reversal
        WHERE payment = $1 ORDER BY kind, object";

    const FORGET: &str = "DELETE FROM stripe_reversal WHERE told_at < $1";
}

/// Waits for whoever records a payment, or what was taken back of it.
pub(crate) async fn lock(tx: &mut Tx, payment: &str) -> Result<(), DbError> {
    tx.one_at_a_time(&format!("Stripe's payment {payment}")).await
}

/// Notes what Stripe says.
pub(crate) async fn tell(tx: &mut Tx, one: &Reversal, now: Timestamp) -> Result<(), DbError> {
    let values = [
        one.payment.as_str().into(),
        one.kind.as_str().into(),
        one.object.as_str().into(),
        one.amount.into(),
        one.won.into(),
        now.into(),
    ];
    tx.run(Stmt::text(TELL, values)).await?;
    Ok(())
}

/// What Stripe said of a payment so far.
pub(crate) async fn of_payment(tx: &mut Tx, payment: &str) -> Result<Vec<Reversal>, DbError> {
    type Row = (String, String, String, i64, i64);
    let rows: Vec<Row> = tx.all(Stmt::text(OF_PAYMENT, [payment.into()])).await?;
    let read = |(payment, kind, object, amount, won): Row| {
        let kind: TransactionKind = word(&kind)?;
        Ok(Reversal { payment, kind, object, amount, won: won != 0 })
    };
    rows.into_iter().map(read).collect()
}

/// Forgets what was told before `before`: of payments that are none of ours there is much.
pub(crate) async fn forget(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    let mut tx = db.writer().await?;
    let gone = tx.run(Stmt::text(FORGET, [before.into()])).await?;
    tx.commit().await?;
    Ok(gone)
}
