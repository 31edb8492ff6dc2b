use std::collections::HashMap;

use captely_crm::standing_contacts;
use captely_imports::{ImportRow, rows_page};
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{ContactId, ImportId, RunId, WorkspaceId};

use crate::{RowResult, store};

/// Up to `most` rows of the list behind data row `after`, in the list's order, each with what the
/// run found for it; `None` where the row names nobody or is not done. A row whose contact had been merged when the
/// run began has what was found for the contact that it was merged into.
pub async fn results_page(
    db: &Db,
    workspace: WorkspaceId,
    import: ImportId,
    run: RunId,
    after: u64,
    most: u32,
) -> Result<Vec<(ImportRow, Option<RowResult>)>, DbError> {
    let mut tx = db.reader().await?;
    let rows = rows_page(&mut tx, workspace, import, after, most).await?;
    let mut contacts: Vec<ContactId> = rows.iter().filter_map(|row| row.contact).collect();
    contacts.sort_unstable();
    contacts.dedup();
    let standing = standing_contacts(&mut tx, workspace, &contacts).await?;
    contacts.extend(standing.values());
    let found = if contacts.is_empty() {
        Vec::new()
    } else {
        store::rows::results(&mut tx, workspace, run, &contacts).await?
    };
    let found: HashMap<ContactId, RowResult> = found.into_iter().collect();
    let of = |id: ContactId| found.get(&id).or_else(|| found.get(standing.get(&id)?)).cloned();
    Ok(rows
        .into_iter()
        .map(|row| {
            let result = row.contact.and_then(of);
            (row, result)
        })
        .collect())
}
