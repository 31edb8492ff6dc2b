//! Contacts of whom somebody said that they are two people.

use std::collections::BTreeSet;

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};

use super::{compared_of, form_of};
use crate::store;
use crate::store::merges::record;
use crate::store::pairs;

/// Whether somebody said of anybody that went into `one`, or of itself, that it is not `other` or one that went into
/// that; and both are still as they were then. `form` is that of the two themselves when they were compared: a merge
/// since has not made them others.
pub(super) async fn are_apart(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (one, other): (ContactId, ContactId),
    form: &[u8],
) -> Result<bool, DbError> {
    let ours = whole(tx, workspace, one).await?;
    let said = pairs::dismissed(tx, workspace, &ours).await?;
    if said.is_empty() {
        return Ok(false);
    }
    let theirs = whole(tx, workspace, other).await?;
    for (a, b, then) in said {
        let across = (ours.contains(&a) && theirs.contains(&b))
            || (ours.contains(&b) && theirs.contains(&a));
        let compared = (a, b) == (one, other) && then == form;
        if across && (compared || then == form_of_two(tx, workspace, (a, b)).await?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The form of two contacts as they are now; empty where one is there no more.
async fn form_of_two(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (a, b): (ContactId, ContactId),
) -> Result<Vec<u8>, DbError> {
    let records = record::bare(tx, workspace, &[a, b]).await?;
    let of = |id| records.get(&id).map(compared_of);
    let both = of(a).zip(of(b)).map(|(a, b)| form_of(&a, &b));
    Ok(both.unwrap_or_default())
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
