//! One chunk of rows into contacts and companies.

use std::collections::BTreeSet;

use captely_contact::Timestamp;
use captely_crm::{
    Applied, DuplicateError, NewContact, Outcome as Fate, Sieve, SkipReason, Upsert, queue_pairs,
    upsert_keyed,
};
use captely_platform::db::{DbError, Tx};

use crate::forget_person::forget_barred;
use crate::reading::{Chunk, ReadRow};
use crate::store::rows::NewRow;
use crate::walk::Walk;
use crate::{Counts, Fault, Outcome};

/// What happens to whom the rows name.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) how: Upsert,
    /// Tags for each.
    pub(crate) tags: Vec<String>,
}

/// A chunk, ready to be stored.
pub(crate) struct Entered {
    pub(crate) rows: Vec<NewRow>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) counts: Counts,
    /// What nothing is done with any more. To let go of it takes time, which there is while the database writes.
    pub(crate) spent: Vec<NewContact>,
}

/// Makes and changes the contacts and companies that a chunk names.
pub(crate) async fn enter(
    tx: &mut Tx,
    walk: &Walk<'_>,
    sieve: Option<&Sieve>,
    chunk: Chunk,
    now: Timestamp,
) -> Result<Entered, DbError> {
    let Chunk { rows, mut faults, .. } = chunk;
    let mut counts = Counts { faults: count(faults.len()), ..Counts::default() };
    let (mut people, mut keys) = (Vec::new(), Vec::new());
    let mut places = Vec::with_capacity(rows.len());
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let ReadRow { number, line, cells, record, keys: own, .. } = row;
        counts.problems = counts.problems.saturating_add(count(record.problems.len()));
        faults.extend(record.problems.into_iter().map(|problem| Fault {
            number,
            line,
            column: u32::try_from(problem.column).unwrap_or(u32::MAX),
            column_name: problem.name.to_string(),
            value: problem.value,
            reason: problem.reason,
        }));
        let outcome = if record.skip.is_some() { Outcome::Skipped } else { Outcome::Empty };
        let whom = record.contact.filter(|_| record.skip.is_none());
        places.push(whom.is_some());
        if let Some(whom) = whom {
            people.push(tagged(whom, &walk.entry.tags));
            keys.push(own);
        }
        out.push(NewRow { number, line, contact: None, cells, outcome, reason: record.skip });
    }
    let how = Upsert {
        origin: Some(walk.import.as_uuid()),
        sieve: sieve.cloned(),
        ..walk.entry.how.clone()
    };
    let named = (people.as_slice(), keys.as_slice());
    let applied = upsert_keyed(tx, walk.ids, walk.ledger, walk.workspace, named, &how, now).await?;
    ask_about(tx, walk, &applied, now).await?;
    let named = out.iter_mut().zip(places).filter_map(|(row, named)| named.then_some(row));
    let mut erased = BTreeSet::new();
    for (row, applied) in named.zip(&applied) {
        take(row, applied);
        if forget_barred(row, applied)? {
            erased.insert(row.number);
        }
    }
    faults.iter_mut().filter(|f| erased.contains(&f.number)).for_each(|f| f.value.clear());
    for row in &out {
        counts.count(row.outcome);
    }
    Ok(Entered { rows: out, faults, counts, spent: people })
}

/// Asks about contacts that a row shows to be one and that were not merged.
async fn ask_about(
    tx: &mut Tx,
    walk: &Walk<'_>,
    applied: &[Applied],
    now: Timestamp,
) -> Result<(), DbError> {
    let pairs = applied.iter().filter_map(|one| Some((one.contact?, &one.also)));
    let pairs: Vec<_> =
        pairs.flat_map(|(one, also)| also.iter().map(move |other| (one, *other))).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let queued = queue_pairs(tx, walk.ids, walk.workspace, &pairs, now).await;
    queued.map(drop).map_err(|why| match why {
        DuplicateError::Db(why) => why,
        other => DbError::Other(other.to_string()),
    })
}

fn tagged(mut whom: NewContact, tags: &[String]) -> NewContact {
    whom.tags.extend(tags.iter().cloned());
    whom
}

/// What became of a row.
fn take(row: &mut NewRow, applied: &Applied) {
    row.contact = applied.contact;
    let (outcome, reason) = match applied.outcome {
        Fate::Created => (Outcome::Created, None),
        Fate::Updated => (Outcome::Updated, None),
        Fate::Unchanged => (Outcome::Unchanged, None),
        Fate::Merged { merge: None } => {
            (Outcome::Merged, Some("the same person as an earlier row of this file"))
        }
        Fate::Merged { merge: Some(_) } => {
            (Outcome::Merged, Some("it shows two contacts to be one person; they were merged"))
        }
        Fate::Skipped { reason } => (Outcome::Skipped, Some(why(reason))),
    };
    row.outcome = outcome;
    row.reason = reason;
}

const fn why(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Erased => "this person was erased and is not made again",
        SkipReason::Suppressed => "the address or its domain is suppressed",
        SkipReason::NoRoom => "the plan has no room for more contacts",
        SkipReason::Nobody => "it names neither a person nor a company",
    }
}

impl Counts {
    fn count(&mut self, outcome: Outcome) {
        self.rows = self.rows.saturating_add(1);
        let kind = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Merged => &mut self.merged,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Empty => return,
        };
        *kind = kind.saturating_add(1);
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
