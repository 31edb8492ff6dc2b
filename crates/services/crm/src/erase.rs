use std::collections::BTreeSet;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::barred::{self, ERASED};
use crate::keys::Mark;
use crate::store::keys::{Keys, split};
use crate::store::people::ContactRow;
use crate::stored::as_row;
use crate::{ContactDetail, NewContact, store};

/// A contact that is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// It.
    pub contact: ContactId,
    /// The import that had made it.
    pub origin: Option<Uuid>,
}

/// Erases a person from a workspace: the contact and every one that was merged with it, their values, marks, tags,
/// consents, merges, questions and the texts of what imports changed of them. What is left are the marks by which no list
/// brings them back. The contacts that are no more, for what other services keep of them: what imports keep is forgotten
/// by the service `imports`.
///
/// An import's changes of them can no longer be taken back, nor their merges.
pub async fn erase_contact(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
    now: Timestamp,
) -> Result<Vec<Erased>, DbError> {
    barred::lock(tx, workspace).await?;
    let people = whole_person(tx, workspace, contact).await?;
    let ids: Vec<ContactId> = people.iter().map(|row| row.id).collect();
    let found = store::undo::found(tx, workspace, &ids).await?;
    let mut bars: BTreeSet<Mark> = BTreeSet::new();
    for row in &people {
        bars.extend(barred::erased_marks(&with_found(row, &found)?));
        bars.extend(split(&row.marks));
    }
    // A merge passes marks on: each stands under whichever of them has it.
    let own = people.iter().flat_map(|row| split(&row.marks)).collect();
    let own = store::keys::find(tx, workspace, Keys::Contacts, own).await?;
    let is_theirs = |(_, owner): &(Mark, Uuid)| ids.iter().any(|id| id.as_uuid() == *owner);
    let own: Vec<(Mark, Uuid)> = own.into_iter().filter(is_theirs).collect();
    let shown = people.iter().filter(|row| row.merged_into.is_none()).count();
    let bars: Vec<Mark> = bars.into_iter().collect();
    store::barred::insert(tx, workspace, &bars, ERASED, now).await?;
    store::keys::remove(tx, workspace, Keys::Contacts, own).await?;
    store::undo::remove_contacts(tx, workspace, &ids).await?;
    let shown = i64::try_from(shown).unwrap_or(i64::MAX);
    store::extras::count_by(tx, workspace, shown.saturating_neg()).await?;
    Ok(people.iter().map(|row| Erased { contact: row.id, origin: row.origin }).collect())
}

/// The contact, the one it was merged into, and all that were merged into that.
async fn whole_person(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<ContactRow>, DbError> {
    let mut people: Vec<ContactRow> = Vec::new();
    let mut next = vec![contact];
    while !next.is_empty() {
        let rows = store::people::load(tx, workspace, &next).await?;
        let into = rows.iter().filter_map(|row| row.merged_into).map(ContactId::from);
        let mut asked: BTreeSet<ContactId> = into.collect();
        asked.extend(store::undo::gone_into(tx, workspace, &next).await?);
        people.extend(rows);
        asked.retain(|id| !people.iter().any(|row| row.id == *id));
        next = asked.into_iter().collect();
    }
    Ok(people)
}

/// The contact as a list would give it, with every address and number that was found.
fn with_found(row: &ContactRow, found: &[String]) -> Result<NewContact, DbError> {
    let mut out = as_row(row)?;
    let (emails, phones): (Vec<&str>, Vec<&str>) =
        found.iter().map(String::as_str).partition(|text| text.contains('@'));
    for (detail, more) in [(ContactDetail::OtherEmail, emails), (ContactDetail::OtherPhone, phones)]
    {
        let own = out.details.remove(&detail);
        let all: Vec<&str> = own.as_deref().into_iter().chain(more).collect();
        if !all.is_empty() {
            out.details.insert(detail, all.join("; "));
        }
    }
    Ok(out)
}
