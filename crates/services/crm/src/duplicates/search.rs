//! The contacts of a workspace that may be one: read in pages outside any transaction, compared on a thread of their
//! own, asked about or merged in short transactions. It may die anywhere and be begun again.

mod rows;

use std::collections::{BTreeSet, HashSet};

use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use self::rows::Rows;
use super::apart::are_apart;
use super::{DuplicateError, NewPair, PairWhy};
use crate::service::Crm;
use crate::store;
use crate::store::extras;
use crate::store::pairs::{self, people};
use crate::{Choices, MergeError, MergePair, merge_contacts};

/// Contacts that are compared at once.
pub(super) const CONTACTS_MAX: u32 = 1_000_000;
/// Pairs that one search merges or asks about: those beyond doubt first, of the others the likeliest.
const PAIRS_MAX: usize = 100_000;
/// New contacts up to which they alone are compared with those of their companies; where there are more, all are.
const NEW_MAX: u32 = 20_000;
/// Contacts of the same companies that new ones are compared with.
const COLLEAGUES_MAX: u32 = 200_000;
/// Contacts of one page.
const PAGE_CONTACTS: u32 = 10_000;
/// Pairs that are written in one transaction.
const WRITE_PAIRS: usize = 500;
/// New contacts whose companies are asked for at once.
const NEW_AT_ONCE: usize = 1_000;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// Only contacts made after this one, among themselves and against older ones of their companies; all where
    /// there is none, or where these are many.
    pub after: Option<ContactId>,
    /// Whether those that are the same beyond doubt are merged without asking.
    pub merge_same: bool,
}

/// What came of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Searched {
    /// Contacts that were compared.
    pub contacts: usize,
    /// Questions that are new or asked anew.
    pub asked: u64,
    /// Contacts that were merged into others.
    pub merged: u64,
    /// Questions that were left out because there were too many.
    pub left_out: usize,
    /// Whether new contacts were not compared with all of their companies, because those have too many.
    pub partly: bool,
}

/// Which contacts are compared.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Those made after this one, with older ones of their companies.
    NewAndColleagues(ContactId),
    /// Those made after this one, with each other.
    Behind(ContactId),
}

impl Part {
    /// Of so many contacts, of which so many are `new`: made after one.
    fn of(all: u32, new: Option<(ContactId, u32)>) -> Result<Self, DuplicateError> {
        match new {
            Some((after, new)) if new <= NEW_MAX => Ok(Self::NewAndColleagues(after)),
            _ if all <= CONTACTS_MAX => Ok(Self::Behind(first())),
            // Too many are there for all of them: a large list is compared with itself at least.
            Some((after, new)) if new <= CONTACTS_MAX => Ok(Self::Behind(after)),
            _ => Err(DuplicateError::TooMany),
        }
    }
}

impl Crm {
    /// Finds contacts that may be one, asks about them, and says so by the event `duplicates.found`.
    pub async fn find_duplicates(
        &self,
        workspace: WorkspaceId,
        search: Search,
    ) -> Result<Searched, DuplicateError> {
        let all = extras::count(&mut self.db.reader().await?, workspace).await?;
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        let mut rows = Rows::of(all)?;
        let mut out = Searched::default();
        let new = match search.after {
            Some(after) => {
                let most = CONTACTS_MAX.saturating_add(1);
                Some((after, people::count(&self.db, workspace, after, most).await?))
            }
            None => None,
        };
        match Part::of(all, new)? {
            Part::NewAndColleagues(after) => {
                out.partly = self.read_new(workspace, after, &mut rows).await?;
            }
            Part::Behind(after) => {
                out.partly = after != first();
                self.read(workspace, after, &mut rows).await?;
            }
        }
        out.contacts = rows.len();
        // Explained a page at a time, so that not all explanations of a large workspace are held at once.
        let (send, mut pages) = mpsc::channel(1);
        let compared = tokio::task::spawn_blocking(move || {
            rows.compare(WRITE_PAIRS, |page| send.blocking_send(page).is_ok())
        });
        while let Some(page) = pages.recv().await {
            self.write(workspace, &page, search, &mut out).await?;
        }
        let joined = compared.await.map_err(|why| DuplicateError::Broken(why.to_string()))?;
        out.left_out = joined?;
        self.tell(workspace, &out).await?;
        Ok(out)
    }

    async fn read(
        &self,
        workspace: WorkspaceId,
        mut after: ContactId,
        rows: &mut Rows,
    ) -> Result<(), DuplicateError> {
        loop {
            let page = people::page(&self.db, workspace, after, PAGE_CONTACTS).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            page.iter().try_for_each(|contact| rows.push(contact))?;
        }
    }

