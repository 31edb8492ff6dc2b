//! Contacts of whom somebody said that they are two people.

use std::collections::BTreeSet;

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};

use crate::store;
use crate::store::pairs;

/// Whether somebody said of anybody that went into `one`, or of itself, that it is not `other` or one that went into
/// that, and has not decided otherwise since. What has changed of the two meanwhile makes it a question again, which
/// is for a person to answer: nothing merges them by itself.
pub(crate) async fn are_apart(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (one, other): (ContactId, ContactId),
) -> Result<bool, DbError> {
    let ours = whole(tx, workspace, one).await?;
    let said = pairs::dismissed(tx, workspace, &ours).await?;
    if said.is_empty() {
        return Ok(false);
    }
    let theirs = whole(tx, workspace, other).await?;
    Ok(said.iter().any(|(a, b)| {
        (ours.contains(a) && theirs.contains(b)) || (ours.contains(b) && theirs.contains(a))
    }))
}

/// A contact and all that went into it, however far.
async fn whole(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<ContactId>, DbError> {
    let mut all = BTreeSet::from([contact]);
    let mut next = vec![contact];
    while !next.is_empty() {
        let gone = store::undo::gone_into(tx, workspace, &next).await?;
        next = gone.into_iter().filter(|id| all.insert(*id)).collect();
    }
    Ok(all.into_iter().collect())
}
