use std::collections::HashMap;

use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::keys::Mark;

/// Marks looked up by one statement; keeps the texts few and their value lists within limits.
const MARKS_PER_QUERY_MAX: usize = 1_024;

const INSERT: &str = "INSERT INTO contact_key (workspace_id, mark, contact_id)";
/// A mark that another row took first keeps its owner.
const INSERT_TAIL: &str = "ON CONFLICT (workspace_id, mark) DO NOTHING";
const FIND: &str = "SELECT mark, contact_id FROM contact_key WHERE workspace_id = $1 AND mark IN";

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![
        "SELECT mark, contact_id FROM contact_key WHERE workspace_id = $1 AND mark IN ($2)",
        "INSERT INTO contact_key (workspace_id, mark, contact_id) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, mark) DO NOTHING",
    ]
}

/// The contacts that have any of `marks`.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[Mark],
) -> Result<HashMap<Mark, ContactId>, DbError> {
    let mut found = HashMap::with_capacity(marks.len());
    for chunk in marks.chunks(MARKS_PER_QUERY_MAX) {
        let list = padded(chunk.iter().map(|mark| mark.to_vec().into()).collect());
        let sql = format!("{FIND} ({})", in_list(2, list.len()));
        let values = [vec![workspace.into()], list].concat();
        let rows: Vec<(Vec<u8>, Uuid)> = tx.all(Stmt::owned(sql, values)).await?;
        for (mark, contact) in rows {
            if let Ok(mark) = Mark::try_from(mark.as_slice()) {
                found.insert(mark, ContactId::from(contact));
            }
        }
    }
    Ok(found)
}

/// Stores marks with their contacts.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[(Mark, ContactId)],
) -> Result<(), DbError> {
    let mut values = Vec::with_capacity(marks.len().saturating_mul(3));
    for (mark, contact) in marks {
        values.extend([workspace.into(), Value::from(mark.to_vec()), (*contact).into()]);
    }
    tx.insert_many(INSERT, 3, values, INSERT_TAIL).await?;
    Ok(())
}
