//! People of rows, each once.

mod batch;
mod person;
mod reach;

use std::borrow::Cow;
use std::collections::HashMap;

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::ContactId;
use uuid::Uuid;

use self::batch::Batch;
use self::person::Person;
use self::reach::MERGES_DEEP_MAX;
pub(crate) use self::reach::{Reach, kept};
use super::Desk;
use super::companies::Companies;
use super::decide::Rule;
use crate::keys::{Mark, Marks, SURE, profile};
use crate::{CompanyId, ContactKeys, NewContact, Outcome, store};

/// The place of the LinkedIn address among the fields of a row.
const PROFILE: usize = 5;

/// The people whom rows of one call meet or make.
pub(crate) struct People<'r> {
    /// Of every row; nothing of rows that may not come in.
    marks: Vec<Marks>,
    known: HashMap<Mark, usize>,
    all: Vec<Person<'r>>,
    /// How many more there may be.
    room: Option<u64>,
}

/// Whom a row meets.
pub(crate) enum Met {
    Known {
        slot: usize,
        /// Others who have one of its marks.
        also: Vec<ContactId>,
    },
    Nobody,
}

impl<'r> People<'r> {
    /// Loads everybody whom these rows may meet.
    pub(crate) async fn of(
        tx: &mut Tx,
        desk: &Desk<'_>,
        keys: &[ContactKeys],
        companies: &Companies<'_>,
    ) -> Result<Self, DbError> {
        let marks: Vec<Marks> = with_companies(keys.iter(), companies).collect();
        let room = match desk.how.contacts_max {
            Some(max) => {
                let count = store::extras::count(tx, desk.workspace).await?;
                Some(u64::from(max).saturating_sub(count))
            }
            None => None,
        };
        let reach = Reach::of(tx, desk.workspace, &marks, desk.how.sieve.as_ref()).await?;
        let mut out = Self {
            marks,
            known: HashMap::with_capacity(keys.len().saturating_mul(4)),
            all: Vec::with_capacity(keys.len()),
            room,
        };
        out.fill(desk, reach)?;
        Ok(out)
    }

    fn fill(&mut self, desk: &Desk<'_>, reach: Reach) -> Result<(), DbError> {
        let Reach { found, mut rows } = reach;
        let into: HashMap<Uuid, Uuid> =
            rows.iter().filter_map(|(id, row)| Some((*id, row.merged_into?))).collect();
        let mut slots: HashMap<Uuid, usize> = HashMap::with_capacity(rows.len());
        for (mark, id) in found {
            let id = kept(&into, id);
            let slot = match (slots.get(&id), rows.remove(&id)) {
                (Some(slot), _) => *slot,
                (None, Some(row)) => {
                    let slot = self.all.len();
                    self.all.push(Person::stored(row, desk.how.origin)?);
                    slots.insert(id, slot);
                    slot
                }
                (None, None) => continue,
            };
            self.known.insert(mark, slot);
        }
        Ok(())
    }

    /// Whose a mark is, through the merges of this call.
    fn owner(&self, mark: &Mark) -> Option<usize> {
        let mut slot = *self.known.get(mark)?;
        for _ in 0..MERGES_DEEP_MAX {
            let Some(next) = self.all.get(slot)?.merged_into else { break };
            slot = next;
        }
        Some(slot)
    }

    /// Whom row `n` meets: by the surest of its marks that anybody has.
    ///
    /// The same name at the same company, or with the same number, is not enough where both have a LinkedIn
    /// profile and the profiles differ.
    pub(crate) fn meet(&self, n: usize, row: &NewContact) -> Met {
        let Some(marks) = self.marks.get(n) else { return Met::Nobody };
        let mut target: Option<usize> = None;
        let mut also: Vec<ContactId> = Vec::new();
        for (sureness, mark) in marks.iter().enumerate() {
            let Some(slot) = mark.and_then(|mark| self.owner(&mark)) else { continue };
            let Some(person) = self.all.get(slot) else { continue };
            let is_sure = sureness < SURE;
            if !is_sure && differ(person.field(PROFILE), &row.person.linkedin_url) {
                continue;
            }
            match target.and_then(|target| self.all.get(target)) {
                None => target = Some(slot),
                Some(first) if first.row.id == person.row.id || also.contains(&person.row.id) => {}
                Some(first) => {
                    if is_sure || !differ(first.field(PROFILE), person.field(PROFILE)) {
                        also.push(person.row.id);
                    }
                }
            }
        }
        target.map_or(Met::Nobody, |slot| Met::Known { slot, also })
    }

    pub(super) fn is_full(&self) -> bool {
        self.room == Some(0)
    }

