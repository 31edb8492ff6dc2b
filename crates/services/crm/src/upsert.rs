//! Rows become contacts and companies, each person and each company once.

mod admit;
pub(crate) mod companies;
mod decide;
mod extras;
mod merge;
pub(crate) mod people;
mod remark;
mod tracked;

pub use extras::tag_contacts;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use uuid::Uuid;

pub(crate) use crate::upsert::admit::Admitted;
use crate::upsert::companies::Companies;
use crate::upsert::decide::Rule;
use crate::upsert::extras::Extras;
use crate::upsert::merge::Merged;
use crate::upsert::people::{Met, People};
pub use crate::upsert::remark::mark_contacts;
pub(crate) use crate::upsert::remark::remark;
use crate::{
    Applied, ContactKeys, NewContact, OnMatch, Outcome, Policy, SkipReason, Upsert, barred, keys,
    store,
};

/// Who writes where, and by which rules.
pub(crate) struct Desk<'d> {
    /// For new records; without them nothing is written.
    pub(crate) ids: Option<&'d Ids>,
    /// Gives back what was paid for twice, where two contacts are merged.
    pub(crate) ledger: Option<&'d Ledger>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) how: &'d Upsert,
    pub(crate) now: Timestamp,
}

impl Desk<'_> {
    fn new_id(&self) -> Uuid {
        self.ids.map_or_else(Uuid::nil, Ids::uuid)
    }
}

/// Makes `rows` contacts of the workspace, and says for each, in order, what became of it. Any of them may be the
/// person of another row or of a contact that is there; a row of nobody makes its company only.
///
/// Rows are taken one after the other, so it makes no difference how a list is cut into calls. One transaction at a
/// time adds to a workspace, so that two lists at once do not make one person twice. Calls of 1,000 to 10,000
/// rows are fastest: the number of statements does not depend on the number of rows.
///
/// With a ledger, what was paid for twice of contacts that a row shows to be one is given back once, as its policy
/// says; a dry run has none.
pub async fn upsert_contacts(
    tx: &mut Tx,
    ids: &Ids,
    ledger: Option<&Ledger>,
    workspace: WorkspaceId,
    rows: &[NewContact],
    how: &Upsert,
    now: Timestamp,
) -> Result<Vec<Applied>, DbError> {
    let keys: Vec<ContactKeys> = rows.iter().map(ContactKeys::of).collect();
    upsert_keyed(tx, ids, ledger, workspace, (rows, &keys), how, now).await
}

/// As [`upsert_contacts`], where the keys of each row, in the same order, are worked out already.
pub async fn upsert_keyed(
    tx: &mut Tx,
    ids: &Ids,
    ledger: Option<&Ledger>,
    workspace: WorkspaceId,
    (rows, keys): (&[NewContact], &[ContactKeys]),
    how: &Upsert,
    now: Timestamp,
) -> Result<Vec<Applied>, DbError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    barred::lock(tx, workspace).await?;
    let desk = Desk { ids: Some(ids), ledger, workspace, how, now };
    remark(tx, ids, workspace, now).await?;
    let mut admitted = Admitted::of(tx, &desk, rows).await?;
    let mut people = People::of(tx, &desk, keys, &admitted.companies).await?;
    let mut extras = Extras::of(tx, &desk, rows, &people).await?;
    let mut out = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        if let Some(reason) = admitted.why_not(n) {
            out.push(skipped(reason));
            continue;
        }
        let done = if how.policy.merge_known {
            merge::merge(tx, &desk, (n, row), &mut people, &mut extras, &mut out).await?
        } else {
            Merged::default()
        };
        let mut applied = take(&desk, n, row, &mut admitted.companies, &mut people, &mut extras);
        if done.last.is_some() {
            applied.outcome = Outcome::Merged { merge: done.last };
        }
        let others = done.others.into_iter().filter(|id| Some(*id) != applied.contact);
        for other in others.filter(|id| !applied.also.contains(id)).collect::<Vec<_>>() {
            applied.also.push(other);
        }
        out.push(applied);
    }
    admitted.companies.write(tx, &desk).await?;
    people.write(tx, &desk).await?;
    extras.write(tx, &desk, &mut out).await?;
    Ok(out)
}

/// Adds those of `contacts` that the workspace does not have yet and leaves the others as they are; which contact
/// each is, in order. `None` for a person who was erased or is suppressed.
pub async fn add_contacts(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    contacts: &[NewContact],
    now: Timestamp,
) -> Result<Vec<Option<ContactId>>, DbError> {
    let policy = Policy { usual: OnMatch::Skip, ..Policy::default() };
    let how = Upsert { policy, everybody: true, ..Upsert::default() };
    let applied = upsert_contacts(tx, ids, None, workspace, contacts, &how, now).await?;
    Ok(applied.into_iter().map(|applied| applied.contact).collect())
}

/// Orders what a long list has added to a workspace, so that later lists find it at few places. For the end of a list,
/// in a transaction of its own: a million contacts take about a second.
pub async fn settle(tx: &mut Tx, ids: &Ids, workspace: WorkspaceId) -> Result<(), DbError> {
    barred::lock(tx, workspace).await?;
    store::keys::join_all(tx, ids, workspace).await
}

/// What becomes of one row that is not barred.
fn take<'r>(
    desk: &Desk<'_>,
    n: usize,
    row: &'r NewContact,
    companies: &mut Companies<'r>,
    people: &mut People<'r>,
    extras: &mut Extras<'r>,
) -> Applied {
    let place = companies.of_row(n);
    let rule = Rule::of(desk, row);
    if !desk.how.everybody && !keys::names_somebody(row) {
        let Some(place) = place else { return skipped(SkipReason::Nobody) };
        let (outcome, changed) = companies.take(place, row, &rule);
        let company = Some(companies.id(place));
        return Applied { contact: None, company, outcome, changed, also: Vec::new() };
    }
    let met = people.meet(n, row);
    if matches!(met, Met::Nobody) && people.is_full() {
        return skipped(SkipReason::NoRoom);
    }
    let company = place.map(|place| {
        companies.take(place, row, &rule);
        companies.id(place)
    });
    let (slot, outcome, changed, also) = match met {
        Met::Nobody => (people.make(desk, n, row, company), Outcome::Created, vec![], vec![]),
        Met::Known { slot, also } => {
            let changed = people.add(n, slot, row, company, &rule);
            (slot, people.outcome(slot, &changed), changed, also)
        }
    };
    let contact = people.id(slot);
    extras.take(desk, n, contact, row);
    Applied { contact: Some(contact), company, outcome, changed, also }
}

fn skipped(reason: SkipReason) -> Applied {
    Applied {
        contact: None,
        company: None,
        outcome: Outcome::Skipped { reason },
        changed: Vec::new(),
        also: Vec::new(),
    }
}
