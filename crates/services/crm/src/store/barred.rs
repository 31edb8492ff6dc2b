use std::collections::HashMap;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;

use crate::keys::Mark;

const INSERT: &str = "INSERT INTO contact_barred (workspace_id, mark, reason, at)";
/// Who was erased stays erased, and what was suppressed first stays so.
const INSERT_TAIL: &str = "ON CONFLICT (workspace_id, mark) DO NOTHING";

macro_rules! find_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, mark) AS (",
            $rows,
            ") SELECT b.mark, b.reason FROM v CROSS JOIN contact_barred AS b
            WHERE b.workspace_id = v.workspace_id AND b.mark = v.mark"
        )
    };
}

captely_platform::statements! {
    pub(crate) fn statements;

    const ANY: &str = "SELECT CAST(1 AS BIGINT) FROM contact_barred WHERE workspace_id = $1 LIMIT 1";
    const FIND: &str = find_text!("SELECT workspace_id, mark FROM contact_barred WHERE workspace_id = $1");
    const INSERT_ONE: &str = "INSERT INTO contact_barred (workspace_id, mark, reason, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (workspace_id, mark) DO NOTHING";
    const REMOVE: &str = "DELETE FROM contact_barred WHERE workspace_id = $1 AND mark = $2 AND reason = $3";
}

/// Whether the workspace bars anybody at all.
pub(crate) async fn any(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx.one(Stmt::text(ANY, [workspace.into()])).await?;
    Ok(row.is_some())
}

/// Which of `marks` are barred, and why.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut marks: Vec<Mark>,
) -> Result<HashMap<Mark, String>, DbError> {
    marks.sort_unstable();
    marks.dedup();
    let values = marks.iter().flat_map(|mark| [workspace.into(), Value::from(mark.to_vec())]);
    let rows: Vec<(Vec<u8>, String)> =
        tx.all_many(find_text!("@rows@"), 2, values.collect()).await?;
    let one = |(mark, why): (Vec<u8>, String)| Some((Mark::try_from(mark.as_slice()).ok()?, why));
    Ok(rows.into_iter().filter_map(one).collect())
}

/// Bars marks.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[Mark],
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = marks.iter().flat_map(|mark| -> [Value; 4] {
        [workspace.into(), Value::from(mark.to_vec()), reason.into(), now.into()]
    });
    tx.insert_many(INSERT, 4, values.collect::<Vec<_>>(), INSERT_TAIL).await.map(drop)
}

/// Takes a mark off; whether it was barred for this reason.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mark: &Mark,
    reason: &str,
) -> Result<bool, DbError> {
    let values = [workspace.into(), Value::from(mark.to_vec()), reason.into()];
    Ok(tx.run(Stmt::text(REMOVE, values)).await? > 0)
}
