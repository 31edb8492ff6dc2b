use captely_contact::{Credits, Timestamp};
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;

use crate::model::Customer;

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO billing_customer
            (workspace_id, free_anchor, owed_credits, name, created_at)
        VALUES ($1, $2, 0, $3, $2) ON CONFLICT (workspace_id) DO NOTHING";

    const GET: &str = "SELECT free_anchor, trial_at, owed_credits, email_sealed, name, country,
            vat_id, stripe_id
        FROM billing_customer WHERE workspace_id = $1";

    const BY_STRIPE: &str = "SELECT workspace_id FROM billing_customer WHERE stripe_id = $1";

    const SET_TRIAL: &str = "UPDATE billing_customer SET trial_at = $2
        WHERE workspace_id = $1 AND trial_at IS NULL";

    const SET_OWED: &str = "UPDATE billing_customer SET owed_credits = $2 WHERE workspace_id = $1";

    const SET_STRIPE: &str = "UPDATE billing_customer SET stripe_id = $2
        WHERE workspace_id = $1 AND stripe_id IS NULL";

    const SET_DETAILS: &str = "UPDATE billing_customer
        SET email_sealed = $2, name = $3, country = $4, vat_id = $5 WHERE workspace_id = $1";
}

/// False where there was one.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(ADD, [workspace.into(), now.into(), name.into()])).await? == 1)
}

type Row =
    (i64, Option<i64>, i64, Option<String>, String, Option<String>, Option<String>, Option<String>);

fn read_row(row: Row) -> Customer {
    let (free_anchor, trial_at, owed, email_sealed, name, country, vat_id, stripe_id) = row;
    Customer {
        free_anchor: Timestamp::micros(free_anchor),
        trial_at: trial_at.map(Timestamp::micros),
        owed: Credits::millis(owed),
        email_sealed,
        name,
        country,
        vat_id,
        stripe_id,
    }
}

pub(crate) async fn get(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Customer>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(GET, [workspace.into()])).await?;
    Ok(row.map(read_row))
}

pub(crate) async fn read(db: &Db, workspace: WorkspaceId) -> Result<Option<Customer>, DbError> {
    let row: Option<Row> = db.one(Stmt::text(GET, [workspace.into()])).await?;
    Ok(row.map(read_row))
}

/// Whose customer of Stripe it is.
pub(crate) async fn by_stripe(db: &Db, customer: &str) -> Result<Option<WorkspaceId>, DbError> {
    let row: Option<(WorkspaceId,)> = db.one(Stmt::text(BY_STRIPE, [customer.into()])).await?;
    Ok(row.map(|(workspace,)| workspace))
}

/// False where there was a trial before.
pub(crate) async fn set_trial(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(SET_TRIAL, [workspace.into(), now.into()])).await? == 1)
}

pub(crate) async fn set_owed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    owed: Credits,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_OWED, [workspace.into(), owed.into()])).await?;
    Ok(())
}

/// False where it has one already.
pub(crate) async fn set_stripe(
    tx: &mut Tx,
    workspace: WorkspaceId,
    customer: &str,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(SET_STRIPE, [workspace.into(), customer.into()])).await? == 1)
}

/// As they stand on invoices.
pub(crate) async fn set_details(
    tx: &mut Tx,
    workspace: WorkspaceId,
    customer: &Customer,
) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        customer.email_sealed.clone().into(),
        customer.name.as_str().into(),
        customer.country.clone().into(),
        customer.vat_id.clone().into(),
    ];
    tx.run(Stmt::text(SET_DETAILS, values)).await?;
    Ok(())
}
