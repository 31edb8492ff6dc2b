use captely_contact::Timestamp;
use captely_payments::Price;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use super::{count, word};
use crate::ids::{InvoiceId, SubscriptionId};
use crate::invoice::{Invoice, InvoiceLine};
use crate::period::Period;

captely_platform::statements! {
    pub(crate) fn statements;

    /// One row that every invoice changes: the numbers have no gaps, since a transaction that is rolled back
    /// gives its number back.
    const NUMBER: &str = "INSERT INTO billing_number (series, last) VALUES ($1, 1)
        ON CONFLICT (series) DO UPDATE SET last = billing_number.last + 1 RETURNING last";

    const ADD: &str = "INSERT INTO invoice
            (workspace_id, id, number, status, kind, subscription_id, currency, net, tax, total, rate_bp,
             refunded, buyer, country, vat_id, period_start, period_end, issued_at, due_at, stripe_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16, $17, $18, $19)";

    const GET: &str = "SELECT id, number, status, kind, subscription_id, currency, net, tax, total,
            rate_bp, refunded, period_start, period_end, issued_at, due_at, paid_at
        FROM invoice WHERE workspace_id = $1 AND id = $2";

    const MORE: &str = "SELECT buyer, country, vat_id, reference, stripe_id
        FROM invoice WHERE workspace_id = $1 AND id = $2";

    const PAGE: &str = "SELECT id, number, status, kind, subscription_id, currency, net, tax, total,
            rate_bp, refunded, period_start, period_end, issued_at, due_at, paid_at
        FROM invoice WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

    const LINES: &str = "SELECT description, quantity, amount FROM invoice_line
        WHERE workspace_id = $1 AND invoice_id = $2 ORDER BY line";

    const WHOSE: &str = "SELECT workspace_id FROM invoice WHERE id = $1";

    const BY_STRIPE: &str = "SELECT workspace_id, id FROM invoice WHERE stripe_id = $1";

    const PAY: &str = "UPDATE invoice SET status = 'paid', paid_at = $3, reference = $4, number = $5
        WHERE workspace_id = $1 AND id = $2 AND status IN ('draft', 'open')";

    const VOID: &str = "UPDATE invoice SET status = 'void'
        WHERE workspace_id = $1 AND id = $2 AND status IN ('draft', 'open')";

    const REFUND: &str = "UPDATE invoice SET refunded = refunded + $3
        WHERE workspace_id = $1 AND id = $2 AND status = 'paid' AND refunded + $3 <= total";

    const REINSTATE: &str = "UPDATE invoice SET refunded = refunded - $3
        WHERE workspace_id = $1 AND id = $2 AND refunded >= $3";

    const SET_STRIPE: &str = "UPDATE invoice SET stripe_id = $3 WHERE workspace_id = $1 AND id = $2";

    /// Of all workspaces: a payment has one name at Stripe.
    const WHOSE_PAYMENT: &str = "SELECT workspace_id FROM invoice
        WHERE reference = $1 ORDER BY workspace_id LIMIT 1";

    const BY_REFERENCE: &str = "SELECT id FROM invoice WHERE workspace_id = $1 AND reference = $2
        ORDER BY id LIMIT 1";
}

/// All invoices of an installation are of one series.
const SERIES: &str = "invoice";

const ADD_LINES: &str =
    "INSERT INTO invoice_line (workspace_id, invoice_id, line, description, quantity, amount)";

/// The next number of the series.
pub(crate) async fn number(tx: &mut Tx) -> Result<u32, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(NUMBER, [SERIES.into()])).await?;
    count(row.map_or(0, |(last,)| last))
}

