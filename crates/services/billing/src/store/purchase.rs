use captely_contact::{Credits, Timestamp};
use captely_credits::GrantId;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use super::{from_json, json, word};
use crate::ids::{InvoiceId, PurchaseId};
use crate::model::Purchase;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO credit_purchase
            (workspace_id, id, package, status, invoice_id, taken_back, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6)";

    const OF_INVOICE: &str = "SELECT id, package, status, invoice_id, grant_id, taken_back, created_at,
            paid_at
        FROM credit_purchase WHERE workspace_id = $1 AND invoice_id = $2 ORDER BY id LIMIT 1";

    const PAY: &str = "UPDATE credit_purchase SET status = 'paid', grant_id = $3, paid_at = $4
        WHERE workspace_id = $1 AND id = $2 AND status = 'pending'";

    const TAKE_BACK: &str = "UPDATE credit_purchase SET taken_back = $3, status = $4
        WHERE workspace_id = $1 AND id = $2";
}

pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    one: &Purchase,
) -> Result<(), DbError> {
    let values: [Value; 6] = [
        workspace.into(),
        one.id.into(),
        json(&one.package)?.into(),
        one.status.as_str().into(),
        one.invoice.into(),
        one.created_at.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// What an invoice is for, if it is for a package.
pub(crate) async fn of_invoice(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invoice: InvoiceId,
) -> Result<Option<Purchase>, DbError> {
    type Row = (PurchaseId, String, String, InvoiceId, Option<GrantId>, i64, i64, Option<i64>);
    let values = [workspace.into(), invoice.into()];
    let row: Option<Row> = tx.one(Stmt::text(OF_INVOICE, values)).await?;
    let read = |(id, package, status, invoice, grant, taken_back, created, paid): Row| {
        Ok(Purchase {
            id,
            package: from_json(&package)?,
            status: word(&status)?,
            invoice,
            grant,
            taken_back: Credits::millis(taken_back),
            created_at: Timestamp::micros(created),
            paid_at: paid.map(Timestamp::micros),
        })
    };
    row.map(read).transpose()
}

/// False where it is not pending.
pub(crate) async fn pay(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: PurchaseId,
    grant: GrantId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), grant.into(), now.into()];
    Ok(tx.run(Stmt::text(PAY, values)).await? == 1)
}

/// How many of its credits were taken back in all.
pub(crate) async fn take_back(
    tx: &mut Tx,
    workspace: WorkspaceId,
    one: &Purchase,
) -> Result<(), DbError> {
    let values =
        [workspace.into(), one.id.into(), one.taken_back.into(), one.status.as_str().into()];
    tx.run(Stmt::text(TAKE_BACK, values)).await?;
    Ok(())
}
