//! Contacts that one row shows to be the same.

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::ContactId;

use super::Desk;
use super::extras::Extras;
use super::people::{Met, People};
use crate::duplicates::are_apart;
use crate::merge::{Choices, MergeError, MergePair, merge_contacts};
use crate::{Applied, MergeId, NewContact};

/// What came of one row's merges.
#[derive(Default)]
pub(super) struct Merged {
    /// The last of them.
    pub(super) last: Option<MergeId>,
    /// Whom the row names too, but who have another public profile than the kept one got by the merges before, or of
    /// whom somebody said that the two are two people.
    pub(super) others: Vec<ContactId>,
}

/// Merges all whom row `n` meets into the one that it names most surely, but two people with two public profiles, and
/// those whom somebody kept apart.
///
/// What was pending is written first, so that the merge sees what it would see if each row came by itself. A contact
/// that too many went into already stays apart.
pub(super) async fn merge(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (n, row): (usize, &NewContact),
    people: &mut People<'_>,
    extras: &mut Extras<'_>,
    out: &mut [Applied],
) -> Result<Merged, DbError> {
    let mut done = Merged::default();
    let (Met::Known { slot, also }, Some(ids)) = (people.meet(n, row), desk.ids) else {
        return Ok(done);
    };
    if also.is_empty() {
        return Ok(done);
    }
    people.settle(tx, desk).await?;
    extras.write(tx, desk, out).await?;
    let kept = people.id(slot);
    for gone in also {
        if people.differ(slot, gone) || are_apart(tx, desk.workspace, (kept, gone)).await? {
            done.others.push(gone);
            continue;
        }
        let pair = MergePair { kept, gone, origin: desk.how.origin, choices: Choices::default() };
        match merge_contacts(tx, ids, desk.ledger, desk.workspace, &pair, desk.now).await {
            Ok(merge) => done.last = Some(merge),
            Err(MergeError::TooMany(_)) => break,
            Err(MergeError::Db(why)) => return Err(why),
            Err(why) => return Err(DbError::Other(why.to_string())),
        }
        people.merged(tx, desk, slot, gone).await?;
        extras.merged(kept, gone);
    }
    Ok(done)
}
