//! Marks that an import added to a contact that was merged since: the kept one has them.

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};

use crate::keys::Mark;
use crate::store::{later, merges};

/// Takes marks out of what the merges passed on, from this contact to the one that stands for it now: that one.
pub(super) async fn take_out(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut contact: ContactId,
    marks: &[Mark],
) -> Result<ContactId, DbError> {
    while let Some(merge) = merges::open_of_gone(tx, workspace, contact).await? {
        let left: Vec<Mark> =
            merge.marks.iter().filter(|mark| !marks.contains(mark)).copied().collect();
        later::set_marks(tx, workspace, merge.id, &left).await?;
        contact = merge.kept;
    }
    Ok(contact)
}
