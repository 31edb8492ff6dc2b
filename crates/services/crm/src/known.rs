//! Whom rows would meet: asked without writing, and copied for those who try a list out first.

use std::collections::{BTreeSet, HashMap};

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::keys::Mark;
use crate::upsert::companies::Companies;
use crate::upsert::people::{Met, People, Reach, kept, marks_of};
use crate::upsert::{Admitted, Desk};
use crate::{ContactKeys, NewContact, Sieve, SkipReason, Upsert, barred, store};

/// What a row would come to, if rows were entered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreseen {
    /// It would meet this stored contact.
    Known(ContactId),
    /// It names whom an earlier row, of this number from 0, names first.
    Repeats(usize),
    /// It may not come in.
    Barred(SkipReason),
    /// Its contact would be new.
    New,
}

/// What each row would come to, in order; nothing is written. Rows of one company that is not there yet are taken for
/// the same person by address, profile and number only.
pub async fn foresee(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: &[NewContact],
) -> Result<Vec<Foreseen>, DbError> {
    let how = Upsert::default();
    let desk = reading(workspace, &how);
    let admitted = Admitted::of(tx, &desk, rows).await?;
    let keys: Vec<ContactKeys> = rows.iter().map(ContactKeys::of).collect();
    let people = People::of(tx, &desk, &keys, &admitted.companies).await?;
    let stored: BTreeSet<_> = admitted.companies.stored().collect();
    let mut first: HashMap<Mark, usize> = HashMap::new();
    let mut out = Vec::with_capacity(rows.len());
    for (n, (row, keys)) in rows.iter().zip(&keys).enumerate() {
        if let Some(reason) = admitted.why_not(n) {
            out.push(Foreseen::Barred(reason));
            continue;
        }
        if let Met::Known { slot, .. } = people.meet(n, row) {
            out.push(Foreseen::Known(people.id(slot)));
            continue;
        }
        let company = admitted.companies.of_row(n).map(|place| admitted.companies.id(place));
        let marks = keys.marks(company.filter(|id| stored.contains(id)));
        let earlier = marks.iter().flatten().find_map(|mark| first.get(mark).copied());
        let whose = earlier.unwrap_or(n);
        for mark in marks.into_iter().flatten() {
            first.entry(mark).or_insert(whose);
        }
        out.push(earlier.map_or(Foreseen::New, Foreseen::Repeats));
    }
    Ok(out)
}

/// Copies whatever these rows may meet into another database of the same migrations, where it is not there yet:
/// contacts with their tags and consents, companies, marks, bars, and the number of contacts. There
/// [`upsert_contacts`](crate::upsert_contacts) does exactly what it would do here.
///
/// Each database may have its sieve, which a long list keeps from call to call. `from` is best one steady picture
/// ([`Db::picture`](captely_platform::db::Db::picture)), so that contacts, companies and marks are of one moment.
///
/// What the other database has already stays as it is there: an earlier part of the list may have changed it.
pub async fn copy_known(
    (from, sieve): (&mut Tx, Option<&Sieve>),
    (to, sieve_there): (&mut Tx, Option<&Sieve>),
    workspace: WorkspaceId,
    rows: &[NewContact],
) -> Result<(), DbError> {
    store::copies::count(from, to, workspace).await?;
    let how = Upsert::default();
    let desk = reading(workspace, &how);
    let companies = Companies::of(from, &desk, rows, &|_| None).await?;
    let marks = marks_of(rows, &companies);
    if barred::is_anybody(from, workspace).await? {
        let by_company = marks.iter().flatten().flatten().copied();
        let marks = rows.iter().flat_map(barred::barring_marks).chain(by_company).collect();
        store::copies::bars(from, to, workspace, marks).await?;
    }
    let reach = Reach::of(from, workspace, &marks, sieve).await?;
    let own = reach.rows.values().filter_map(|row| row.company_id).map(Into::into);
    let company_ids: BTreeSet<_> = companies.stored().chain(own).collect();
    let company_ids: Vec<_> = company_ids.into_iter().collect();
    store::copies::companies(from, to, workspace, &company_ids).await?;
    let contacts: Vec<ContactId> = reach.rows.keys().map(|id| ContactId::from(*id)).collect();
    store::copies::contacts(to, workspace, reach.rows.into_values().collect(), sieve_there).await?;
    store::copies::extras(from, to, workspace, &contacts).await
}

/// Who these contacts are now: one that was merged is the one it was merged into. Ids that the workspace does not have
/// are left out.
///
/// For whoever begins something with ids that were written down before, such as the rows of an old list.
pub async fn standing_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<HashMap<ContactId, ContactId>, DbError> {
    let mut known: HashMap<Uuid, Option<Uuid>> = HashMap::with_capacity(ids.len());
    let mut asked: BTreeSet<ContactId> = ids.iter().copied().collect();
    while !asked.is_empty() {
        let rows = store::contacts::merged_into(tx, workspace, &asked).await?;
        asked = rows.iter().filter_map(|(_, into)| *into).map(ContactId::from).collect();
        known.extend(rows);
        asked.retain(|id| !known.contains_key(&id.as_uuid()));
    }
    let into: HashMap<Uuid, Uuid> =
        known.iter().filter_map(|(id, into)| Some((*id, (*into)?))).collect();
    let one = |id: &ContactId| {
        let uuid = id.as_uuid();
        known.contains_key(&uuid).then(|| (*id, kept(&into, uuid).into()))
    };
    Ok(ids.iter().filter_map(one).collect())
}

fn reading(workspace: WorkspaceId, how: &Upsert) -> Desk<'_> {
    Desk { ids: None, ledger: None, workspace, how, now: Timestamp::micros(0) }
}
