use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Domain, Timestamp};
use captely_credits::Ledger;
use captely_crm::{Found, save_findings, save_found};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx, Value};
use captely_platform::events;
use captely_platform::ids::{Ids, RunId, UserId, WorkspaceId};
use captely_waterfall::Pattern;

use super::journal::{EndedRow, Entry, Written};
use super::slots::{Limits, Taken};
use super::{monthly, spending};
use crate::store;
use crate::store::attempts::Attempt;
use crate::store::calls::CallTickets;
use crate::store::rows::End;
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
    pub(super) ledger: Ledger,
    pub(super) member: Option<UserId>,
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

    async fn save(self, tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
        for (run, delta) in self.0 {
            store::runs::add(tx, workspace, run, delta).await?;
        }
        Ok(())
    }
}

/// The values of the largest statements, made before the database is anybody's.
struct Values {
    attempts: Vec<Value>,
    rows: Vec<Value>,
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
        match self.try_all(group).await? {
            Some(written) => Ok(written),
            None => self.write_open(group).await,
        }
    }

    /// Ends all attempts and rows of a group; `None` where not all could be, and nothing is written
    /// then. The run's row, for which admissions wait, is taken last.
    async fn try_all(&self, group: &Group) -> Result<Option<Written>, DbError> {
        let values = self.values(group)?;
        let mut tx = self.db.writer().await?;
        let ended = store::attempts::end(&mut tx, values.attempts).await?;
        if !is_all(ended, group.attempts.len()) {
            return Ok(None);
        }
        self.calls(&mut tx, group).await?;
        let attempts = group.attempts.iter().map(|(attempt, _)| &**attempt);
        self.rows(&mut tx, attempts, group.rows.iter().map(Box::as_ref)).await?;
        let mut deltas = Deltas::default();
        group.attempts.iter().for_each(|(attempt, delta)| deltas.add(attempt.run, *delta));
        group.rows.iter().for_each(|row| deltas.add(row.run, row.delta));
        deltas.save(&mut tx, self.workspace).await?;
        let ended = store::rows::save_done(&mut tx, values.rows).await?;
        if !is_all(ended, group.rows.len()) {
            return Ok(None);
        }
        let attempts = group.attempts.iter().map(|(attempt, _)| &**attempt);
        monthly::never_asked(&self.ledger, &mut tx, self.workspace, attempts).await?;
        tx.commit().await?;
        Ok(Some(Written::ALL))
    }

    /// Ends those attempts and rows of a group that can be: those without an end whose row knows of all
    /// its attempts. What follows from rows can only be written when it is known which, so contacts are
    /// taken after the run here and before it in [`Self::try_all`]. Two processes that end the same row
    /// may stand in each other's way by that; the database undoes one, and it is tried again.
    async fn write_open(&self, group: &Group) -> Result<Written, DbError> {
        let values = self.values(group)?;
        let mut tx = self.db.writer().await?;
        let attempts = store::attempts::end_telling(&mut tx, values.attempts).await?;
        self.calls(&mut tx, group).await?;
        let mut deltas = Deltas::default();
        // a run whose rows end is taken even where nothing changes on it yet
        group.rows.iter().for_each(|row| deltas.add(row.run, Delta::default()));
        for (attempt, delta) in group.attempts.iter().filter(|(a, _)| attempts.contains(&a.id)) {
            deltas.add(attempt.run, *delta);
        }
        deltas.save(&mut tx, self.workspace).await?;
        let rows = store::rows::save_done_telling(&mut tx, values.rows).await?;
        let ended = group.rows.iter().filter(|row| rows.contains(&row.contact));
        let counted = group.attempts.iter().map(|(attempt, _)| &**attempt);
        let counted = counted.filter(|attempt| attempts.contains(&attempt.id));
        self.rows(&mut tx, counted.clone(), ended.clone().map(Box::as_ref)).await?;
        let mut deltas = Deltas::default();
        ended.for_each(|row| deltas.add(row.run, row.delta));
        deltas.save(&mut tx, self.workspace).await?;
        monthly::never_asked(&self.ledger, &mut tx, self.workspace, counted).await?;
        tx.commit().await?;
        Ok(Written::some(attempts, rows))
    }

    fn values(&self, group: &Group) -> Result<Values, DbError> {
        let attempts = group.attempts.iter().map(|(attempt, _)| &**attempt);
        let rows = group.rows.iter().map(|row| End {
            run: row.run,
            contact: row.contact,
            n_attempts: row.n_attempts,
            spent: row.spent,
            result: &row.result,
        });
        Ok(Values {
            attempts: store::attempts::ends(self.workspace, attempts)?,
            rows: store::rows::ends(self.workspace, rows),
        })
    }

    /// What is known of calls and providers.
    async fn calls(&self, tx: &mut Tx, group: &Group) -> Result<(), DbError> {
        store::calls::save(tx, self.workspace, &group.calls).await?;
        for (limits, taken, sent, at) in &group.answered {
            limits.give_back(tx, std::slice::from_ref(taken), *sent, *at).await?;
        }
        for state in &group.states {
            store::states::save(tx, state).await?;
        }
        Ok(())
    }

    /// What follows from calls and rows that have ended now.
    async fn rows<'g>(
        &self,
        tx: &mut Tx,
        attempts: impl Iterator<Item = &'g Attempt>,
        rows: impl Iterator<Item = &'g EndedRow>,
    ) -> Result<(), DbError> {
        let now = self.clock.now();
        let mut seen: HashMap<(Domain, Pattern), i64> = HashMap::new();
        let mut found = Vec::new();
        let (mut findings, mut published) = (Vec::new(), Vec::new());
        let mut owed = Vec::new();
        let mut spent: Vec<_> =
            attempts.map(|one| spending::of_attempt(one, self.member)).collect();
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
            owed.extend(row.owed.iter().cloned());
            spent.extend(spending::of_row(row, self.member));
        }
        self.ledger.settle(tx, self.workspace, &owed).await?;
        self.ledger.spend(tx, self.workspace, &spent).await?;
        save_found(tx, self.workspace, found, now).await?;
        save_findings(tx, self.workspace, &findings).await?;
        store::patterns::add(tx, self.workspace, &seen).await?;
        events::publish(tx, &self.ids, &published).await
    }
}

fn is_all(n: u64, all: usize) -> bool {
    u64::try_from(all).is_ok_and(|all| all == n)
}
