use std::collections::{BTreeSet, HashSet};

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, ImportId, RunId, WorkspaceId};
use uuid::Uuid;

use crate::RowResult;

const ADD_ALL: &str = "INSERT INTO run_contact (workspace_id, run_id, contact_id) \
    SELECT DISTINCT workspace_id, CAST($3 AS UUID), contact_id FROM import_row \
    WHERE workspace_id = $1 AND import_id = $2 AND contact_id IS NOT NULL";
const ADD_ALL_SQLITE: &str = "INSERT INTO run_contact (workspace_id, run_id, contact_id) \
    SELECT DISTINCT workspace_id, $3, contact_id FROM import_row \
    WHERE workspace_id = $1 AND import_id = $2 AND contact_id IS NOT NULL";
const IDS_AFTER: &str = "SELECT contact_id FROM run_contact WHERE workspace_id = $1 \
    AND run_id = $2 AND contact_id > $3 ORDER BY contact_id LIMIT $4";
const PENDING_BETWEEN: &str = "SELECT c.contact_id FROM run_contact AS c WHERE c.workspace_id = $1 \
    AND c.run_id = $2 AND c.contact_id >= $3 AND c.contact_id <= $4 AND NOT EXISTS (\
    SELECT 1 FROM run_result AS r WHERE r.workspace_id = c.workspace_id AND r.run_id = c.run_id \
    AND r.contact_id = c.contact_id) ORDER BY c.contact_id LIMIT $5";
macro_rules! results_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, run_id, contact_id) AS (",
            $rows,
            ") SELECT r.contact_id, r.result FROM v CROSS JOIN run_result AS r
            WHERE r.workspace_id = v.workspace_id AND r.run_id = v.run_id
            AND r.contact_id = v.contact_id"
        )
    };
}
const RESULTS: &str = results_text!("@rows@");
/// The first result stands, and only one that knows of every attempt of its run about the contact.
macro_rules! done_text {
    ($rows:literal, $returning:literal) => {
        concat!(
            "WITH v (workspace_id, run_id, contact_id, n_attempts, spent_micros, result) AS (",
            $rows,
            ") INSERT INTO run_result (workspace_id, run_id, contact_id, spent_micros, result)
            SELECT v.workspace_id, v.run_id, v.contact_id, v.spent_micros, v.result FROM v
            WHERE v.n_attempts = (SELECT COUNT(*) FROM attempt AS a
                WHERE a.workspace_id = v.workspace_id AND a.contact_id = v.contact_id
                AND a.run_id = v.run_id)
            ON CONFLICT DO NOTHING",
            $returning
        )
    };
}
const DONE: &str = done_text!("@rows@", "");
const DONE_TELLING: &str = done_text!("@rows@", " RETURNING contact_id");
const DONE_COLUMNS: usize = 6;

const ADD: &str = "INSERT INTO run_contact (workspace_id, run_id, contact_id)";
const ADD_TAIL: &str = "ON CONFLICT DO NOTHING";
macro_rules! remove_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, run_id, contact_id) AS (",
            $rows,
            ") DELETE FROM run_contact
            WHERE (workspace_id, run_id, contact_id) IN (SELECT workspace_id, run_id, contact_id FROM v)"
        )
    };
}

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        "INSERT INTO run_contact (workspace_id, run_id, contact_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        remove_text!(
            "SELECT workspace_id, run_id, contact_id FROM run_contact WHERE workspace_id = $1"
        ),
        IDS_AFTER,
        PENDING_BETWEEN,
        results_text!(
            "SELECT workspace_id, run_id, contact_id FROM run_contact WHERE workspace_id = $1"
        ),
        done_text!(
            "SELECT workspace_id, run_id, contact_id, spent_micros, spent_micros, result
                FROM run_result WHERE workspace_id = $1",
            " RETURNING contact_id"
        ),
    ]
}

/// Puts every contact of an import into a run.
pub(crate) async fn add_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    run: RunId,
) -> Result<(), DbError> {
    let values: [Value; 3] = [workspace.into(), import.into(), run.into()];
    tx.run(Stmt::either(ADD_ALL_SQLITE, ADD_ALL, values)).await.map(drop)
}

