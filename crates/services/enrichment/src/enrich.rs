use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use captely_credits::Ledger;
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, RunId, UserId, WorkspaceId};
use captely_platform::jobs::Job;
use captely_verify::EmailVerifier;
use captely_waterfall::{Breaker, seats};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::live::{
    BATCH_CONTACTS_MAX, BatchPayload, Books, Claims, Count, Desk, Floor, Journal, Limits, Progress,
    Queue, Shared, run_batch,
};
use crate::store::runs;
use crate::{ProviderSeat, RunSettings, Stopper, Summary};

/// Rows under way at a time, about; they are most of a run's memory.
const ROWS_AT_ONCE: usize = 4_000;
/// The same where addresses are checked: enough that rows which wait for a slow mail server do not
/// keep the others waiting.
const ROWS_AT_ONCE_CHECKED: usize = 6_400;
/// Batches under way at most, for each that this many rows fill: a batch lasts as long as its slowest
/// row.
const BATCHES_FOR_ONE: usize = 4;

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
    /// Credits are set aside here before a row is walked, and spent for what is delivered.
    pub ledger: Ledger,
    /// Who spends them; none for the command line.
    pub member: Option<UserId>,
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
        let queue = Queue {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            workspace: self.workspace,
            run,
            worker: self.worker.clone(),
        };
        let mut claims = Claims::new(queue, stopper.clone());
        let mut batches: JoinSet<(Job, Result<bool, DbError>)> = JoinSet::new();
        let rows = if self.verifier.is_some() { ROWS_AT_ONCE_CHECKED } else { ROWS_AT_ONCE };
        let full = rows / BATCH_CONTACTS_MAX;
        while !(batches.is_empty()
            && claims.is_empty()
            && (stopper.is_stopping() || claims.is_over().await?))
        {
            let loading = floor.loading.now() * BATCH_CONTACTS_MAX;
            let free = rows.saturating_sub(floor.rows.now() + loading);
            let room = free.div_ceil(BATCH_CONTACTS_MAX);
            let room = room.min((BATCHES_FOR_ONE * full).saturating_sub(batches.len()));
            tokio::select! {
                Some(done) = batches.join_next() => {
                    let (job, result) = done.map_err(|e| EnrichError::Failed(e.to_string()))?;
                    claims.end(job, result);
                }
                claimed = claims.go_on(room) => {
                    for job in claimed? {
                        Self::begin(&mut batches, &floor, job);
                    }
                }
            }
        }
        drop(floor);
        self.close(run, &stopper).await
    }

    fn begin(batches: &mut JoinSet<(Job, Result<bool, DbError>)>, floor: &Arc<Floor>, job: Job) {
        let (floor, loading) = (Arc::clone(floor), floor.loading.one_more());
        batches.spawn(async move {
            let payload: BatchPayload = match serde_json::from_value(job.payload.clone()) {
                Ok(payload) => payload,
                Err(error) => return (job, Err(DbError::Other(error.to_string()))),
            };
            let done = run_batch(floor, payload, loading).await;
            (job, done)
        });
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
            (self.ledger.clone(), self.member),
            stopper.clone(),
        );
        let mut tx = self.db.reader().await?;
        let plan = self.ledger.policy(&mut tx, self.workspace).await.map_err(DbError::from)?;
        drop(tx);
        // Those that the workspace's plan has.
        let allowed =
            self.providers.iter().filter(|p| plan.gates.has_provider(p.client.sheet().name));
        let sheets: Vec<_> = allowed.map(|p| (p.client.sheet(), p.usd_per_credit)).collect();
        let plan = seats(&sheets, &settings.policy.wants, &settings.order);
        let held = Count::default();
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
            ledger: self.ledger.clone(),
            member: self.member,
            seats: plan,
            desks,
            verifier: self.verifier.clone(),
            journal,
            books: Books::default(),
            progress,
            rows: Count::default(),
            loading: Count::default(),
            stopper,
        }))
    }

    fn shared(
        &self,
        run: RunId,
        seat: ProviderSeat,
        journal: &Journal,
        held: &Count,
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
            ledger: self.ledger.clone(),
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