    /// A new contact of row `n`.
    pub(super) fn make(
        &mut self,
        desk: &Desk<'_>,
        n: usize,
        row: &'r NewContact,
        company: Option<CompanyId>,
    ) -> usize {
        let slot = self.all.len();
        self.room = self.room.map(|room| room.saturating_sub(1));
        self.all.push(Person::new(desk, row, company));
        self.learn(n, slot);
        slot
    }

    /// The marks of row `n` that are nobody's are this person's from now on.
    fn learn(&mut self, n: usize, slot: usize) {
        let (Some(marks), Some(person)) = (self.marks.get(n), self.all.get_mut(slot)) else {
            return;
        };
        for mark in marks.iter().flatten() {
            self.known.entry(*mark).or_insert_with(|| {
                person.marks.push(*mark);
                slot
            });
        }
    }

    /// Adds row `n` to somebody who is there: the words that changed.
    pub(super) fn add(
        &mut self,
        n: usize,
        slot: usize,
        row: &NewContact,
        company: Option<CompanyId>,
        rule: &Rule<'_>,
    ) -> Vec<Cow<'static, str>> {
        self.learn(n, slot);
        self.all.get_mut(slot).map_or_else(Vec::new, |person| person.add(row, company, rule))
    }

    /// What happened to a row that was added to somebody.
    pub(super) fn outcome(&self, slot: usize, changed: &[Cow<'static, str>]) -> Outcome {
        match (self.all.get(slot).is_some_and(|person| person.ours), changed.is_empty()) {
            (true, _) => Outcome::Merged { merge: None },
            (false, true) => Outcome::Unchanged,
            (false, false) => Outcome::Updated,
        }
    }

    /// Of one that there is; see [`People::meet`].
    pub(crate) fn id(&self, slot: usize) -> ContactId {
        self.all.get(slot).map_or_else(|| Uuid::nil().into(), |person| person.row.id)
    }

    /// Who is stored already.
    pub(super) fn stored(&self) -> impl Iterator<Item = ContactId> {
        self.all.iter().filter(|person| !person.is_new).map(|person| person.row.id)
    }

    /// Writes what the call has made so far of everybody, who are still here afterwards.
    pub(super) async fn settle(&mut self, tx: &mut Tx, desk: &Desk<'_>) -> Result<(), DbError> {
        let mut batch = Batch::default();
        for person in self.all.iter_mut().filter(|person| person.is_pending()) {
            batch.add(person)?;
        }
        batch.write(tx, desk).await
    }

    pub(super) async fn write(self, tx: &mut Tx, desk: &Desk<'_>) -> Result<(), DbError> {
        let mut batch = Batch::default();
        for mut person in self.all.into_iter().filter(Person::is_pending) {
            batch.add(&mut person)?;
        }
        batch.write(tx, desk).await
    }

    /// Whether the contact in `slot` and another of this call have two public profiles.
    pub(super) fn differ(&self, slot: usize, other: ContactId) -> bool {
        let one = self.all.get(slot);
        let other = self.all.iter().find(|person| person.row.id == other);
        let both = one.zip(other);
        both.is_some_and(|(one, other)| differ(one.field(PROFILE), other.field(PROFILE)))
    }

    /// What became of the contact in `slot` and of the one that went into it, both of which are stored.
    pub(super) async fn merged(
        &mut self,
        tx: &mut Tx,
        desk: &Desk<'_>,
        slot: usize,
        gone: ContactId,
    ) -> Result<(), DbError> {
        if let Some(gone) = self.all.iter_mut().find(|person| person.row.id == gone) {
            gone.merged_into = Some(slot);
        }
        self.room = self.room.map(|room| room.saturating_add(1));
        let Some(kept) = self.all.get_mut(slot) else { return Ok(()) };
        let row = store::people::load(tx, desk.workspace, &[kept.row.id]).await?.pop();
        if let Some(row) = row {
            *kept = Person::stored(row, desk.how.origin)?;
        }
        Ok(())
    }
}

/// The marks of rows whose companies are known.
pub(crate) fn marks_of(rows: &[NewContact], companies: &Companies<'_>) -> Vec<Marks> {
    let keys: Vec<ContactKeys> = rows.iter().map(ContactKeys::of).collect();
    with_companies(keys.iter(), companies).collect()
}

fn with_companies<'k>(
    keys: impl Iterator<Item = &'k ContactKeys>,
    companies: &Companies<'_>,
) -> impl Iterator<Item = Marks> {
    let id = |n| companies.of_row(n).map(|place| companies.id(place));
    keys.enumerate().map(move |(n, keys)| keys.marks(id(n)))
}

/// Whether both have a public profile, and not the same.
fn differ(one: &str, other: &str) -> bool {
    match (profile(one), profile(other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}
