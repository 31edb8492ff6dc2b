use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use crate::ids::PaymentMethodId;
use crate::model::Method;

captely_platform::statements! {
    pub(crate) fn statements;

    const PUT: &str = "INSERT INTO payment_method
            (workspace_id, id, stripe_id, kind, brand, last4, expires, is_default, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (workspace_id, stripe_id) DO UPDATE SET kind = excluded.kind,
            brand = excluded.brand, last4 = excluded.last4, expires = excluded.expires,
            is_default = excluded.is_default";

    const LIST: &str = "SELECT id, stripe_id, kind, brand, last4, expires, is_default, created_at
        FROM payment_method WHERE workspace_id = $1 ORDER BY id LIMIT 100";

    const FETCHED_AT: &str =
        "SELECT methods_fetched_at FROM billing_customer WHERE workspace_id = $1";

    const SET_FETCHED: &str =
        "UPDATE billing_customer SET methods_fetched_at = $2 WHERE workspace_id = $1";

    const REMOVE: &str = "DELETE FROM payment_method WHERE workspace_id = $1 AND id = $2";
}

/// Adds one, or changes the one of Stripe's name.
pub(crate) async fn put(tx: &mut Tx, workspace: WorkspaceId, one: &Method) -> Result<(), DbError> {
    let values: [Value; 9] = [
        workspace.into(),
        one.id.into(),
        one.stripe_id.as_str().into(),
        one.kind.as_str().into(),
        one.brand.clone().into(),
        one.last4.clone().into(),
        one.expires.clone().into(),
        one.is_default.into(),
        one.created_at.into(),
    ];
    tx.run(Stmt::text(PUT, values)).await?;
    Ok(())
}

/// In the order of their coming, 100 at most.
pub(crate) async fn list(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Method>, DbError> {
    type Row =
        (PaymentMethodId, String, String, Option<String>, Option<String>, Option<String>, i64, i64);
    let rows: Vec<Row> = tx.all(Stmt::text(LIST, [workspace.into()])).await?;
    let read = |(id, stripe_id, kind, brand, last4, expires, is_default, created): Row| Method {
        id,
        stripe_id,
        kind,
        brand,
        last4,
        expires,
        is_default: is_default != 0,
        created_at: Timestamp::micros(created),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// False where there is none.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: PaymentMethodId,
) -> Result<bool, DbError> {
    Ok(tx.run(Stmt::text(REMOVE, [workspace.into(), id.into()])).await? == 1)
}

/// When those that stand here were fetched.
pub(crate) async fn fetched_at(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<Timestamp>, DbError> {
    let row: Option<(Option<i64>,)> = tx.one(Stmt::text(FETCHED_AT, [workspace.into()])).await?;
    Ok(row.and_then(|(at,)| at).map(Timestamp::micros))
}

pub(crate) async fn set_fetched(
    tx: &mut Tx,
    workspace: WorkspaceId,
    at: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_FETCHED, [workspace.into(), at.into()])).await?;
    Ok(())
}