/// Puts contacts into a run; how many were not in it.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    contacts: &[ContactId],
) -> Result<u64, DbError> {
    tx.insert_many(ADD, 3, of_run(workspace, run, contacts), ADD_TAIL).await
}

/// Takes contacts out of a run that has not begun; how many were in it.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    contacts: &[ContactId],
) -> Result<u64, DbError> {
    tx.run_many(remove_text!("@rows@"), 3, of_run(workspace, run, contacts)).await
}

fn of_run(workspace: WorkspaceId, run: RunId, contacts: &[ContactId]) -> Vec<Value> {
    contacts.iter().flat_map(|id| [workspace.into(), run.into(), (*id).into()]).collect()
}

/// Up to `most` contacts of a run behind `after`, in the order of their ids.
pub(crate) async fn ids_after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    after: Uuid,
    most: u32,
) -> Result<Vec<ContactId>, DbError> {
    let values: [Value; 4] = [workspace.into(), run.into(), after.into(), most.into()];
    let rows: Vec<(Uuid,)> = tx.all(Stmt::text(IDS_AFTER, values)).await?;
    Ok(rows.into_iter().map(|(id,)| ContactId::from(id)).collect())
}

/// Contacts of a run from `first` to `last` that are not done.
pub(crate) async fn pending_between(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    first: ContactId,
    last: ContactId,
    most: u32,
) -> Result<Vec<ContactId>, DbError> {
    let values: [Value; 5] = [workspace.into(), run.into(), first.into(), last.into(), most.into()];
    let rows: Vec<(Uuid,)> = tx.all(Stmt::text(PENDING_BETWEEN, values)).await?;
    Ok(rows.into_iter().map(|(id,)| ContactId::from(id)).collect())
}

/// The results of these contacts, of those that are done.
pub(crate) async fn results(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, RowResult)>, DbError> {
    let distinct: BTreeSet<ContactId> = contacts.iter().copied().collect();
    let values = of_run(workspace, run, &distinct.into_iter().collect::<Vec<_>>());
    let rows: Vec<(Uuid, String)> = tx.all_many(RESULTS, 3, values).await?;
    rows.into_iter()
        .map(|(id, result)| {
            let result: RowResult =
                serde_json::from_str(&result).map_err(|e| DbError::Other(e.to_string()))?;
            Ok((ContactId::from(id), result))
        })
        .collect()
}

/// How a contact's row ended.
pub(crate) struct End<'a> {
    pub(crate) run: RunId,
    pub(crate) contact: ContactId,
    /// The attempts of the run about the contact that are in it; all have ended.
    pub(crate) n_attempts: i64,
    /// What they cost, in micro-dollars.
    pub(crate) spent: i64,
    /// The row's result as JSON.
    pub(crate) result: &'a str,
}

/// The ends of rows, ready to be written.
pub(crate) fn ends<'a>(workspace: WorkspaceId, done: impl Iterator<Item = End<'a>>) -> Vec<Value> {
    let one = |end: End<'_>| -> [Value; DONE_COLUMNS] {
        [
            workspace.into(),
            end.run.into(),
            end.contact.into(),
            end.n_attempts.into(),
            end.spent.into(),
            end.result.into(),
        ]
    };
    done.flat_map(one).collect()
}

/// Writes [`ends`]; how many were written. A row that is done already stays as it is, and one about
/// whom there are more attempts than its end knows of stays open.
///
/// The transaction must hold the rows of their runs, as an admission does from [`super::runs::hold`] on:
/// so no attempt comes in beside a row's end, and the one that comes later sees the other.
pub(crate) async fn save_done(tx: &mut Tx, ends: Vec<Value>) -> Result<u64, DbError> {
    tx.run_many(DONE, DONE_COLUMNS, ends).await
}

/// As [`save_done`]; whose were written.
pub(crate) async fn save_done_telling(
    tx: &mut Tx,
    ends: Vec<Value>,
) -> Result<HashSet<ContactId>, DbError> {
    let changed: Vec<(Uuid,)> = tx.all_many(DONE_TELLING, DONE_COLUMNS, ends).await?;
    Ok(changed.into_iter().map(|(id,)| ContactId::from(id)).collect())
}
