use captely_contact::{Credits, Timestamp};
use captely_credits::GrantId;
use captely_platform::db::{DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::ids::InvoiceId;
use crate::model::{Brought, Taken};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO billing_grant (workspace_id, invoice_id, grant_id, ends_at, drawn)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, invoice_id, grant_id) DO NOTHING";

    const OF_INVOICE: &str = "SELECT grant_id, ends_at, drawn FROM billing_grant
        WHERE workspace_id = $1 AND invoice_id = $2 ORDER BY grant_id";

    const FORGET: &str = "DELETE FROM billing_grant WHERE workspace_id = $1 AND invoice_id = $2";

    const TAKE: &str = "INSERT INTO billing_taken (workspace_id, key, taken, owed, ends_at, at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    const TAKEN: &str = "SELECT taken, owed, ends_at, at FROM billing_taken
        WHERE workspace_id = $1 AND key = $2";
}

/// Notes that the payment of an invoice brought a grant.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invoice: InvoiceId,
    one: Brought,
) -> Result<(), DbError> {
    let values =
        [workspace.into(), invoice.into(), one.grant.into(), one.ends_at.into(), one.drawn.into()];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// What the payment of an invoice brought.
pub(crate) async fn of_invoice(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invoice: InvoiceId,
) -> Result<Vec<Brought>, DbError> {
    let values = [workspace.into(), invoice.into()];
    let rows: Vec<(GrantId, Option<i64>, i64)> = tx.all(Stmt::text(OF_INVOICE, values)).await?;
    let read = |(grant, ends, drawn): (GrantId, Option<i64>, i64)| Brought {
        grant,
        ends_at: ends.map(Timestamp::micros),
        drawn: Credits::millis(drawn),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Forgets what the payment of an invoice brought: it has ended.
pub(crate) async fn forget(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invoice: InvoiceId,
) -> Result<(), DbError> {
    tx.run(Stmt::text(FORGET, [workspace.into(), invoice.into()])).await?;
    Ok(())
}

/// Notes what went with a payment that was taken back under `key`.
pub(crate) async fn take(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &str,
    one: &Taken,
) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        key.into(),
        one.left.into(),
        one.owed.into(),
        one.ends_at.into(),
        one.at.into(),
    ];
    tx.run(Stmt::text(TAKE, values)).await?;
    Ok(())
}

/// What went under `key`.
pub(crate) async fn taken(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &str,
) -> Result<Option<Taken>, DbError> {
    type Row = (i64, i64, Option<i64>, i64);
    let row: Option<Row> = tx.one(Stmt::text(TAKEN, [workspace.into(), key.into()])).await?;
    Ok(row.map(|(left, owed, ends, at)| Taken {
        left: Credits::millis(left),
        owed: Credits::millis(owed),
        ends_at: ends.map(Timestamp::micros),
        at: Timestamp::micros(at),
    }))
}
