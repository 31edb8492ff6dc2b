use std::collections::HashMap;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};

use crate::keys::{Mark, marks};
use crate::{NewContact, store};

/// Adds those of `contacts` that the workspace does not have yet, and says for each, in order, which
/// contact it is. Two of the same person in one call become one contact.
///
/// A person that is already there keeps what it has; the row's other marks are added to it. One
/// transaction at a time adds to a workspace, so that two lists at once do not make one person twice.
pub async fn add_contacts(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    contacts: &[NewContact],
    now: Timestamp,
) -> Result<Vec<ContactId>, DbError> {
    let all: Vec<_> = contacts.iter().map(marks).collect();
    let asked: Vec<Mark> = all.iter().flat_map(|m| m.same.iter().copied()).collect();
    tx.one_at_a_time(&format!("contacts of {workspace}")).await?;
    let mut known: HashMap<Mark, ContactId> = store::keys::find(tx, workspace, &asked).await?;
    let mut new = Vec::new();
    let mut new_marks = Vec::new();
    let mut out = Vec::with_capacity(contacts.len());
    for (contact, marks) in contacts.iter().zip(&all) {
        let found = marks.same.iter().find_map(|mark| known.get(mark)).copied();
        let id = found.unwrap_or_else(|| {
            let id = ContactId::from(ids.uuid());
            new.push((id, contact));
            id
        });
        for mark in &marks.own {
            if known.get(mark).is_none_or(|owner| *owner != id) {
                known.entry(*mark).or_insert(id);
                new_marks.push((*mark, id));
            }
        }
        out.push(id);
    }
    store::contacts::insert(tx, workspace, &new, now).await?;
    store::keys::insert(tx, workspace, &new_marks).await?;
    Ok(out)
}
