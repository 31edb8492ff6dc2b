//! What a call writes of people, at once.

use captely_platform::db::{DbError, Tx};
use uuid::Uuid;

use super::person::Person;
use crate::keys::Mark;
use crate::store;
use crate::store::changes::Change;
use crate::store::people::ContactRow;
use crate::upsert::Desk;

/// What is written at once.
#[derive(Default)]
pub(super) struct Batch {
    new: Vec<ContactRow>,
    saved: Vec<ContactRow>,
    marks: Vec<(Mark, Uuid)>,
    changes: Vec<Change>,
}

impl Batch {
    pub(super) fn add_marks(&mut self, person: &Person) {
        let id = person.row.id.as_uuid();
        self.marks.extend(person.marks.iter().map(|mark| (*mark, id)));
    }

    pub(super) fn add(&mut self, row: ContactRow, is_new: bool, change: Option<Change>) {
        if is_new {
            self.new.push(row);
        } else {
            self.saved.push(row);
        }
        self.changes.extend(change);
    }

    pub(super) async fn write(self, tx: &mut Tx, desk: &Desk<'_>) -> Result<(), DbError> {
        let workspace = desk.workspace;
        let made = i64::try_from(self.new.len()).unwrap_or(i64::MAX);
        store::people::insert(tx, workspace, self.new, desk.now).await?;
        store::people::save(tx, workspace, self.saved).await?;
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
