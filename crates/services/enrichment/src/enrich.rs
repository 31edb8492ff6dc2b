use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, RunId, WorkspaceId};
use captely_platform::jobs::{self, Job, Verdict};
use captely_verify::EmailVerifier;
use captely_waterfall::{Breaker, seats};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::live::{
    BatchPayload, Books, Desk, Floor, Held, Journal, Limits, Progress, Shared, run_batch,
};
use crate::store::runs;
use crate::{ENRICH_BATCH, ProviderSeat, RunSettings, Stopper, Summary};

/// Batches walked at a time. A row under way takes some 20 KB.
const BATCHES_AT_ONCE: usize = 16;
/// The same where addresses are checked: enough that rows which wait for a slow mail server do not
/// keep the others waiting.
const BATCHES_AT_ONCE_CHECKED: usize = 64;
/// Batches claimed at a time, and the least time between two claims: processes that begin together
/// share a run, and one alone soon has all it can walk.
const CLAIMED_AT_A_TIME: usize = 2;
const CLAIM_EVERY: Duration = Duration::from_millis(25);
/// Claims, heartbeats and ends of jobs that may fail one after the other before the run does.
const FAILURES_MAX: u32 = 10;
/// How long a batch is ours without a sign of life.
const LEASE: Duration = Duration::from_mins(1);
/// How often a sign of life is given.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// While other processes work on the rest of the run, this often it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// Works on runs of one workspace.
#[derive(Clone)]
pub struct Enricher {
    /// Where everything is kept.
    pub db: Db,
    /// For new attempts and events.
    pub ids: Arc<Ids>,
    /// For their times.
    pub clock: Arc<dyn Clock>,
    /// For pauses between repeats.
    pub chance: Arc<Chance>,
    /// Whose.
    pub workspace: WorkspaceId,
    /// This process, as the job queue knows it.
    pub worker: String,
    /// The providers that take part, in configured order.
    pub providers: Vec<ProviderSeat>,
    /// Checks addresses; `None` where the run does not.
    pub verifier: Option<EmailVerifier>,
}

/// Why a run could not go on. Everything done so far is kept; the same call goes on there.
#[derive(Debug, thiserror::Error)]
pub enum EnrichError {
    /// The database failed.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// Another command has paused this run to work on another list or with other settings.
    #[error("another command has set this run aside; the same command again continues it")]
    SetAside,
    /// Something else failed.
    #[error("{0}")]
    Failed(String),
}

/// Bears what another transaction or a short outage of the database spoils; it is tried again anyway.
#[derive(Default)]
struct Patience {
    failures: u32,
}

impl Patience {
    /// `None` for a failure that may pass.
    fn with<T>(&mut self, result: Result<T, DbError>) -> Result<Option<T>, DbError> {
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
            Err(error) => Err(error),
        }
    }
}

impl Enricher {
    /// Walks all rows of a run that are not done, together with any other process that does; ends
    /// when all are done, or when `stopper` is used. The run's numbers then.
    pub async fn work(
        &self,
        run: RunId,
        settings: RunSettings,
        progress: Arc<Progress>,
        stopper: Stopper,
    ) -> Result<Summary, EnrichError> {
        let floor = self.floor(run, settings, progress, stopper.clone()).await?;
        let mut batches: JoinSet<(Job, Result<bool, DbError>)> = JoinSet::new();
        let mut held: Vec<Job> = Vec::new();
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut patience = Patience::default();
        let (mut may_be_more, mut next_claim) = (true, Instant::now());
        let most = if self.verifier.is_some() { BATCHES_AT_ONCE_CHECKED } else { BATCHES_AT_ONCE };
        loop {
            let room = most.saturating_sub(batches.len());
            let can_claim = may_be_more && room > 0 && !stopper.is_stopping();
            if can_claim && next_claim <= Instant::now() {
                let claimed = self.claim(run, room.min(CLAIMED_AT_A_TIME)).await;
                let claimed = patience.with(claimed)?;
                may_be_more = claimed.as_ref().is_none_or(|jobs| !jobs.is_empty());
                next_claim = Instant::now() + CLAIM_EVERY;
                for job in claimed.into_iter().flatten() {
                    held.push(job.clone());
                    Self::begin(&mut batches, &floor, job);
                }
            }
            if batches.is_empty()
                && (stopper.is_stopping() || (!may_be_more && self.is_over(run).await?))
            {
                break;
            }
            tokio::select! {
                Some(done) = batches.join_next() => {
                    let (job, result) = done.map_err(|e| EnrichError::Failed(e.to_string()))?;
                    held.retain(|other| other.id != job.id);
                    // one that stays ours by mistake is claimed again when its lease is over
                    patience.with(self.end(job, result, &stopper).await)?;
                    may_be_more = true;
                }
                _ = heartbeat.tick() => {
                    let ids: Vec<_> = held.iter().map(|job| job.id).collect();
                    let now = self.clock.now();
                    patience.with(jobs::extend(&self.db, &self.worker, &ids, LEASE, now).await)?;
                }
                () = tokio::time::sleep_until(next_claim), if can_claim => {}
                () = tokio::time::sleep(LOOK_AGAIN), if batches.is_empty() => may_be_more = true,
            }
        }
        drop(floor);
        self.close(run, &stopper).await
    }

