use captely_contact::Timestamp;
use captely_payments::Price;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use super::word;
use crate::ids::{InvoiceId, TransactionId};
use crate::model::{Transaction, TransactionKind};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO billing_transaction
            (workspace_id, id, kind, invoice_id, amount, currency, via, key, reference, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (workspace_id, key) DO NOTHING";

    const AMOUNT_OF: &str =
        "SELECT amount FROM billing_transaction WHERE workspace_id = $1 AND key = $2";

    const SUM_OF: &str = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM billing_transaction
        WHERE workspace_id = $1 AND invoice_id = $2 AND kind = $3";

    const PAGE: &str = "SELECT id, kind, invoice_id, amount, currency, via, reference, at
        FROM billing_transaction WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
}

/// False where the same was told before under this key.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &str,
    one: &Transaction,
) -> Result<bool, DbError> {
    let values: [Value; 10] = [
        workspace.into(),
        one.id.into(),
        one.kind.as_str().into(),
        one.invoice.into(),
        one.amount.minor_units.into(),
        one.amount.currency.as_str().into(),
        one.via.as_str().into(),
        key.into(),
        one.reference.as_str().into(),
        one.at.into(),
    ];
    Ok(tx.run(Stmt::text(ADD, values)).await? == 1)
}

/// How much was told under a key, in the smallest unit.
pub(crate) async fn amount_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &str,
) -> Result<Option<i64>, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(AMOUNT_OF, [workspace.into(), key.into()])).await?;
    Ok(row.map(|(amount,)| amount))
}

/// How much of a kind there was of an invoice, in the smallest unit.
pub(crate) async fn sum_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invoice: InvoiceId,
    kind: TransactionKind,
) -> Result<i64, DbError> {
    let values = [workspace.into(), invoice.into(), kind.as_str().into()];
    let row: Option<(i64,)> = tx.one(Stmt::text(SUM_OF, values)).await?;
    Ok(row.map_or(0, |(sum,)| sum))
}

/// The newest first, older than `before`.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    before: TransactionId,
    limit: u32,
) -> Result<Vec<Transaction>, DbError> {
    type Row = (TransactionId, String, Option<InvoiceId>, i64, String, String, String, i64);
    let values = [workspace.into(), before.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    let read = |(id, kind, invoice, amount, currency, via, reference, at): Row| {
        let currency =
            currency.parse().map_err(|why| DbError::Decode(format!("a currency {why}")))?;
        Ok(Transaction {
            id,
            kind: word(&kind)?,
            invoice,
            amount: Price::new(amount, currency),
            via: word(&via)?,
            reference,
            at: Timestamp::micros(at),
        })
    };
    rows.into_iter().map(read).collect()
}
