use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use crate::Fault;

const INSERT: &str = "INSERT INTO import_problem \
    (workspace_id, import_id, number, column_number, line, column_name, value, reason)";
const FIRST: &str = "SELECT number, line, reason FROM import_problem \
    WHERE workspace_id = $1 AND import_id = $2 AND column_number = 0 ORDER BY number LIMIT $3";

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![FIRST]
}

/// Stores rows that could not be read.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    faults: &[Fault],
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(faults.len().saturating_mul(8));
    for fault in faults {
        values.extend([
            workspace.into(),
            import.into(),
            i64::try_from(fault.number).unwrap_or(i64::MAX).into(),
            0_i64.into(),
            i64::try_from(fault.line).unwrap_or(i64::MAX).into(),
            "".into(),
            "".into(),
            fault.reason.replace('\0', "").into(),
        ]);
    }
    tx.insert_many(INSERT, 8, values, "").await.map(|_| ())
}

/// The first `most` rows that could not be read.
pub async fn first(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    most: u32,
) -> Result<Vec<Fault>, DbError> {
    let values: [Value; 3] = [workspace.into(), import.into(), most.into()];
    let rows: Vec<(i64, i64, String)> = tx.all(Stmt::text(FIRST, values)).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|(n, line, reason)| Fault { number: number(n), line: number(line), reason })
        .collect())
}
