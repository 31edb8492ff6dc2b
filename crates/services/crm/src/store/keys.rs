use std::collections::HashMap;

use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::keys::Mark;

const INSERT: &str = "INSERT INTO contact_key (workspace_id, mark, contact_id)";
/// A mark that another row took first keeps its owner.
const INSERT_TAIL: &str = "ON CONFLICT (workspace_id, mark) DO NOTHING";
macro_rules! find_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, mark) AS (",
            $rows,
            ") SELECT k.mark, k.contact_id FROM v CROSS JOIN contact_key AS k
            WHERE k.workspace_id = v.workspace_id AND k.mark = v.mark"
        )
    };
}
const FIND: &str = find_text!("@rows@");

/// Every statement of this table.
pub fn statements() -> Vec<&'static str> {
    vec![
        find_text!("SELECT workspace_id, mark FROM contact_key WHERE workspace_id = $1"),
        "INSERT INTO contact_key (workspace_id, mark, contact_id) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, mark) DO NOTHING",
    ]
}

/// The contacts that have any of `marks`.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[Mark],
) -> Result<HashMap<Mark, ContactId>, DbError> {
    let values = marks.iter().flat_map(|mark| [workspace.into(), Value::from(mark.to_vec())]);
    let rows: Vec<(Vec<u8>, Uuid)> = tx.all_many(FIND, 2, values.collect()).await?;
    let mut found = HashMap::with_capacity(marks.len());
    for (mark, contact) in rows {
        if let Ok(mark) = Mark::try_from(mark.as_slice()) {
            found.insert(mark, ContactId::from(contact));
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
