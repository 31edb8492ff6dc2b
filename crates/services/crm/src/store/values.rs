use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;

use super::contacts::held;
use crate::Finding;

const SAVE: &str = "INSERT INTO contact_value (workspace_id, contact_id, field, source, value, at, \
    cost_micros, confidence, status, verification)";
/// A later answer of the same source replaces its earlier one; the same again writes nothing.
const SAVE_TAIL: &str = "ON CONFLICT (workspace_id, contact_id, field, source) DO UPDATE SET \
    value = excluded.value, at = excluded.at, cost_micros = excluded.cost_micros, \
    confidence = excluded.confidence, status = excluded.status, verification = excluded.verification \
    WHERE contact_value.value <> excluded.value OR contact_value.at <> excluded.at \
    OR contact_value.cost_micros <> excluded.cost_micros OR contact_value.confidence <> excluded.confidence \
    OR contact_value.status <> excluded.status OR contact_value.verification <> excluded.verification";

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        "INSERT INTO contact_value (workspace_id, contact_id, field, source, value, at, \
         cost_micros, confidence, status, verification) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (workspace_id, contact_id, field, source) DO UPDATE SET \
         value = excluded.value, at = excluded.at, cost_micros = excluded.cost_micros, \
         confidence = excluded.confidence, status = excluded.status, \
         verification = excluded.verification",
    ]
}

/// Stores findings with their provenance, of contacts that are still there. One source's finding of one field stands once; the caller
/// gives each (contact, field, source) at most once a call.
pub async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    findings: &[Finding],
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(findings.len().saturating_mul(10));
    let there = held(tx, workspace, findings.iter().map(|finding| finding.contact)).await?;
    for finding in findings.iter().filter(|finding| there.contains(&finding.contact)) {
        let from = &finding.provenance;
        values.extend([
            workspace.into(),
            finding.contact.into(),
            finding.field.as_str().to_owned().into(),
            from.source.clone().into(),
            finding.value.clone().into(),
            from.at.into(),
            from.cost.into(),
            i64::from(from.confidence.as_percent()).into(),
            finding.status.to_owned().into(),
            from.verification.clone().into(),
        ]);
    }
    tx.insert_many(SAVE, 10, values, SAVE_TAIL).await?;
    Ok(())
}
