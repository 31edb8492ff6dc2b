//! What a call writes of people, at once.

use captely_platform::db::{DbError, Tx};
use uuid::Uuid;

use super::person::{Person, Unwritten};
use crate::keys::Mark;
use crate::store;
use crate::store::changes::Change;
use crate::upsert::Desk;

/// What is written at once.
#[derive(Default)]
pub(super) struct Batch<'r> {
    new: Vec<Unwritten<'r>>,
    saved: Vec<Unwritten<'r>>,
    marks: Vec<(Mark, Uuid)>,
    changes: Vec<Change>,
}

impl<'r> Batch<'r> {
    /// Takes what is pending of somebody, of whom nothing is pending afterwards.
    pub(super) fn add(&mut self, person: &mut Person<'r>) -> Result<(), DbError> {
        let id = person.row.id.as_uuid();
        self.marks.extend(person.marks.iter().map(|mark| (*mark, id)));
        self.changes.extend(person.settle()?);
        let is_new = std::mem::take(&mut person.is_new);
        let to = if is_new { &mut self.new } else { &mut self.saved };
        to.push(person.unwritten());
        Ok(())
    }

    pub(super) async fn write(self, tx: &mut Tx, desk: &Desk<'_>) -> Result<(), DbError> {
        let workspace = desk.workspace;
        let made = i64::try_from(self.new.len()).unwrap_or(i64::MAX);
        let new = self.new.into_iter().map(Unwritten::into_row);
        store::people::insert(tx, workspace, Box::new(new), desk.now).await?;
        let saved = self.saved.into_iter().map(Unwritten::into_row);
        store::people::save(tx, workspace, Box::new(saved)).await?;
        if let Some(ids) = desk.ids {
            let sieve = desk.how.sieve.as_ref();
            store::keys::insert_contacts(tx, ids, workspace, self.marks, sieve).await?;
        }
        if let Some(origin) = desk.how.origin {
            store::changes::insert(tx, workspace, origin, self.changes, desk.now).await?;
        }
        store::extras::count_by(tx, workspace, made).await
    }
}