    /// The new ones, and older ones of the same companies; whether there are more of these than are compared.
    async fn read_new(
        &self,
        workspace: WorkspaceId,
        after: ContactId,
        rows: &mut Rows,
    ) -> Result<bool, DuplicateError> {
        self.read(workspace, after, rows).await?;
        let new = rows.ids().to_vec();
        let (mut from, mut older) = (after, HashSet::new());
        for part in new.chunks(NEW_AT_ONCE) {
            let Some(to) = part.last().copied() else { continue };
            let between = (from, to, after);
            // Those of the parts before are found again; one more than may be says that there are more.
            let most = COLLEAGUES_MAX.saturating_add(1);
            for contact in people::of_companies(&self.db, workspace, between, most).await? {
                if older.contains(&contact.id) {
                    continue;
                }
                if is_full(&older) {
                    return Ok(true);
                }
                older.insert(contact.id);
                rows.push(&contact)?;
            }
            from = to;
        }
        Ok(false)
    }

    /// Asks about a page of pairs, or merges those beyond doubt where that is wanted. Pairs of contacts that were
    /// erased or merged since they were read are left out.
    async fn write(
        &self,
        workspace: WorkspaceId,
        page: &[NewPair],
        search: Search,
        out: &mut Searched,
    ) -> Result<(), DuplicateError> {
        let now = self.clock.now();
        let mut tx = self.db.writer().await?;
        crate::barred::lock(&mut tx, workspace).await?;
        let mut asked = Vec::new();
        let mut standing = standing(&mut tx, workspace, page).await?;
        for pair in page {
            if !standing.contains(&pair.a) || !standing.contains(&pair.b) {
                continue;
            }
            let sure = search.merge_same && pair.why == PairWhy::Same;
            if !sure || are_apart(&mut tx, workspace, (pair.a, pair.b)).await? {
                asked.push(pair.clone());
                continue;
            }
            let gone = if pair.keep == pair.a { pair.b } else { pair.a };
            let merge = MergePair { kept: pair.keep, gone, origin: None, choices: Choices::new() };
            let ledger = self.ledger.as_ref();
            match merge_contacts(&mut tx, &self.ids, ledger, workspace, &merge, now).await {
                Ok(_) => {
                    standing.remove(&gone);
                    out.merged = out.merged.saturating_add(1);
                }
                // Told before anything is written.
                Err(MergeError::TooMany(_)) => asked.push(pair.clone()),
                Err(why) => return Err(why.into()),
            }
        }
        let new = pairs::add(&mut tx, &self.ids, workspace, &asked, now).await?;
        out.asked = out.asked.saturating_add(new);
        Ok(tx.commit().await?)
    }

    async fn tell(&self, workspace: WorkspaceId, out: &Searched) -> Result<(), DuplicateError> {
        let event = Event {
            workspace,
            kind: "duplicates.found",
            subject: workspace.as_uuid(),
            data: json!(out),
            at: self.clock.now(),
        };
        let mut tx = self.db.writer().await?;
        events::publish(&mut tx, &self.ids, &[event]).await?;
        Ok(tx.commit().await?)
    }
}

/// Those of the contacts of these pairs that are there and stand for themselves.
async fn standing(
    tx: &mut Tx,
    workspace: WorkspaceId,
    page: &[NewPair],
) -> Result<HashSet<ContactId>, DbError> {
    let ids: BTreeSet<ContactId> = page.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    let ids: Vec<ContactId> = ids.into_iter().collect();
    let rows = store::people::load(tx, workspace, &ids).await?;
    Ok(rows.into_iter().filter(|row| row.merged_into.is_none()).map(|row| row.id).collect())
}

fn first() -> ContactId {
    Uuid::nil().into()
}

fn is_full(older: &HashSet<ContactId>) -> bool {
    u32::try_from(older.len()).is_ok_and(|known| known >= COLLEAGUES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared() {
        let after = ContactId::from(Uuid::from_u128(7));
        let new = |n| Some((after, n));
        for (all, new, expected) in [
            (10, None, Some(Part::Behind(first()))),
            (10, new(3), Some(Part::NewAndColleagues(after))),
            (CONTACTS_MAX, new(NEW_MAX + 1), Some(Part::Behind(first()))),
            (CONTACTS_MAX + 1, new(NEW_MAX), Some(Part::NewAndColleagues(after))),
            (CONTACTS_MAX + 1, new(NEW_MAX + 1), Some(Part::Behind(after))),
            (u32::MAX, new(CONTACTS_MAX + 1), None),
            (CONTACTS_MAX + 1, None, None),
        ] {
            assert_eq!(Part::of(all, new).ok(), expected, "{all} {new:?}");
        }
    }
}
