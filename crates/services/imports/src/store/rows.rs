use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use uuid::Uuid;

use crate::ImportRow;

const INSERT: &str =
    "INSERT INTO import_row (workspace_id, import_id, number, line, contact_id, cells)";
const PAGE: &str = "SELECT number, line, contact_id, cells FROM import_row \
    WHERE workspace_id = $1 AND import_id = $2 AND number > $3 ORDER BY number LIMIT $4";

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![PAGE]
}

/// Stores rows.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    rows: &[ImportRow],
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(rows.len().saturating_mul(6));
    for row in rows {
        let cells = serde_json::to_string(&row.cells).map_err(|e| DbError::Other(e.to_string()))?;
        values.extend([
            workspace.into(),
            import.into(),
            i64::try_from(row.number).unwrap_or(i64::MAX).into(),
            i64::try_from(row.line).unwrap_or(i64::MAX).into(),
            row.contact.into(),
            cells.into(),
        ]);
    }
    tx.insert_many(INSERT, 6, values, "").await.map(|_| ())
}

/// Up to `most` rows behind data row `after` (0 for the start), in order.
pub async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    after: u64,
    most: u32,
) -> Result<Vec<ImportRow>, DbError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let values: [Value; 4] = [workspace.into(), import.into(), after.into(), most.into()];
    let rows: Vec<(i64, i64, Option<Uuid>, String)> = tx.all(Stmt::text(PAGE, values)).await?;
    rows.into_iter()
        .map(|(number, line, contact, cells)| {
            Ok(ImportRow {
                number: u64::try_from(number).unwrap_or(0),
                line: u64::try_from(line).unwrap_or(0),
                contact: contact.map(ContactId::from),
                cells: serde_json::from_str(&cells).map_err(|e| DbError::Other(e.to_string()))?,
            })
        })
        .collect()
}
