use std::collections::BTreeSet;

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::UNDO_PAGE_MAX;
use super::passed::kept_of;
use crate::keys::Mark;
use crate::store::keys::{Keys, split};
use crate::{CompanyId, barred, store};

/// Why a contact that the import made stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StayReason {
    /// Another list names it.
    Named,
    /// Another import or a person changed, tagged or asked it.
    Changed,
    /// Something was bought for it.
    Paid,
    /// It was merged with another.
    Merged,
}

impl StayReason {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named_by_another_list",
            Self::Changed => "changed_since",
            Self::Paid => "paid_for",
            Self::Merged => "merged",
        }
    }
}

/// A contact that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remained {
    /// Which.
    pub contact: ContactId,
    /// Why.
    pub reason: StayReason,
}

/// One page of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoneContacts {
    /// Those that are no more.
    pub removed: Vec<ContactId>,
    /// Those that the import made and that stay.
    pub remained: Vec<Remained>,
}

/// One page of companies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoneCompanies {
    /// How many are no more.
    pub removed: usize,
    /// Where the next page begins; `None` behind the last.
    pub next: Option<CompanyId>,
}

/// Takes back what the import did with contacts of these ids (at most [`UNDO_PAGE_MAX`]): those that it made go,
/// with all that hangs on them, unless somebody else has worked with them since; of the others, and of those they were
/// merged into, the tags and consents that it added go. `named` are those that the caller knows to be in other lists.
///
/// To be called after the import's merges and changes were taken back. Ids that are no more are left out.
pub async fn undo_created(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    ids: &[ContactId],
    named: &BTreeSet<ContactId>,
) -> Result<UndoneContacts, DbError> {
    let mut out = UndoneContacts::default();
    barred::lock(tx, workspace).await?;
    let mut marks: Vec<(Mark, Uuid)> = Vec::new();
    let (mut others, mut merged) = (Vec::new(), Vec::new());
    let distinct: BTreeSet<ContactId> = ids.iter().copied().collect();
    let ids: Vec<ContactId> = distinct.into_iter().collect();
    for page in ids.chunks(PAGE) {
        let rows = store::people::load(tx, workspace, page).await?;
        let worked = store::undo::worked(tx, workspace, page, origin).await?;
        for row in rows {
            let id = row.id.as_uuid();
            if row.merged_into.is_some() {
                merged.push(row.id);
            }
            if row.origin != Some(origin) {
                others.push(row.id);
                continue;
            }
            let reasons = [
                (row.merged_into.is_some() || worked.kept.contains(&id), StayReason::Merged),
                (worked.paid.contains(&id), StayReason::Paid),
                (worked.changed.contains(&id) || worked.tagged.contains(&id), StayReason::Changed),
                (named.contains(&row.id), StayReason::Named),
            ];
            if let Some((_, reason)) = reasons.into_iter().find(|(holds, _)| *holds) {
                out.remained.push(Remained { contact: row.id, reason });
                others.push(row.id);
            } else {
                marks.extend(split(&row.marks).map(|mark| (mark, id)));
                out.removed.push(row.id);
            }
        }
    }
    others.extend(kept_of(tx, workspace, merged.into_iter()).await?);
    store::undo::remove_own(tx, workspace, &others, origin).await?;
    store::keys::remove(tx, workspace, Keys::Contacts, marks).await?;
    store::undo::remove_contacts(tx, workspace, &out.removed).await?;
    let gone = i64::try_from(out.removed.len()).unwrap_or(i64::MAX);
    store::extras::count_by(tx, workspace, gone.saturating_neg()).await?;
    Ok(out)
}

/// As [`UNDO_PAGE_MAX`].
const PAGE: usize = 1_000;

/// Removes the next companies (at most [`UNDO_PAGE_MAX`]) that the import made, where nobody is left at them and
/// nobody else has changed them. To be called when its contacts are gone, page after page.
pub async fn undo_companies(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    after: Option<CompanyId>,
) -> Result<UndoneCompanies, DbError> {
    barred::lock(tx, workspace).await?;
    let ids = store::undo::companies_of(tx, workspace, origin, after, UNDO_PAGE_MAX).await?;
    let next = (ids.len() == PAGE).then(|| ids.last().copied()).flatten();
    let worked = store::undo::companies_worked(tx, workspace, &ids, origin).await?;
    let gone: Vec<CompanyId> =
        ids.into_iter().filter(|id| !worked.contains(&id.as_uuid())).collect();
    let mut marks = Vec::new();
    for row in store::companies::load(tx, workspace, &gone).await? {
        marks.extend(split(&row.marks).map(|mark| (mark, row.id.as_uuid())));
    }
    store::keys::remove(tx, workspace, Keys::Companies, marks).await?;
    store::undo::remove_companies(tx, workspace, &gone).await?;
    Ok(UndoneCompanies { removed: gone.len(), next })
}
