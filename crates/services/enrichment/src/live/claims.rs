use std::sync::Arc;
use std::time::Duration;

use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{JobId, RunId, WorkspaceId};
use captely_platform::jobs::{self, Job, Verdict};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::{ENRICH_BATCH, EnrichError, Stopper};

/// Batches of the first claim, and the most of one. Each claim takes twice as many as the one before:
/// processes that begin together share a run, and one alone soon has all it can walk.
const CLAIMED_FIRST: usize = 2;
const CLAIMED_MAX: usize = 16;
/// Least time between two claims.
const CLAIM_EVERY: Duration = Duration::from_millis(25);
/// Claims, heartbeats and ends of jobs that may fail one after the other before the run does.
const FAILURES_MAX: u32 = 10;
/// How long a batch is ours without a sign of life.
const LEASE: Duration = Duration::from_mins(1);
/// How often a sign of life is given.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// While other processes work on the rest of the run, this often it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// A run's jobs in this process's hands: claimed a few at a time, kept alive, and ended together with
/// others that ended meanwhile. None of it keeps rows waiting.
pub(crate) struct Claims {
    queue: Queue,
    stopper: Stopper,
    /// At most one claim, one heartbeat and one end are under way.
    errands: JoinSet<Errand>,
    claiming: bool,
    ending: bool,
    held: Vec<Job>,
    ended: Vec<(Job, Verdict)>,
    failures: u32,
    /// Batches of the next claim at most.
    claim: usize,
    may_be_more: bool,
    next_claim: Instant,
    next_heartbeat: Instant,
}

/// The jobs of one run; others have other settings, and other workspaces other contacts.
#[derive(Clone)]
pub(crate) struct Queue {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) run: RunId,
    /// This process, as the queue knows it.
    pub(crate) worker: String,
}

enum Errand {
    Claimed(Result<Vec<Job>, DbError>),
    Alive(Result<(), DbError>),
    Ended(Result<(), DbError>),
}

impl Claims {
    pub(crate) fn new(queue: Queue, stopper: Stopper) -> Self {
        let now = Instant::now();
        Self {
            queue,
            stopper,
            errands: JoinSet::new(),
            claiming: false,
            ending: false,
            held: Vec::new(),
            ended: Vec::new(),
            failures: 0,
            claim: CLAIMED_FIRST,
            may_be_more: true,
            next_claim: now,
            next_heartbeat: now + HEARTBEAT,
        }
    }

    /// Notes how a job came out; it is written down by [`Self::go_on`].
    pub(crate) fn end(&mut self, job: Job, result: Result<bool, DbError>) {
        let verdict = match result {
            Ok(true) => Verdict::Done,
            Ok(false) => Verdict::Retry { after: Duration::ZERO },
            Err(error) if error.is_retryable() => Verdict::Retry { after: LOOK_AGAIN },
            Err(error) => {
                self.stopper.fail(error);
                Verdict::Retry { after: Duration::ZERO }
            }
        };
        let held = self.held.iter().position(|held| held.id == job.id);
        let latest = held.map_or(job, |n| self.held.swap_remove(n));
        self.ended.push((latest, verdict));
    }

