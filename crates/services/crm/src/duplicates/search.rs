//! The contacts of a workspace that may be one: read in pages outside any transaction, compared on a thread of their
//! own, asked about or merged in short transactions. It may die anywhere and be begun again.

mod rows;

use std::collections::{BTreeSet, HashSet};

use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use self::rows::Rows;
use super::apart::are_apart;
use super::{DuplicateError, NewPair, PairWhy};
use crate::service::Crm;
use crate::store;
use crate::store::pairs::{self, people};
use crate::{Choices, MergeError, MergePair, merge_contacts};

/// Contacts that are compared at once.
pub const CONTACTS_MAX: u32 = 1_000_000;
/// Pairs that one search asks about, the likeliest.
pub const PAIRS_MAX: usize = 100_000;
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
}

impl Crm {
    /// Finds contacts that may be one, asks about them, and says so by the event `duplicates.found`.
    pub async fn find_duplicates(
        &self,
        workspace: WorkspaceId,
        search: Search,
    ) -> Result<Searched, DuplicateError> {
        let all =
            people::count(&self.db, workspace, first(), CONTACTS_MAX.saturating_add(1)).await?;
        let mut rows = Rows::of(all)?;
        match search.after {
            Some(after) if self.are_few(workspace, after).await? => {
                self.read_new(workspace, after, &mut rows).await?;
            }
            _ if all > CONTACTS_MAX => return Err(DuplicateError::TooMany),
            _ => self.read(workspace, first(), &mut rows).await?,
        }
        let read = rows.len();
        let compared = tokio::task::spawn_blocking(move || rows.compare());
        let joined = compared.await.map_err(|why| DuplicateError::Broken(why.to_string()))?;
        let (pairs, left_out) = joined?;
        let mut out = Searched { contacts: read, left_out, ..Searched::default() };
        for page in pairs.chunks(WRITE_PAIRS) {
            self.write(workspace, page, search, &mut out).await?;
        }
        self.tell(workspace, &out).await?;
        Ok(out)
    }

    async fn are_few(
        &self,
        workspace: WorkspaceId,
        after: ContactId,
    ) -> Result<bool, DuplicateError> {
        Ok(people::count(&self.db, workspace, after, NEW_MAX.saturating_add(1)).await? <= NEW_MAX)
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

    /// The new ones, and older ones of the same companies.
    async fn read_new(
        &self,
        workspace: WorkspaceId,
        after: ContactId,
        rows: &mut Rows,
    ) -> Result<(), DuplicateError> {
        self.read(workspace, after, rows).await?;
        let new = rows.ids().to_vec();
        let (mut from, mut older) = (after, HashSet::new());
        for part in new.chunks(NEW_AT_ONCE) {
            let Some(to) = part.last().copied() else { continue };
            let known = u32::try_from(older.len()).unwrap_or(u32::MAX);
            let (between, room) = ((from, to, after), COLLEAGUES_MAX.saturating_sub(known));
            for contact in people::of_companies(&self.db, workspace, between, room).await? {
                if older.insert(contact.id) {
                    rows.push(&contact)?;
                }
            }
            from = to;
        }
        Ok(())
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
            if !sure || are_apart(&mut tx, workspace, (pair.a, pair.b), &pair.form).await? {
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
