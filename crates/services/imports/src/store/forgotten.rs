//! What imports keep of people who were erased.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use uuid::Uuid;

use super::{signed, unsigned};

/// Rows that met somebody who was there.
macro_rules! met_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id) AS (",
            $rows,
            ") SELECT r.import_id, r.number, r.cells FROM v CROSS JOIN import_row AS r
            WHERE r.workspace_id = v.workspace_id AND r.contact_id = v.contact_id
            AND r.outcome <> 'created' AND r.contact_id IS NOT NULL"
        )
    };
}
macro_rules! blank_rows_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, import_id, number, cells) AS (",
            $rows,
            ") UPDATE import_row SET cells = v.cells, contact_id = NULL FROM v
            WHERE import_row.workspace_id = v.workspace_id AND import_row.import_id = v.import_id
            AND import_row.number = v.number"
        )
    };
}
macro_rules! blank_problems_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, import_id, number) AS (",
            $rows,
            ") UPDATE import_problem SET value = '' FROM v
            WHERE import_problem.workspace_id = v.workspace_id
            AND import_problem.import_id = v.import_id AND import_problem.number = v.number"
        )
    };
}
const MET: &str = met_text!("@rows@");
/// The row that made a contact has no index of its own: erasing is rare, and each index more costs every import.
const MADE: &str = "SELECT import_id, number, cells FROM import_row \
    WHERE workspace_id = $1 AND import_id = $2 AND contact_id = $3 AND outcome = 'created'";
const BLANK_ROWS: &str = blank_rows_text!("@rows@");
const BLANK_PROBLEMS: &str = blank_problems_text!("@rows@");
const KEEP_LESS: &str = "UPDATE import_job SET preview = $3, dry_run_key = NULL, forgets_file = 1 \
    WHERE workspace_id = $1 AND id = $2";
const FORGETS: &str = "SELECT forgets_file FROM import_job \
    WHERE workspace_id = $1 AND id = $2 AND forgets_file = 1 AND file_key IS NOT NULL";

/// Every statement of this file.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        met_text!("SELECT workspace_id, contact_id FROM import_row WHERE workspace_id = $1"),
        MADE,
        blank_rows_text!(
            "SELECT workspace_id, import_id, number, cells FROM import_row WHERE workspace_id = $1"
        ),
        blank_problems_text!(
            "SELECT workspace_id, import_id, number FROM import_row WHERE workspace_id = $1"
        ),
        KEEP_LESS,
        FORGETS,
    ]
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowOf {
    pub(crate) import: ImportId,
    pub(crate) number: u64,
    /// JSON.
    pub(crate) cells: String,
}

/// The rows that name one of these contacts, each with the import that made it.
pub(crate) async fn rows_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[(ContactId, Option<Uuid>)],
) -> Result<Vec<RowOf>, DbError> {
    type Found = (Uuid, i64, String);
    let values = contacts.iter().flat_map(|(id, _)| [workspace.into(), (*id).into()]);
    let mut found: Vec<Found> = tx.all_many(MET, 2, values.collect()).await?;
    for (contact, origin) in contacts {
        let Some(origin) = *origin else { continue };
        let values: [Value; 3] = [workspace.into(), origin.into(), (*contact).into()];
        found.extend(tx.all::<Found>(Stmt::text(MADE, values)).await?);
    }
    let row = |(import, number, cells): Found| RowOf {
        import: import.into(),
        number: unsigned(number),
        cells,
    };
    Ok(found.into_iter().map(row).collect())
}

/// Puts these cells in place of the rows', which name nobody any more, and empties the values of their problems.
pub(crate) async fn blank(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: Vec<RowOf>,
) -> Result<(), DbError> {
    let place = |row: &RowOf| -> [Value; 3] {
        [workspace.into(), row.import.into(), signed(row.number).into()]
    };
    let places: Vec<Value> = rows.iter().flat_map(place).collect();
    let blanks =
        rows.iter().flat_map(|row| place(row).into_iter().chain([row.cells.as_str().into()]));
    tx.run_many(BLANK_ROWS, 4, blanks.collect::<Vec<_>>()).await?;
    tx.run_many(BLANK_PROBLEMS, 3, places).await.map(drop)
}

/// This preview is kept, the dry run's rows are not, and the file goes when the import has ended.
pub(crate) async fn keep_less(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
    preview: Option<String>,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), id.into(), preview.into()];
    tx.run(Stmt::text(KEEP_LESS, values)).await.map(drop)
}

/// Whether its file is there and goes as soon as it has ended.
pub(crate) async fn forgets_file(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ImportId),
) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(FORGETS, [workspace.into(), id.into()])).await?;
    Ok(row.is_some())
}