    /// Whether everything claimed is ended, and written down as such.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.ended.is_empty() && !self.claiming && !self.ending
    }

    /// Whether there is nothing left to claim, for anybody.
    pub(crate) async fn is_over(&self) -> Result<bool, DbError> {
        if self.may_be_more {
            return Ok(false);
        }
        let mut tx = self.queue.db.reader().await?;
        let run = self.queue.run.as_uuid();
        let counts = jobs::counts(&mut tx, self.queue.workspace, run).await?;
        Ok(counts.pending == 0 && counts.processing == 0)
    }

    /// Does what is due, with `room` for more batches, and waits for what comes next; the jobs that
    /// were claimed. Cancel safe.
    pub(crate) async fn go_on(&mut self, room: usize) -> Result<Vec<Job>, EnrichError> {
        let now = Instant::now();
        let can_claim = self.may_be_more && !self.stopper.is_stopping();
        if can_claim && !self.claiming && room > 0 && self.next_claim <= now {
            self.claiming = true;
            self.next_claim = now + CLAIM_EVERY;
            let (queue, most) = (self.queue.clone(), room.min(self.claim));
            self.claim = CLAIMED_MAX.min(2 * self.claim);
            self.errands.spawn(async move { Errand::Claimed(queue.claim(most).await) });
        }
        if !self.ending && !self.ended.is_empty() {
            self.ending = true;
            let (queue, ended) = (self.queue.clone(), std::mem::take(&mut self.ended));
            self.errands.spawn(async move { Errand::Ended(queue.end(ended).await) });
        }
        if self.next_heartbeat <= now {
            self.next_heartbeat = now + HEARTBEAT;
            let (queue, ids) = (self.queue.clone(), self.held.iter().map(|job| job.id).collect());
            self.errands.spawn(async move { Errand::Alive(queue.keep(ids).await) });
        }
        // room comes free without a word: it is looked at as often as may be claimed
        let claim_at = self.next_claim.max(now + CLAIM_EVERY);
        tokio::select! {
            Some(errand) = self.errands.join_next() => {
                self.back(errand.map_err(|error| EnrichError::Failed(error.to_string()))?)
            }
            () = tokio::time::sleep_until(claim_at), if can_claim && !self.claiming => Ok(Vec::new()),
            () = tokio::time::sleep_until(self.next_heartbeat) => Ok(Vec::new()),
            () = tokio::time::sleep(LOOK_AGAIN), if self.is_empty() => {
                self.may_be_more = true;
                Ok(Vec::new())
            }
        }
    }

    fn back(&mut self, errand: Errand) -> Result<Vec<Job>, EnrichError> {
        match errand {
            Errand::Claimed(claimed) => {
                self.claiming = false;
                let claimed = self.bear(claimed)?;
                self.may_be_more = claimed.as_ref().is_none_or(|jobs| !jobs.is_empty());
                Ok(claimed
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|job| self.hold(job))
                    .collect())
            }
            Errand::Alive(alive) => self.bear(alive).map(|_| Vec::new()),
            Errand::Ended(ended) => {
                self.ending = false;
                // one that stays ours by mistake is claimed again when its lease is over
                self.bear(ended)?;
                self.may_be_more = true;
                Ok(Vec::new())
            }
        }
    }

    /// Holds a job that was claimed; it comes back if its rows are to be walked. One whose lease had run
    /// out unnoticed is ours again: its rows are still on their way here, and nobody walks one twice in
    /// one process, whose journal could not tell the two apart.
    fn hold(&mut self, job: Job) -> Option<Job> {
        if let Some(held) = self.held.iter_mut().find(|held| held.id == job.id) {
            *held = job;
            return None;
        }
        self.held.push(job.clone());
        Some(job)
    }

    /// Bears what another transaction or a short outage of the database spoils, with `None`; it is
    /// tried again anyway.
    fn bear<T>(&mut self, result: Result<T, DbError>) -> Result<Option<T>, EnrichError> {
        match result {
            Ok(value) => {
                self.failures = 0;
                Ok(Some(value))
            }
            Err(error) if error.is_retryable() && self.failures < FAILURES_MAX => {
                self.failures += 1;
                tracing::warn!(%error, "The jobs of a run could not be used; they are tried again");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Queue {
    async fn claim(&self, most: usize) -> Result<Vec<Job>, DbError> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let (group, now) = ((self.workspace, self.run.as_uuid()), self.clock.now());
        jobs::claim_group(&self.db, &self.worker, ENRICH_BATCH, group, most, LEASE, now).await
    }

    async fn keep(&self, ids: Vec<JobId>) -> Result<(), DbError> {
        jobs::extend(&self.db, &self.worker, &ids, LEASE, self.clock.now()).await.map(|_| ())
    }

    async fn end(&self, ended: Vec<(Job, Verdict)>) -> Result<(), DbError> {
        let mut tx = self.db.writer().await?;
        jobs::finish(&mut tx, &self.worker, &ended, self.clock.now()).await?;
        tx.commit().await
    }
}
