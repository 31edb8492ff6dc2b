//! Which of Stripe's invoices are kept here.

use std::collections::HashSet;

use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;

macro_rules! known_text {
    ($rows:literal) => {
        concat!(
            "WITH v (stripe_id) AS (",
            $rows,
            ") SELECT i.stripe_id, i.workspace_id FROM v CROSS JOIN invoice AS i
            WHERE i.stripe_id = v.stripe_id AND i.stripe_id IS NOT NULL"
        )
    };
}
/// Of all workspaces: an invoice has one name at Stripe.
const KNOWN: &str = known_text!("@rows@");

pub(super) fn statements() -> Vec<&'static str> {
    vec![known_text!("SELECT stripe_id FROM invoice WHERE workspace_id = $1")]
}

/// Those of these names that are here.
pub(crate) async fn known<'i>(
    tx: &mut Tx,
    ids: impl Iterator<Item = &'i str>,
) -> Result<HashSet<String>, DbError> {
    let values: Vec<Value> = ids.map(Value::from).collect();
    let rows: Vec<(String, WorkspaceId)> = tx.all_many(KNOWN, 1, values).await?;
    Ok(rows.into_iter().map(|(id, _)| id).collect())
}
