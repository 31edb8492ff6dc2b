//! Contacts that one row shows to be the same.

use captely_platform::db::{DbError, Tx};

use super::Desk;
use super::extras::Extras;
use super::people::{Met, People};
use crate::merge::{Choices, MergeError, MergePair, merge_contacts};
use crate::{Applied, MergeId, NewContact};

/// Merges all whom row `n` meets into the one that it names most surely; the last of these merges.
///
/// What was pending is written first, so that the merge sees what it would see if each row came by itself. A contact
/// that too many went into already stays apart.
pub(super) async fn merge(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (n, row): (usize, &NewContact),
    people: &mut People,
    extras: &mut Extras<'_>,
    out: &mut [Applied],
) -> Result<Option<MergeId>, DbError> {
    let (Met::Known { slot, also }, Some(ids)) = (people.meet(n, row), desk.ids) else {
        return Ok(None);
    };
    if also.is_empty() {
        return Ok(None);
    }
    people.settle(tx, desk).await?;
    extras.write(tx, desk, out).await?;
    let kept = people.id(slot);
    let mut last = None;
    for gone in also {
        let pair = MergePair { kept, gone, origin: desk.how.origin, choices: Choices::default() };
        match merge_contacts(tx, ids, None, desk.workspace, &pair, desk.now).await {
            Ok(merge) => last = Some(merge),
            Err(MergeError::TooMany(_)) => break,
            Err(MergeError::Db(why)) => return Err(why),
            Err(why) => return Err(DbError::Other(why.to_string())),
        }
        people.merged(tx, desk, slot, gone).await?;
        extras.merged(kept, gone);
    }
    Ok(last)
}
