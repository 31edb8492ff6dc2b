use std::collections::BTreeSet;

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use uuid::Uuid;

use super::{signed, unsigned};
use crate::{ImportRow, Outcome};

const INSERT: &str = "INSERT INTO import_row \
    (workspace_id, import_id, number, line, contact_id, cells, outcome, reason)";

macro_rules! named_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id, import_id) AS (",
            $rows,
            ") SELECT DISTINCT r.contact_id FROM v CROSS JOIN import_row AS r
            WHERE r.workspace_id = v.workspace_id AND r.contact_id = v.contact_id
            AND r.outcome <> 'created' AND r.contact_id IS NOT NULL AND r.import_id <> v.import_id
            AND NOT EXISTS (SELECT 1 FROM import_job AS j WHERE j.workspace_id = v.workspace_id
                AND j.id = r.import_id AND j.state IN ('undoing', 'undone'))"
        )
    };
}
const NAMED: &str = named_text!("@rows@");

captely_platform::statements! {
    pub fn statements;

    const PAGE: &str = "SELECT number, line, contact_id, cells, outcome, reason FROM import_row \
        WHERE workspace_id = $1 AND import_id = $2 AND number > $3 ORDER BY number LIMIT $4";
    const PAGE_OF: &str = "SELECT number, line, contact_id, cells, outcome, reason FROM import_row \
        WHERE workspace_id = $1 AND import_id = $2 AND number > $3 AND outcome = $5 \
        ORDER BY number LIMIT $4";
    const CONTACTS: &str = "SELECT number, contact_id FROM import_row \
        WHERE workspace_id = $1 AND import_id = $2 AND number > $3 \
        AND contact_id IS NOT NULL ORDER BY number LIMIT $4";
    const NAMED_BY_ALL: &str = named_text!("SELECT workspace_id, contact_id, import_id FROM import_row WHERE workspace_id = $1");
}

/// A row to store, its cells as JSON.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) contact: Option<ContactId>,
    pub(crate) cells: String,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<&'static str>,
}

/// Stores rows.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    rows: Vec<NewRow>,
) -> Result<(), DbError> {
    let values = rows.into_iter().flat_map(move |row| -> [Value; 8] {
        [
            workspace.into(),
            import.into(),
            signed(row.number).into(),
            signed(row.line).into(),
            row.contact.into(),
            row.cells.into(),
            row.outcome.as_str().into(),
            row.reason.into(),
        ]
    });
    tx.insert_many(INSERT, 8, values, "").await.map(|_| ())
}

type Row = (i64, i64, Option<Uuid>, String, String, Option<String>);

/// Up to `most` rows behind data row `after` (0 for the start), in order.
pub async fn all_page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    after: u64,
    most: u32,
) -> Result<Vec<ImportRow>, DbError> {
    page(tx, workspace, import, None, (after, most)).await
}

/// The same of those rows that became `only`.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    only: Option<Outcome>,
    (after, most): (u64, u32),
) -> Result<Vec<ImportRow>, DbError> {
    let mut values: Vec<Value> =
        vec![workspace.into(), import.into(), signed(after).into(), most.into()];
    values.extend(only.map(|only| Value::from(only.as_str())));
    let sql = if only.is_some() { PAGE_OF } else { PAGE };
    let rows: Vec<Row> = tx.all(Stmt::text(sql, values)).await?;
    rows.into_iter().map(row).collect()
}

fn row((number, line, contact, cells, outcome, reason): Row) -> Result<ImportRow, DbError> {
    Ok(ImportRow {
        number: unsigned(number),
        line: unsigned(line),
        contact: contact.map(ContactId::from),
        cells: super::of_json(&cells, "an imported row")?,
        outcome: Outcome::of_word(&outcome).unwrap_or(Outcome::Empty),
        reason,
    })
}

/// Up to `most` rows behind data row `after` (0 for the start) that name a contact, with it, in order.
pub async fn contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    (after, most): (u64, u32),
) -> Result<Vec<(u64, ContactId)>, DbError> {
    let values: [Value; 4] = [workspace.into(), import.into(), signed(after).into(), most.into()];
    let rows: Vec<(i64, Uuid)> = tx.all(Stmt::text(CONTACTS, values)).await?;
    Ok(rows.into_iter().map(|(n, id)| (unsigned(n), ContactId::from(id))).collect())
}

/// Those of `contacts` whom other imports name that are not undone.
pub(crate) async fn named_elsewhere(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    contacts: &BTreeSet<ContactId>,
) -> Result<BTreeSet<ContactId>, DbError> {
    let values = contacts.iter().flat_map(|id| [workspace.into(), (*id).into(), import.into()]);
    let rows: Vec<(Uuid,)> = tx.all_many(NAMED, 3, values.collect()).await?;
    Ok(rows.into_iter().map(|(id,)| ContactId::from(id)).collect())
}
