//! The rows of one import on their way into a database: the workspace's own, or that of a dry run.

use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_crm::{NewContact, Policy, Sieve, Upsert};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use tokio::sync::mpsc;

use crate::enter::{Entry, enter};
use crate::reading::{Chunk, Read};
use crate::stop::heed;
use crate::store;
use crate::store::advance::{self, Advance, Reached};
use crate::{ImportError, ImportState};

/// Listeners are told how far an import is no more often than this.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What rows are entered with. [`Walk::of`] makes one; what it leaves out is said beside it.
pub(crate) struct Walk<'a> {
    /// Where to.
    pub(crate) db: &'a Db,
    pub(crate) ids: &'a Arc<Ids>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) workspace: WorkspaceId,
    pub(crate) import: ImportId,
    /// What happens to whom the rows name.
    pub(crate) entry: &'a Entry,
    /// What is told of merges, where anything was paid for.
    pub(crate) ledger: Option<&'a Ledger>,
    /// Columns of the header.
    pub(crate) width: usize,
    /// Where the contacts stand that the rows may meet, where that is not `db`: they are copied.
    pub(crate) known_from: Option<&'a Db>,
    /// Whether listeners are told how far it is.
    pub(crate) tells: bool,
    /// When the rest is left for another turn.
    pub(crate) until: Option<Timestamp>,
}

impl Entry {
    /// By this policy and with these tags; the plan has room for all, and who has no name is nobody.
    pub(crate) fn of(policy: Policy, tags: Vec<String>) -> Self {
        Self { how: Upsert { policy, ..Upsert::default() }, tags }
    }
}

impl<'a> Walk<'a> {
    /// In one go and silently, where the contacts stand; nothing was paid for.
    pub(crate) fn of(
        db: &'a Db,
        (ids, clock): (&'a Arc<Ids>, &'a dyn Clock),
        (workspace, import): (WorkspaceId, ImportId),
        entry: &'a Entry,
        width: usize,
    ) -> Self {
        Self {
            db,
            ids,
            clock,
            workspace,
            import,
            entry,
            ledger: None,
            width,
            known_from: None,
            tells: false,
            until: None,
        }
    }
}

/// Why no more rows are entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Every row is in; what the reader noted.
    Done(Vec<String>),
    /// Somebody stopped it for now, or ended it; that is noted and told.
    Stopped,
    /// It is no longer this worker's: it was ended, or resumed by another.
    Elsewhere,
    /// Its time is over; another turn goes on.
    TimeUp,
}

/// What a walk remembers from chunk to chunk of the marks in the database it enters, and in the one it copies from.
#[derive(Default)]
struct Sieves {
    own: Sieve,
    known: Sieve,
}

impl Walk<'_> {
    /// Enters the rows that come, chunk by chunk, and calls `progress` with how far it is.
    pub(crate) async fn run(
        &self,
        rows: &mut mpsc::Receiver<Read>,
        progress: &mut (dyn FnMut(Reached) + Send),
    ) -> Result<Ended, ImportError> {
        let mut told = self.clock.now();
        let sieves = Sieves::default();
        while let Some(next) = rows.recv().await {
            match next {
                Read::End(notes) => {
                    self.settle().await?;
                    return Ok(Ended::Done(notes));
                }
                Read::Failed(error) => return Err(error),
                Read::Chunk(chunk) => {
                    let tell = self.tells && self.clock.now().since(told) >= TELL_EVERY;
                    match self.step(chunk, &sieves, tell).await? {
                        Ok(reached) => progress(reached),
                        Err(ended) => return Ok(ended),
                    }
                    let now = self.clock.now();
                    if tell {
                        told = now;
                    }
                    if self.until.is_some_and(|until| now > until) {
                        return Ok(Ended::TimeUp);
                    }
                }
            }
        }
        Err(ImportError::Io("the reading thread ended before the file did".into()))
    }

    /// Enters one chunk with its contacts and the place reached, all or nothing; how far the import
    /// is then. What another process has entered meanwhile is left out.
    async fn step(
        &self,
        chunk: Chunk,
        sieves: &Sieves,
        tell: bool,
    ) -> Result<Result<Reached, Ended>, ImportError> {
        if let Some(real) = self.known_from {
            self.copy_known(real, &chunk, sieves).await?;
        }
        let mut tx = self.db.writer().await?;
        let locked = advance::lock(&mut tx, self.workspace, self.import).await?;
        let reached = locked.reached;
        match locked.state {
            ImportState::Processing => {}
            // Another process has read it to its end.
            ImportState::Done => return Ok(Ok(reached)),
            _ => return Ok(Err(Ended::Elsewhere)),
        }
        let whose = (self.workspace, self.import);
        if heed(&mut tx, self.ids, whose, &locked, self.clock.now()).await? {
            tx.commit().await?;
            return Ok(Err(Ended::Stopped));
        }
        let chunk = behind(chunk, reached.read);
        if chunk.rows.is_empty() && chunk.faults.is_empty() {
            return Ok(Ok(reached));
        }
        let read = chunk.last;
        let widest = chunk.rows.iter().map(|row| row.width).max().unwrap_or(0);
        let surplus = u64::try_from(widest.saturating_sub(self.width)).unwrap_or(u64::MAX);
        let now = self.clock.now();
        let entered = enter(&mut tx, self, Some(&sieves.own), chunk, now).await?;
        let stored = store::rows::insert(&mut tx, self.workspace, self.import, entered.rows);
        tokio::join!(stored, async { drop(entered.spent) }).0?;
        store::faults::insert(&mut tx, self.workspace, self.import, entered.faults).await?;
        let by = Advance { read, surplus, counts: entered.counts };
        let reached = advance::advance(&mut tx, self.workspace, self.import, by).await?;
        if tell {
            self.tell(&mut tx, &reached, now).await?;
        }
        tx.commit().await?;
        Ok(Ok(reached))
    }

    async fn copy_known(&self, real: &Db, chunk: &Chunk, sieves: &Sieves) -> Result<(), DbError> {
        let people: Vec<NewContact> =
            chunk.rows.iter().filter_map(|row| row.record.contact.clone()).collect();
        let mut from = real.picture().await?;
        let mut to = self.db.writer().await?;
        let from = (&mut from, Some(&sieves.known));
        captely_crm::copy_known(from, (&mut to, Some(&sieves.own)), self.workspace, &people)
            .await?;
        to.commit().await
    }

    /// Leaves the contacts in an order in which later lists find them quickly.
    async fn settle(&self) -> Result<(), DbError> {
        if self.known_from.is_some() {
            return Ok(());
        }
        let mut tx = self.db.writer().await?;
        captely_crm::settle(&mut tx, self.ids, self.workspace).await?;
        tx.commit().await
    }

    async fn tell(&self, tx: &mut Tx, reached: &Reached, now: Timestamp) -> Result<(), DbError> {
        let event = Event {
            workspace: self.workspace,
            kind: "import.progress",
            subject: self.import.as_uuid(),
            data: serde_json::json!({ "rows": reached.rows, "rows_unreadable": reached.faults }),
            at: now,
        };
        events::publish(tx, self.ids, &[event]).await
    }
}

/// Only what stands behind data row `read`.
fn behind(chunk: Chunk, read: u64) -> Chunk {
    Chunk {
        rows: chunk.rows.into_iter().filter(|row| row.number > read).collect(),
        faults: chunk.faults.into_iter().filter(|fault| fault.number > read).collect(),
        last: chunk.last,
    }
}
