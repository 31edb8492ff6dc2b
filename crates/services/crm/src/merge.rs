//! Two contacts that turn out to be one.

mod error;
mod join;
mod model;
mod origin;
mod undo;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use serde_json::json;
use uuid::Uuid;

use crate::store::merges::{self as store, record};
use crate::store::{changes as changed, extras, keys, people};
use crate::upsert::remark;
use crate::{MergeId, barred};

pub use error::MergeError;
pub(crate) use join::join;
pub(crate) use model::Record;
pub use model::{
    Change, Changes, Choices, Consent, FoundValue, Items, Merge, MergePair, Tag, Take,
};
pub use origin::{OriginUndone, unmerge_origin};
pub use undo::{Unmerged, unmerge_contacts};

/// Contacts that may be merged into one.
const MERGES_INTO_ONE_MAX: i64 = 1_000;

/// Merges a contact into another, in the caller's transaction.
///
/// The one that goes stays as a row that is shown no more and says whom it went into. Its marks, tags, consents and
/// findings pass to the kept one, whose blanks it fills; where both know something, the kept one's value stays,
/// unless `choices` say otherwise. With a ledger, what was paid for twice is given back once, as its policy says.
/// The same merge again is that merge.
///
/// One transaction at a time merges in a workspace, and none adds contacts meanwhile.
pub async fn merge_contacts(
    tx: &mut Tx,
    ids: &Ids,
    ledger: Option<&Ledger>,
    workspace: WorkspaceId,
    pair: &MergePair,
    now: Timestamp,
) -> Result<MergeId, MergeError> {
    let MergePair { kept, gone, origin, choices } = pair;
    if kept == gone {
        return Err(MergeError::Same(*kept));
    }
    choices.keys().try_for_each(|word| join::check_word(word))?;
    barred::lock(tx, workspace).await?;
    remark(tx, ids, workspace, now).await?;
    if let Some(done) = store::open_of_gone(tx, workspace, *gone).await?
        && done.kept == *kept
    {
        return Ok(done.id);
    }
    stand(tx, workspace, [*kept, *gone]).await?;
    if store::open_into(tx, workspace, *kept).await? >= MERGES_INTO_ONE_MAX {
        return Err(MergeError::TooMany(*kept));
    }
    // The account before anything of the contacts, as who stores findings does: neither waits for the other.
    if let Some(ledger) = ledger {
        ledger.merge(tx, workspace, gone.as_uuid(), kept.as_uuid()).await?;
    }
    let ours = record::read(tx, workspace, *kept).await?.ok_or(MergeError::NoContact(*kept))?;
    let theirs = record::read(tx, workspace, *gone).await?.ok_or(MergeError::NoContact(*gone))?;
    let (joined, changes, items) = join(&ours, &theirs, choices);
    record::write(tx, workspace, &joined, &changes, now).await?;
    store::items::copy(tx, workspace, (*gone, *kept), &items).await?;
    keys::pass(tx, workspace, (*gone, *kept), &theirs.marks).await?;
    record::set_into(tx, workspace, *gone, (Some(*kept), &[])).await?;
    extras::count_by(tx, workspace, -1).await?;
    let merge = Merge {
        id: next_id(tx, ids, workspace).await?,
        kept: *kept,
        gone: *gone,
        origin: *origin,
        choices: choices.clone(),
        changes,
        joined: items,
        marks: theirs.marks,
        aged: aged(&ours, &joined),
        at: changed::at(tx, workspace, now).await?,
        undone_at: None,
    };
    store::add(tx, workspace, &merge).await?;
    events::publish(tx, ids, &[event(workspace, &merge, "contact.merged", now)]).await?;
    Ok(merge.id)
}

/// Refuses contacts that are not there or were merged into others.
async fn stand(tx: &mut Tx, workspace: WorkspaceId, ids: [ContactId; 2]) -> Result<(), MergeError> {
    let rows = people::load(tx, workspace, &ids).await?;
    for id in ids {
        let row = rows.iter().find(|row| row.id == id).ok_or(MergeError::NoContact(id))?;
        if let Some(into) = row.merged_into.map(ContactId::from) {
            return Err(MergeError::Merged { contact: id, into });
        }
    }
    Ok(())
}

/// How new a contact was and is, where that differs.
fn aged(before: &Record, after: &Record) -> Option<(i64, i64)> {
    (before.updated_at != after.updated_at).then_some((before.updated_at, after.updated_at))
}

/// Greater than the last: merges are undone in the order of their ids, whatever the clocks of the machines say.
async fn next_id(tx: &mut Tx, ids: &Ids, workspace: WorkspaceId) -> Result<MergeId, DbError> {
    let (new, last) = (ids.uuid(), store::last_id(tx, workspace).await?);
    let after = last.map(|last| Uuid::from_u128(last.as_uuid().as_u128().saturating_add(1)));
    Ok(after.map_or(new, |after| after.max(new)).into())
}

fn event(workspace: WorkspaceId, merge: &Merge, kind: &'static str, at: Timestamp) -> Event {
    let data = json!({ "kept": merge.kept, "gone": merge.gone, "merge": merge.id });
    Event { workspace, kind, subject: merge.kept.as_uuid(), data, at }
}
