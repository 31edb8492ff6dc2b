use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Domain, Timestamp};
use captely_crm::{Finding, Found, save_findings, save_found};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{AttemptId, ContactId, Ids, RunId, WorkspaceId};
use captely_waterfall::Pattern;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::slots::{Limits, Taken};
use crate::store::attempts::Attempt;
use crate::store::runs::Delta;
use crate::store::states::ProviderState;
use crate::{Stopper, store};

/// Entries of one transaction. More only makes the first of them wait longer.
const GROUP_MAX: usize = 1_024;
/// How often a transaction is tried that another one stood in the way of, or whose connection broke.
const TRIES_MAX: u32 = 6;
/// Before the second try; doubles with each.
const TRY_AGAIN: Duration = Duration::from_millis(50);
/// Least time from the start of one transaction to that of the next: what comes in meanwhile goes
/// along. An entry after a quiet moment waits for nothing.
const GATHER: Duration = Duration::from_millis(10);

/// Something to be written down before anybody acts on it.
pub(crate) enum Entry {
    /// What became of a call, with what it changes on its run.
    Attempt(Box<Attempt>, Delta),
    /// When a call was answered, for the limits.
    Answered { limits: Arc<Limits>, taken: Taken, sent: Timestamp, at: Timestamp },
    /// A row that ended.
    Row(Box<EndedRow>),
    /// A provider's health.
    State(ProviderState),
}

/// A row that ended, with everything that follows from it.
pub(crate) struct EndedRow {
    pub(crate) run: RunId,
    pub(crate) contact: ContactId,
    pub(crate) spent: i64,
    /// The row's result as JSON.
    pub(crate) result: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) seen: Option<(Domain, Pattern)>,
    pub(crate) delta: Delta,
    pub(crate) event: Event,
}

/// Writes entries of many rows in one transaction each time (group commit): one commit, and one
/// wait for the disk, for all that came while the last one was written.
#[derive(Clone)]
pub(crate) struct Journal {
    to: mpsc::UnboundedSender<(Vec<Entry>, oneshot::Sender<Written>)>,
}

/// What was written: the attempts that changed. Others had an end already, by a process that took
/// this one for dead; whatever this one knows of them does not count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written(Arc<HashSet<AttemptId>>);

impl Written {
    pub(crate) fn has(&self, attempt: &Attempt) -> bool {
        self.0.contains(&attempt.id)
    }
}

/// The journal could not write; the run is being stopped and says why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JournalClosed;

struct Writer {
    db: Db,
    ids: Arc<Ids>,
    clock: Arc<dyn Clock>,
    workspace: WorkspaceId,
}

impl Journal {
    /// Starts the journal; it ends when the last handle is dropped, or after a failure, which it
    /// reports to `stopper`.
    pub(crate) fn start(
        db: Db,
        ids: Arc<Ids>,
        clock: Arc<dyn Clock>,
        workspace: WorkspaceId,
        stopper: Stopper,
    ) -> Self {
        let (to, mut from) = mpsc::unbounded_channel();
        let writer = Writer { db, ids, clock, workspace };
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            let mut next = Instant::now();
            while let Some(first) = from.recv().await {
                group.push(first);
                tokio::time::sleep_until(next).await;
                next = Instant::now() + GATHER;
                while group.len() < GROUP_MAX
                    && let Ok(more) = from.try_recv()
                {
                    group.push(more);
                }
                let mut entries = Vec::with_capacity(group.len());
                let mut waiting: Vec<oneshot::Sender<Written>> = Vec::with_capacity(group.len());
                for (some, done) in group.drain(..) {
                    entries.extend(some);
                    waiting.push(done);
                }
                let written = match writer.write_surely(Group::of(entries)).await {
                    Ok(written) => written,
                    Err(error) => {
                        stopper.fail(error);
                        return;
                    }
                };
                for done in waiting {
                    // whoever waited may be gone; what they wanted written is
                    let _: Result<(), Written> = done.send(written.clone());
                }
            }
        });
        Self { to }
    }

    /// Returns when the entries are in the database.
    pub(crate) async fn write(&self, entries: Vec<Entry>) -> Result<Written, JournalClosed> {
        let (done, written) = oneshot::channel();
        self.to.send((entries, done)).map_err(|_closed| JournalClosed)?;
        written.await.map_err(|_closed| JournalClosed)
    }
}

/// A group taken apart by table.
#[derive(Default)]
struct Group {
    attempts: Vec<Attempt>,
    /// For each attempt what its end changes on its run.
    deltas: Vec<Delta>,
    rows: Vec<EndedRow>,
    answered: Vec<(Arc<Limits>, Taken, Timestamp, Timestamp)>,
    states: Vec<ProviderState>,
}

impl Group {
    fn of(entries: Vec<Entry>) -> Self {
        let mut group = Self::default();
        for entry in entries {
            match entry {
                Entry::Attempt(attempt, delta) => {
                    group.attempts.push(*attempt);
                    group.deltas.push(delta);
                }
                Entry::Answered { limits, taken, sent, at } => {
                    group.answered.push((limits, taken, sent, at));
                }
                Entry::Row(row) => group.rows.push(*row),
                Entry::State(state) => group.states.push(state),
            }
        }
        // always in the same order, so that two transactions cannot wait for each other
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

impl Writer {
    /// Writes a group once, however often that must be tried: what is in the database already, even
    /// by a try whose success was not heard of, changes nothing again.
    async fn write_surely(&self, group: Group) -> Result<Written, DbError> {
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

    async fn write(&self, group: &Group) -> Result<Written, DbError> {
        let mut deltas = Deltas::default();
        let mut tx = self.db.writer().await?;
        let ended = store::attempts::save(&mut tx, self.workspace, &group.attempts).await?;
        for (attempt, delta) in group.attempts.iter().zip(&group.deltas) {
            if ended.contains(&attempt.id) {
                deltas.add(attempt.run, *delta);
            }
        }
        for (limits, taken, sent, at) in &group.answered {
            limits.give_back(&mut tx, std::slice::from_ref(taken), *sent, *at).await?;
        }
        self.rows(&mut tx, &group.rows, &mut deltas).await?;
        for (run, delta) in deltas.0 {
            store::runs::add(&mut tx, self.workspace, run, delta).await?;
        }
        for state in &group.states {
            store::states::save(&mut tx, state).await?;
        }
        tx.commit().await?;
        Ok(Written(Arc::new(ended)))
    }

    async fn rows(
        &self,
        tx: &mut Tx,
        rows: &[EndedRow],
        deltas: &mut Deltas,
    ) -> Result<(), DbError> {
        if rows.is_empty() {
            return Ok(());
        }
        let results =
            rows.iter().map(|row| (row.run, row.contact, row.spent, row.result.clone())).collect();
        let done = store::rows::save_done(tx, self.workspace, results).await?;
        let now = self.clock.now();
        let mut seen: HashMap<(Domain, Pattern), i64> = HashMap::new();
        let mut found = Vec::new();
        let (mut findings, mut published) = (Vec::new(), Vec::new());
        for row in rows.iter().filter(|row| done.contains(&row.contact)) {
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
