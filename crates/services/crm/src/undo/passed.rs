//! What an import gave to a contact that was merged since: the kept one has it.

use std::collections::{BTreeSet, HashMap};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::carry::Replaced;
use super::changes::{OfContact, Restored as _};
use crate::details;
use crate::keys::Mark;
use crate::store::{self, later, merges};

/// A field of a contact that was set back.
pub(super) struct SetBack {
    pub(super) contact: ContactId,
    pub(super) word: String,
    pub(super) before: String,
    pub(super) after: String,
}

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

/// Sets a field back in those that got it by merges, from this contact to the one that stands for it now. Where
/// somebody replaced it since, what replaced it is told what was there before.
pub(super) async fn set_back(
    tx: &mut Tx,
    workspace: WorkspaceId,
    back: SetBack,
    people: &mut HashMap<Uuid, OfContact>,
    replaced: &mut Vec<Replaced>,
) -> Result<(), DbError> {
    let SetBack { mut contact, word, before, after } = back;
    let known = Some(before.clone()).filter(|value| !value.is_empty());
    while let Some(mut merge) = merges::open_of_gone(tx, workspace, contact).await? {
        let Some(change) = merge.changes.get_mut(&word) else { break };
        if change.after.as_ref() != Some(&after) {
            break;
        }
        change.after.clone_from(&known);
        if change.before == change.after {
            merge.changes.remove(&word);
        }
        merges::write_again(tx, workspace, &merge).await?;
        contact = merge.kept;
        let Some(kept) = loaded(tx, workspace, contact, people).await? else { break };
        if kept.get(&word) == after {
            kept.set(&word, &before);
        } else {
            replaced.push(Replaced {
                record: contact.as_uuid(),
                origin: None,
                at: merge.at.as_micros(),
                word: word.clone(),
                before: known.clone(),
                after: Some(after.clone()),
            });
        }
    }
    Ok(())
}

/// A contact among those that are changed.
pub(super) async fn loaded<'p>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
    people: &'p mut HashMap<Uuid, OfContact>,
) -> Result<Option<&'p mut OfContact>, DbError> {
    let id = contact.as_uuid();
    if !people.contains_key(&id)
        && let Some(row) = store::people::load(tx, workspace, &[contact]).await?.pop()
    {
        people.insert(id, OfContact { details: details::parse(&row.details)?, row });
    }
    Ok(people.get_mut(&id))
}

/// Those that these went into, however far, that are not among them.
pub(super) async fn kept_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    gone: impl Iterator<Item = ContactId>,
) -> Result<BTreeSet<ContactId>, DbError> {
    let mut all = BTreeSet::new();
    let mut next: BTreeSet<ContactId> = gone.collect();
    while !next.is_empty() {
        let rows = store::contacts::merged_into(tx, workspace, &next).await?;
        let into = rows.into_iter().filter_map(|(_, into)| into).map(ContactId::from);
        next = into.filter(|kept| all.insert(*kept)).collect();
    }
    Ok(all)
}
