//! What was done with a record after an import changed it.

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::MergeId;
use crate::keys::Mark;

macro_rules! of_records {
    ($rows:literal, $select:literal) => {
        concat!("WITH v (workspace_id, id) AS (", $rows, ") ", $select)
    };
}
macro_rules! changes_text {
    ($rows:literal) => {
        of_records!(
            $rows,
            "SELECT t.record_id, t.at, t.origin_id, t.number, t.before FROM v CROSS JOIN record_change AS t
            WHERE t.workspace_id = v.workspace_id AND t.record_id = v.id"
        )
    };
}
macro_rules! merges_text {
    ($rows:literal) => {
        of_records!(
            $rows,
            "SELECT t.kept_id, t.at, t.id, t.before FROM v CROSS JOIN contact_merge AS t
            WHERE t.workspace_id = v.workspace_id AND t.kept_id = v.id AND t.undone_at IS NULL"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const CHANGES: &str = changes_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1");
    const MERGES: &str = merges_text!("SELECT workspace_id, id FROM contact WHERE workspace_id = $1");
    const SET_CHANGE: &str = "UPDATE record_change SET before = $4
        WHERE workspace_id = $1 AND origin_id = $2 AND number = $3";
    const SET_MERGE: &str = "UPDATE contact_merge SET before = $3 WHERE workspace_id = $1 AND id = $2";
    const SET_MARKS: &str = "UPDATE contact_merge SET marks = $3 WHERE workspace_id = $1 AND id = $2";
}

/// Whose record, when, which import's change of which number, and the fields before, as JSON.
pub(crate) type ChangeRow = (Uuid, i64, Uuid, i64, String);
/// Which contact, when, which merge that was not undone, and the fields before, as JSON.
pub(crate) type MergeRow = (Uuid, i64, MergeId, String);

/// What imports changed of these records.
pub(crate) async fn changes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    records: &[Uuid],
) -> Result<Vec<ChangeRow>, DbError> {
    tx.all_many(changes_text!("@rows@"), 2, ids(workspace, records)).await
}

/// The merges into these contacts.
pub(crate) async fn merges(
    tx: &mut Tx,
    workspace: WorkspaceId,
    records: &[Uuid],
) -> Result<Vec<MergeRow>, DbError> {
    tx.all_many(merges_text!("@rows@"), 2, ids(workspace, records)).await
}

/// Sets the fields as they were before a change.
pub(crate) async fn set_change(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (origin, number): (Uuid, i64),
    before: String,
) -> Result<(), DbError> {
    let values = [workspace.into(), origin.into(), number.into(), before.into()];
    tx.run(Stmt::text(SET_CHANGE, values)).await.map(drop)
}

/// Sets the fields as they were before a merge.
pub(crate) async fn set_merge(
    tx: &mut Tx,
    workspace: WorkspaceId,
    merge: MergeId,
    before: String,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_MERGE, [workspace.into(), merge.into(), before.into()])).await.map(drop)
}

/// Sets the marks that a merge passed on.
pub(crate) async fn set_marks(
    tx: &mut Tx,
    workspace: WorkspaceId,
    merge: MergeId,
    marks: &[Mark],
) -> Result<(), DbError> {
    let values = [workspace.into(), merge.into(), marks.concat().into()];
    tx.run(Stmt::text(SET_MARKS, values)).await.map(drop)
}

fn ids(workspace: WorkspaceId, records: &[Uuid]) -> Vec<Value> {
    records.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect()
}
