use std::collections::BTreeSet;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_platform::db::Tx;
use captely_platform::events;
use captely_platform::ids::{ContactId, Ids, WorkspaceId};

use super::join::{Spared, changes, join_but};
use super::{Change, Items, Merge, MergeError, Record, aged, event};
use crate::store::merges::{self as store, record};
use crate::store::{companies, extras, keys, people};
use crate::undo::{Replaced, carry};
use crate::{MergeId, barred};

/// A merge that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    /// Which.
    pub merge: Merge,
    /// Fields of the kept one that somebody changed since, by their words: they stay as they are.
    pub stayed: BTreeSet<String>,
    /// Whether it had been undone before, so that nothing was done now.
    pub again: bool,
}

/// Undoes a merge, in the caller's transaction: both contacts are what they were, but for fields that somebody
/// changed since.
///
/// Later merges into the same contact stay, and fill what this one leaves blank. A merge whose kept contact went
/// into a third cannot be undone before that one is. Credits that were given back stay given back.
pub async fn unmerge_contacts(
    tx: &mut Tx,
    ids: &Ids,
    ledger: Option<&Ledger>,
    workspace: WorkspaceId,
    merge: MergeId,
    now: Timestamp,
) -> Result<Unmerged, MergeError> {
    barred::lock(tx, workspace).await?;
    let found = store::get(tx, workspace, merge).await?;
    let merge = found.ok_or(MergeError::NoMerge(merge))?;
    if merge.undone_at.is_some() {
        return Ok(Unmerged { merge, stayed: BTreeSet::new(), again: true });
    }
    check(tx, workspace, &merge).await?;
    // The account first, as when they were merged.
    if let Some(ledger) = ledger {
        ledger.unmerge(tx, workspace, merge.gone.as_uuid(), merge.kept.as_uuid()).await?;
    }
    let kept = record::read(tx, workspace, merge.kept).await?;
    let mut kept = kept.ok_or(MergeError::NoContact(merge.kept))?;
    kept.marks.retain(|mark| !merge.marks.contains(mark));
    let stayed = give_back(tx, workspace, (kept, &merge), now).await?;
    keys::pass(tx, workspace, (merge.kept, merge.gone), &merge.marks).await?;
    record::set_into(tx, workspace, merge.gone, (None, &merge.marks)).await?;
    extras::count_by(tx, workspace, 1).await?;
    store::undone(tx, workspace, merge.id, now).await?;
    events::publish(tx, ids, &[event(workspace, &merge, "contact.unmerged", now)]).await?;
    Ok(Unmerged { merge: Merge { undone_at: Some(now), ..merge }, stayed, again: false })
}

/// Refuses a merge of contacts that are not there, or whose kept one does not stand for itself.
async fn check(tx: &mut Tx, workspace: WorkspaceId, merge: &Merge) -> Result<(), MergeError> {
    let rows = people::load(tx, workspace, &[merge.kept, merge.gone]).await?;
    let of = |id| rows.iter().find(|row| row.id == id).ok_or(MergeError::NoContact(id));
    let (kept, _gone) = (of(merge.kept)?, of(merge.gone)?);
    if let Some(into) = kept.merged_into.map(ContactId::from)
        && let Some(by) = store::open_of_gone(tx, workspace, kept.id).await?
    {
        return Err(MergeError::KeptWentOn { kept: kept.id, into, by: by.id });
    }
    Ok(())
}

/// Takes this merge and those after it out of the kept contact, the newest first, and does those after it again.
/// Which fields were changed by others since.
async fn give_back(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (mut kept, merge): (Record, &Merge),
    now: Timestamp,
) -> Result<BTreeSet<String>, MergeError> {
    let was = kept.fields.clone();
    let later = later(tx, workspace, merge).await?;
    let mut spared = Vec::with_capacity(later.len());
    for (one, _gone) in later.iter().rev() {
        store::items::take_away(tx, workspace, kept.id, &one.joined).await?;
        spared.push(part(&mut kept, one));
    }
    store::items::take_away(tx, workspace, kept.id, &merge.joined).await?;
    let mut stayed = part(&mut kept, merge).fields;
    for ((mut one, gone), spared) in later.into_iter().zip(spared.into_iter().rev()) {
        let (joined, mut changes, items) = join_but(&kept, &gone, &one.choices, &spared);
        // What others replaced since is still what this merge gave: it is told when this one is undone.
        changes.extend(one.changes.into_iter().filter(|(word, _)| spared.fields.contains(word)));
        store::items::copy(tx, workspace, (gone.id, kept.id), &items).await?;
        one.aged = aged(&kept, &joined);
        (kept, one.changes, one.joined) = (joined, changes, items);
        store::write_again(tx, workspace, &one).await?;
    }
    carry(tx, workspace, &replaced(merge, &stayed)).await?;
    without_gone_company(tx, workspace, &mut kept).await?;
    let changes = changes(&was, &kept.fields);
    record::write(tx, workspace, &kept, &changes, now).await?;
    // It goes with the company's name.
    stayed.remove(record::COMPANY_ID);
    Ok(stayed)
}

/// Takes the company away that was there before a merge and that an import's undoing has removed since.
async fn without_gone_company(
    tx: &mut Tx,
    workspace: WorkspaceId,
    kept: &mut Record,
) -> Result<(), MergeError> {
    let Some(at) = kept.fields.get(record::COMPANY_ID) else { return Ok(()) };
    let at = record::read_id(at)?;
    if companies::known(tx, workspace, [at.into()].into()).await?.is_empty() {
        kept.fields.remove(record::COMPANY_ID);
    }
    Ok(())
}

/// What this merge gave and others replaced since: they give back what was there before it.
fn replaced(merge: &Merge, stayed: &BTreeSet<String>) -> Vec<Replaced> {
    let one = |word: &String| {
        let Change { before, after } = merge.changes.get(word)?.clone();
        let (record, at) = (merge.kept.as_uuid(), merge.at.as_micros());
        Some(Replaced { record, origin: None, at, word: word.clone(), before, after })
    };
    stayed.iter().filter_map(one).collect()
}

/// The merges into the same contact after this one, each with the contact that went: what is there no more cannot
/// be joined again, and what came of it stays.
async fn later(
    tx: &mut Tx,
    workspace: WorkspaceId,
    merge: &Merge,
) -> Result<Vec<(Merge, Record)>, MergeError> {
    let mut out = Vec::new();
    for one in store::open_since(tx, workspace, merge.kept, merge.id).await? {
        if let Some(gone) = record::read(tx, workspace, one.gone).await? {
            out.push((one, gone));
        }
    }
    Ok(out)
}

/// Takes out of a contact what it got by a merge, but for what somebody changed since; what that is.
fn part(kept: &mut Record, merge: &Merge) -> Spared {
    let mut changed = BTreeSet::new();
    for (word, change) in &merge.changes {
        if kept.fields.get(word) != change.after.as_ref() {
            changed.insert(word.clone());
            continue;
        }
        match &change.before {
            Some(value) => kept.fields.insert(word.clone(), value.clone()),
            None => kept.fields.remove(word),
        };
    }
    if let Some((before, after)) = merge.aged
        && kept.updated_at == after
    {
        kept.updated_at = before;
    }
    let there = kept.items.common(&merge.joined);
    kept.items.remove(&merge.joined);
    let mut items: Items = merge.joined.clone();
    items.remove(&there);
    Spared { fields: changed, items }
}
