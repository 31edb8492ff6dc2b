use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Domain, Timestamp};
use captely_credits::{Ledger, Owed};
use captely_crm::Finding;
use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::events::Event;
use captely_platform::ids::{AttemptId, ContactId, Ids, RunId, UserId, WorkspaceId};
use captely_waterfall::Pattern;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::slots::{Limits, Taken};
use super::writer::{Group, Writer};
use crate::Stopper;
use crate::store::attempts::Attempt;
use crate::store::calls::CallTickets;
use crate::store::runs::Delta;
use crate::store::states::ProviderState;

/// Entries of one transaction. More only makes the first of them wait longer.
const GROUP_MAX: usize = 1_024;
/// Least time from the start of one transaction to that of the next: what comes in meanwhile goes
/// along. An entry after a quiet moment waits for nothing.
const GATHER: Duration = Duration::from_millis(10);
/// The same after a transaction of many entries: where there is much to do, larger ones cost less.
const GATHER_MANY: Duration = Duration::from_millis(50);
/// Entries that are many.
const MANY: usize = 100;

/// Something to be written down before anybody acts on it.
pub(crate) enum Entry {
    /// What became of a call, with what it changes on its run.
    Attempt(Box<Attempt>, Delta),
    /// The tickets with which a call was answered.
    Call(CallTickets),
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
    /// The run's attempts about the contact that are in it.
    pub(crate) n_attempts: i64,
    pub(crate) spent: i64,
    /// The row's result as JSON.
    pub(crate) result: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) findings: Vec<Finding>,
    /// What was set aside for it, and what becomes of that.
    pub(crate) owed: Vec<Owed>,
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

/// What was written: the attempts and rows that have ended by it. Other attempts had an end already, by
/// a process that took this one for dead; whatever this one knows of them does not count. Other rows
/// had one, or have attempts that this process does not know of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written(Counts);

#[derive(Debug, Clone, Default)]
enum Counts {
    #[default]
    None,
    All,
    Some(Arc<(HashSet<AttemptId>, HashSet<ContactId>)>),
}

impl Written {
    pub(super) const ALL: Self = Self(Counts::All);

    pub(super) fn some(attempts: HashSet<AttemptId>, rows: HashSet<ContactId>) -> Self {
        Self(Counts::Some(Arc::new((attempts, rows))))
    }

    pub(crate) fn has(&self, attempt: AttemptId) -> bool {
        match &self.0 {
            Counts::None => false,
            Counts::All => true,
            Counts::Some(some) => some.0.contains(&attempt),
        }
    }

    pub(crate) fn has_row(&self, contact: ContactId) -> bool {
        match &self.0 {
            Counts::None => false,
            Counts::All => true,
            Counts::Some(some) => some.1.contains(&contact),
        }
    }
}

/// The journal could not write; the run is being stopped and says why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JournalClosed;

impl Journal {
    /// Starts the journal; it ends when the last handle is dropped, or after a failure, which it
    /// reports to `stopper`.
    pub(crate) fn start(
        db: Db,
        ids: Arc<Ids>,
        clock: Arc<dyn Clock>,
        workspace: WorkspaceId,
        (ledger, member): (Ledger, Option<UserId>),
        stopper: Stopper,
    ) -> Self {
        let (to, mut from) = mpsc::unbounded_channel();
        let writer = Writer { db, ids, clock, workspace, ledger, member };
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            let mut next = Instant::now();
            while let Some(first) = from.recv().await {
                group.push(first);
                tokio::time::sleep_until(next).await;
                let began = Instant::now();
                while group.len() < GROUP_MAX
                    && let Ok(more) = from.try_recv()
                {
                    group.push(more);
                }
                next = began + if group.len() < MANY { GATHER } else { GATHER_MANY };
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
