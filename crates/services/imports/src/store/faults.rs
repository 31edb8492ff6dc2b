use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ImportId, WorkspaceId};

use super::{signed, unsigned};
use crate::Fault;

captely_platform::statements! {
    pub(crate) fn statements;

    const FIRST: &str = "SELECT number, line, column_number, column_name, value, reason \
        FROM import_problem \
        WHERE workspace_id = $1 AND import_id = $2 AND column_number = 0 ORDER BY number LIMIT $3";

    const PAGE: &str = "SELECT number, line, column_number, column_name, value, reason \
        FROM import_problem WHERE workspace_id = $1 AND import_id = $2 \
        AND (number, column_number) > ($3, $4) ORDER BY number, column_number LIMIT $5";
}

const INSERT: &str = "INSERT INTO import_problem \
    (workspace_id, import_id, number, column_number, line, column_name, value, reason)";

/// Stores rows that could not be read and cells that could not be used.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    faults: Vec<Fault>,
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(faults.len().saturating_mul(8));
    for fault in faults {
        values.extend([
            workspace.into(),
            import.into(),
            signed(fault.number).into(),
            fault.column.into(),
            signed(fault.line).into(),
            fault.column_name.replace('\0', "").into(),
            fault.value.replace('\0', "").into(),
            fault.reason.replace('\0', "").into(),
        ]);
    }
    tx.insert_many(INSERT, 8, values, "").await.map(|_| ())
}

type Row = (i64, i64, i64, String, String, String);

/// The first `most` rows that could not be read.
pub async fn first(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    most: u32,
) -> Result<Vec<Fault>, DbError> {
    let values: [Value; 3] = [workspace.into(), import.into(), most.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(FIRST, values)).await?;
    Ok(rows.into_iter().map(fault).collect())
}

/// Up to `most` rows and cells behind the one of this row and column, in the order of the file.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    after: (u64, u32),
    most: u32,
) -> Result<Vec<Fault>, DbError> {
    let values: [Value; 5] =
        [workspace.into(), import.into(), signed(after.0).into(), after.1.into(), most.into()];
    let rows: Vec<Row> = tx.all(Stmt::text(PAGE, values)).await?;
    Ok(rows.into_iter().map(fault).collect())
}

fn fault((number, line, column, column_name, value, reason): Row) -> Fault {
    Fault {
        number: unsigned(number),
        line: unsigned(line),
        column: u32::try_from(column).unwrap_or(0),
        column_name,
        value,
        reason,
    }
}