pub(crate) async fn add(tx: &mut Tx, invoice: &Invoice) -> Result<(), DbError> {
    let period = invoice.period;
    let values: [Value; 19] = [
        invoice.workspace.into(),
        invoice.id.into(),
        invoice.number.into(),
        invoice.status.as_str().into(),
        invoice.kind.as_str().into(),
        invoice.subscription.into(),
        invoice.total.currency.as_str().into(),
        invoice.net.into(),
        invoice.tax.into(),
        invoice.total.minor_units.into(),
        invoice.rate_bp.into(),
        invoice.buyer.as_str().into(),
        invoice.country.clone().into(),
        invoice.vat_id.clone().into(),
        period.map(|period| period.start).into(),
        period.map(|period| period.end).into(),
        invoice.issued_at.into(),
        invoice.due_at.into(),
        invoice.stripe_id.clone().into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    let mut rows = Vec::new();
    for (line, n) in invoice.lines.iter().zip(1_u32..) {
        rows.extend::<[Value; 6]>([
            invoice.workspace.into(),
            invoice.id.into(),
            n.into(),
            line.description.as_str().into(),
            line.quantity.into(),
            line.amount.into(),
        ]);
    }
    tx.insert_many(ADD_LINES, 6, rows, "").await?;
    Ok(())
}

type Row = (
    InvoiceId,
    Option<i64>,
    String,
    String,
    Option<SubscriptionId>,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<i64>,
);

fn read(workspace: WorkspaceId, row: Row) -> Result<Invoice, DbError> {
    let (id, number, status, kind, subscription, currency, net, tax, total, ..) = row;
    let (.., rate_bp, refunded, start, end, issued, due, paid) = row;
    let currency = currency.parse().map_err(|why| DbError::Decode(format!("a currency {why}")))?;
    let period = start.zip(end);
    Ok(Invoice {
        workspace,
        id,
        number: number.map(count).transpose()?,
        status: word(&status)?,
        kind: word(&kind)?,
        subscription,
        net,
        tax,
        total: Price::new(total, currency),
        rate_bp: count(rate_bp)?,
        refunded,
        period: period.map(|(start, end)| Period {
            start: Timestamp::micros(start),
            end: Timestamp::micros(end),
        }),
        issued_at: Timestamp::micros(issued),
        due_at: due.map(Timestamp::micros),
        paid_at: paid.map(Timestamp::micros),
        buyer: String::new(),
        country: None,
        vat_id: None,
        reference: None,
        stripe_id: None,
        lines: Vec::new(),
    })
}

/// With its lines and its buyer.
pub(crate) async fn get(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvoiceId,
) -> Result<Option<Invoice>, DbError> {
    type More = (String, Option<String>, Option<String>, Option<String>, Option<String>);
    let key = || [Value::from(workspace), id.into()];
    let Some(row) = tx.one::<Row>(Stmt::text(GET, key())).await? else { return Ok(None) };
    let more: Option<More> = tx.one(Stmt::text(MORE, key())).await?;
    let lines: Vec<(String, i64, i64)> = tx.all(Stmt::text(LINES, key())).await?;
    let mut invoice = read(workspace, row)?;
    if let Some((buyer, country, vat_id, reference, stripe_id)) = more {
        invoice = Invoice { buyer, country, vat_id, reference, stripe_id, ..invoice };
    }
    for (description, quantity, amount) in lines {
        let quantity = count(quantity)?;
        invoice.lines.push(InvoiceLine { description, quantity, amount });
    }
    Ok(Some(invoice))
}

/// The newest first, older than `before`, without lines and buyer.
pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    before: InvoiceId,
    limit: u32,
) -> Result<Vec<Invoice>, DbError> {
    let values = [workspace.into(), before.into(), limit.into()];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter().map(|row| read(workspace, row)).collect()
}

/// In which workspace an invoice is, for whoever runs the installation.
pub(crate) async fn workspace_of(
    tx: &mut Tx,
    id: InvoiceId,
) -> Result<Option<WorkspaceId>, DbError> {
    let row: Option<(WorkspaceId,)> = tx.one(Stmt::text(WHOSE, [id.into()])).await?;
    Ok(row.map(|(workspace,)| workspace))
}

/// Which of ours an invoice of Stripe is.
pub(crate) async fn by_stripe(
    tx: &mut Tx,
    stripe_id: &str,
) -> Result<Option<(WorkspaceId, InvoiceId)>, DbError> {
    tx.one(Stmt::text(BY_STRIPE, [stripe_id.into()])).await
}

/// In which workspace an invoice was paid by a payment of Stripe.
pub(crate) async fn workspace_of_payment(
    db: &Db,
    reference: &str,
) -> Result<Option<WorkspaceId>, DbError> {
    let row: Option<(WorkspaceId,)> = db.one(Stmt::text(WHOSE_PAYMENT, [reference.into()])).await?;
    Ok(row.map(|(workspace,)| workspace))
}

/// The one that was paid by a payment of Stripe.
pub(crate) async fn by_reference(
    tx: &mut Tx,
    workspace: WorkspaceId,
    reference: &str,
) -> Result<Option<InvoiceId>, DbError> {
    let values = [workspace.into(), reference.into()];
    let row: Option<(InvoiceId,)> = tx.one(Stmt::text(BY_REFERENCE, values)).await?;
    Ok(row.map(|(id,)| id))
}

/// Marks it paid under its number. False where it was paid or void.
pub(crate) async fn pay(
    tx: &mut Tx,
    invoice: &Invoice,
    number: u32,
    reference: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let (workspace, id) = (invoice.workspace, invoice.id);
    let values = [workspace.into(), id.into(), now.into(), reference.into(), number.into()];
    Ok(tx.run(Stmt::text(PAY, values)).await? == 1)
}

/// False where it was paid or void.
pub(crate) async fn void(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvoiceId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(VOID, [workspace.into(), id.into()])).await? == 1)
}

/// False where more would be given back than was paid.
pub(crate) async fn refund(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvoiceId,
    amount: i64,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), amount.into()];
    Ok(tx.run(Stmt::text(REFUND, values)).await? == 1)
}

/// Notes that what was taken back came again. False where less was taken back.
pub(crate) async fn reinstate(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvoiceId,
    amount: i64,
) -> Result<bool, DbError> {
    let values = [workspace.into(), id.into(), amount.into()];
    Ok(tx.run(Stmt::text(REINSTATE, values)).await? == 1)
}

pub(crate) async fn set_stripe(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvoiceId,
    stripe_id: &str,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_STRIPE, [workspace.into(), id.into(), stripe_id.into()])).await?;
    Ok(())
}