    /// Jobs of this run alone: others have other settings, and other workspaces other contacts.
    async fn claim(&self, run: RunId, most: usize) -> Result<Vec<Job>, DbError> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let (group, now) = ((self.workspace, run.as_uuid()), self.clock.now());
        jobs::claim_group(&self.db, &self.worker, ENRICH_BATCH, group, most, LEASE, now).await
    }

    fn begin(batches: &mut JoinSet<(Job, Result<bool, DbError>)>, floor: &Arc<Floor>, job: Job) {
        let floor = Arc::clone(floor);
        batches.spawn(async move {
            let payload: BatchPayload = match serde_json::from_value(job.payload.clone()) {
                Ok(payload) => payload,
                Err(error) => return (job, Err(DbError::Other(error.to_string()))),
            };
            let done = run_batch(floor, payload).await;
            (job, done)
        });
    }

    async fn end(
        &self,
        job: Job,
        result: Result<bool, DbError>,
        stopper: &Stopper,
    ) -> Result<(), DbError> {
        let verdict = match result {
            Ok(true) => Verdict::Done,
            Ok(false) => Verdict::Retry { after: Duration::ZERO },
            Err(error) if error.is_retryable() => Verdict::Retry { after: LOOK_AGAIN },
            Err(error) => {
                stopper.fail(error);
                Verdict::Retry { after: Duration::ZERO }
            }
        };
        let mut tx = self.db.writer().await?;
        jobs::finish(&mut tx, &self.worker, &[(job, verdict)], self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether nobody has anything left to do for the run.
    async fn is_over(&self, run: RunId) -> Result<bool, DbError> {
        let mut tx = self.db.reader().await?;
        let counts = jobs::counts(&mut tx, self.workspace, run.as_uuid()).await?;
        Ok(counts.pending == 0 && counts.processing == 0)
    }

    /// Closes a run that is done, once, and reads its numbers.
    async fn close(&self, run: RunId, stopper: &Stopper) -> Result<Summary, EnrichError> {
        if let Some(why) = stopper.failure() {
            return Err(why);
        }
        let now = self.clock.now();
        let mut tx = self.db.writer().await?;
        let summary = runs::summary(&mut tx, self.workspace, run).await?.unwrap_or_default();
        if runs::finish(&mut tx, self.workspace, run, now).await? {
            let event = Event {
                workspace: self.workspace,
                kind: "job.completed",
                subject: run.as_uuid(),
                data: serde_json::to_value(summary).map_err(|e| DbError::Other(e.to_string()))?,
                at: now,
            };
            events::publish(&mut tx, &self.ids, &[event]).await?;
        }
        tx.commit().await?;
        if summary.done < summary.contacts && !stopper.is_stopping() {
            return Err(EnrichError::SetAside);
        }
        Ok(summary)
    }

    /// Opens desks and journal for a run.
    async fn floor(
        &self,
        run: RunId,
        settings: RunSettings,
        progress: Arc<Progress>,
        stopper: Stopper,
    ) -> Result<Arc<Floor>, EnrichError> {
        let journal = Journal::start(
            self.db.clone(),
            Arc::clone(&self.ids),
            Arc::clone(&self.clock),
            self.workspace,
            stopper.clone(),
        );
        let sheets: Vec<_> =
            self.providers.iter().map(|p| (p.client.sheet(), p.usd_per_credit)).collect();
        let plan = seats(&sheets, &settings.policy.wants, &settings.order);
        let held = Held::default();
        let mut desks = Vec::with_capacity(plan.len());
        for place in &plan {
            let named = |p: &&ProviderSeat| p.client.sheet().name == place.provider;
            let Some(provider) = self.providers.iter().find(named) else { continue };
            let shared = self.shared(run, provider.clone(), &journal, &held, &progress, &stopper);
            let mut tx = self.db.writer().await?;
            shared.ask_limits.prepare(&mut tx).await?;
            shared.poll_limits.prepare(&mut tx).await?;
            tx.commit().await?;
            desks.push(Desk::open(shared));
        }
        Ok(Arc::new(Floor {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            workspace: self.workspace,
            run,
            settings,
            seats: plan,
            desks,
            verifier: self.verifier.clone(),
            journal,
            books: Books::default(),
            progress,
            stopper,
        }))
    }

    fn shared(
        &self,
        run: RunId,
        seat: ProviderSeat,
        journal: &Journal,
        held: &Held,
        progress: &Arc<Progress>,
        stopper: &Stopper,
    ) -> Shared {
        let name = seat.client.sheet().name;
        let limits = |suffix: &str, windows: &[(u32, Duration)]| {
            Arc::new(Limits {
                provider: format!("{name}{suffix}"),
                key_mark: seat.key_mark.clone(),
                windows: windows.to_vec(),
            })
        };
        Shared {
            ask_limits: limits("", &seat.limits.asks),
            poll_limits: if seat.client.sheet().polls_per_minute.is_none() {
                // a poll is a call like any other
                limits("", &seat.limits.asks)
            } else {
                limits("/polls", &seat.limits.polls)
            },
            per_call: Mutex::new(seat.client.sheet().questions_per_call.max(1)),
            seat,
            db: self.db.clone(),
            ids: Arc::clone(&self.ids),
            clock: Arc::clone(&self.clock),
            workspace: self.workspace,
            run,
            journal: journal.clone(),
            progress: Arc::clone(progress),
            stopper: stopper.clone(),
            dropped: OnceLock::new(),
            lost: Mutex::default(),
            held: held.clone(),
            breaker: Mutex::new(Breaker::default()),
            bell: Arc::new(Notify::new()),
        }
    }
}
