use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Domain, Timestamp};
use captely_crm::{Found, save_findings, save_found};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx, Value};
use captely_platform::events;
use captely_platform::ids::{ContactId, Ids, RunId, WorkspaceId};
use captely_waterfall::Pattern;

use super::journal::{EndedRow, Entry, Written};
use super::slots::{Limits, Taken};
use crate::store;
use crate::store::attempts::Attempt;
use crate::store::calls::CallTickets;
use crate::store::runs::Delta;
use crate::store::states::ProviderState;

/// How often a transaction is tried that another one stood in the way of, or whose connection broke.
const TRIES_MAX: u32 = 6;
/// Before the second try; doubles with each.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// Writes the journal's groups.
pub(super) struct Writer {
    pub(super) db: Db,
    pub(super) ids: Arc<Ids>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) workspace: WorkspaceId,
}

/// A group of entries taken apart by table.
#[derive(Default)]
#[expect(
    clippy::vec_box,
    reason = "they come in boxes and are large: none needs to be moved again"
)]
pub(super) struct Group {
    /// With what their ends change on their runs.
    attempts: Vec<(Box<Attempt>, Delta)>,
    calls: Vec<CallTickets>,
    rows: Vec<Box<EndedRow>>,
    answered: Vec<(Arc<Limits>, Taken, Timestamp, Timestamp)>,
    states: Vec<ProviderState>,
}

impl Group {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut group = Self::default();
        for entry in entries {
            match entry {
                Entry::Attempt(attempt, delta) => group.attempts.push((attempt, delta)),
                Entry::Call(tickets) => group.calls.push(tickets),
                Entry::Answered { limits, taken, sent, at } => {
                    group.answered.push((limits, taken, sent, at));
                }
                Entry::Row(row) => group.rows.push(row),
                Entry::State(state) => group.states.push(state),
            }
        }
        // always in the same order, so that two transactions cannot wait for each other
        group.attempts.sort_by_key(|(attempt, _)| attempt.id);
        group.rows.sort_by_key(|row| row.contact);
        group
    }
}

/// What a group changes on its runs.
#[derive(Default)]
struct Deltas(BTreeMap<RunId, Delta>);

impl Deltas {
    fn add(&mut self, run: RunId, delta: Delta) {
        let sum = self.0.entry(run).or_default();
        *sum = sum.plus(delta);
    }
}

/// The values of the largest statements, made before the database is anybody's.
struct Values {
    attempts: Vec<Value>,
    rows: Vec<Value>,
}

/// Which attempts and rows a transaction must end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// All of them; else it is to be undone.
    All,
    /// Those that have no end yet.
    Open,
}

impl Writer {
    /// Writes a group once, however often that must be tried: what is in the database already, even
    /// by a try whose success was not heard of, changes nothing again.
    pub(super) async fn write_surely(&self, group: Group) -> Result<Written, DbError> {
        let mut pause = TRY_AGAIN;
        for _ in 1..TRIES_MAX {
            match self.write(&group).await {
                Err(error) if error.is_retryable() => {
                    tracing::warn!(%error, "A group of the journal is written again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2);
                }
                done => return done,
            }
        }
        self.write(&group).await
    }

    /// Nearly always everything is open still, and the database need not tell one by one what was.
    async fn write(&self, group: &Group) -> Result<Written, DbError> {
        match self.try_write(group, Expect::All).await? {
            Some(written) => Ok(written),
            None => self.try_write(group, Expect::Open).await.map(Option::unwrap_or_default),
        }
    }

    /// `None` where not all was open that was expected to be; nothing is written then.
    async fn try_write(&self, group: &Group, expect: Expect) -> Result<Option<Written>, DbError> {
        let ends = group.rows.iter().map(|row| (row.run, row.contact, row.spent, &*row.result));
        let values = Values {
            attempts: store::attempts::ends(
                self.workspace,
                group.attempts.iter().map(|(attempt, _)| &**attempt),
            )?,
            rows: store::rows::ends(self.workspace, ends),
        };
        let mut tx = self.db.writer().await?;
        let Some((written, rows)) = end(&mut tx, group, values, expect).await? else {
            return Ok(None);
        };
        let mut deltas = Deltas::default();
        for (attempt, delta) in &group.attempts {
            if written.has(attempt.id) {
                deltas.add(attempt.run, *delta);
            }
        }
        store::calls::save(&mut tx, self.workspace, &group.calls).await?;
        for (limits, taken, sent, at) in &group.answered {
            limits.give_back(&mut tx, std::slice::from_ref(taken), *sent, *at).await?;
        }
        let ended = |row: &&EndedRow| rows.as_ref().is_none_or(|rows| rows.contains(&row.contact));
        self.rows(&mut tx, group.rows.iter().map(Box::as_ref).filter(ended), &mut deltas).await?;
        for (run, delta) in deltas.0 {
            store::runs::add(&mut tx, self.workspace, run, delta).await?;
        }
        for state in &group.states {
            store::states::save(&mut tx, state).await?;
        }
        tx.commit().await?;
        Ok(Some(written))
    }

    /// What follows from rows that have ended now.
    async fn rows<'g>(
        &self,
        tx: &mut Tx,
        rows: impl Iterator<Item = &'g EndedRow>,
        deltas: &mut Deltas,
    ) -> Result<(), DbError> {
        let now = self.clock.now();
        let mut seen: HashMap<(Domain, Pattern), i64> = HashMap::new();
        let mut found = Vec::new();
        let (mut findings, mut published) = (Vec::new(), Vec::new());
        for row in rows {
            if row.email.is_some() || row.phone.is_some() {
                let (email, phone) = (row.email.clone(), row.phone.clone());
                found.push(Found { contact: row.contact, email, phone });
            }
            if let Some(key) = &row.seen {
                *seen.entry(key.clone()).or_default() += 1;
            }
            findings.extend(row.findings.iter().cloned());
            published.push(row.event.clone());
            deltas.add(row.run, row.delta);
        }
        save_found(tx, self.workspace, found, now).await?;
        save_findings(tx, self.workspace, &findings).await?;
        store::patterns::add(tx, self.workspace, &seen).await?;
        events::publish(tx, &self.ids, &published).await
    }
}

/// Writes the ends of attempts and rows: which attempts had none before, and which rows (`None`: all).
async fn end(
    tx: &mut Tx,
    group: &Group,
    values: Values,
    expect: Expect,
) -> Result<Option<(Written, Option<HashSet<ContactId>>)>, DbError> {
    if expect == Expect::Open {
        let attempts = store::attempts::end_telling(tx, values.attempts).await?;
        let rows = store::rows::save_done_telling(tx, values.rows).await?;
        return Ok(Some((Written::some(attempts), Some(rows))));
    }
    let is_all = |n: u64, all: usize| u64::try_from(all).is_ok_and(|all| all == n);
    let all = is_all(store::attempts::end(tx, values.attempts).await?, group.attempts.len())
        && is_all(store::rows::save_done(tx, values.rows).await?, group.rows.len());
    Ok(all.then_some((Written::ALL, None)))
}
