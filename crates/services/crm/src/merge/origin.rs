use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_platform::db::Tx;
use captely_platform::ids::{Ids, WorkspaceId};
use uuid::Uuid;

use super::{MergeError, unmerge_contacts};
use crate::store::merges as store;
use crate::{MergeId, barred};

/// What was undone of the merges of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OriginUndone {
    /// How many merges were undone.
    pub undone: u64,
    /// Merges that could not be, and why, in a sentence.
    pub left: Vec<(MergeId, String)>,
    /// Where the next page begins; none where this was the last.
    pub next: Option<MergeId>,
}

/// Undoes up to `most` of the merges that an import made, the newest first, before `before` where it is given.
/// Call it with `next`, each time in a transaction of its own, until there is none.
pub async fn unmerge_origin(
    tx: &mut Tx,
    ids: &Ids,
    ledger: Option<&Ledger>,
    workspace: WorkspaceId,
    (origin, before, most): (Uuid, Option<MergeId>, u32),
    now: Timestamp,
) -> Result<OriginUndone, MergeError> {
    barred::lock(tx, workspace).await?;
    let before = before.unwrap_or_else(|| Uuid::max().into());
    let page = store::open_of_origin(tx, workspace, origin, before, most).await?;
    let is_full = u32::try_from(page.len()).is_ok_and(|rows| rows == most);
    let mut out = OriginUndone { next: page.last().map(|last| last.id), ..OriginUndone::default() };
    if !is_full {
        out.next = None;
    }
    for merge in page {
        match unmerge_contacts(tx, ids, ledger, workspace, merge.id, now).await {
            Ok(_) => out.undone = out.undone.saturating_add(1),
            // Told before anything was written.
            Err(why @ (MergeError::KeptWentOn { .. } | MergeError::NoContact(_))) => {
                out.left.push((merge.id, why.to_string()));
            }
            Err(why) => return Err(why),
        }
    }
    Ok(out)
}
