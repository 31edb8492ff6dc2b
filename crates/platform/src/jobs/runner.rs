//! The worker: claims jobs, runs them, keeps their leases and writes down what came of them.

mod exchange;
mod handler;
mod outage;
mod task;

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::backoff::{JITTER, backoff};
use super::finish::Settlement;
use super::{Job, Verdict};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::ids::{Ids, JobId};
pub use handler::{Handler, RunnerOptions};
use outage::Outage;
use task::Ended;

/// While there is nothing to do the queue is looked at after this long, then after twice as long, …
const POLL_FIRST: Duration = Duration::from_millis(100);
/// … up to this long.
const POLL_MAX: Duration = Duration::from_secs(2);
/// How often schedules are looked at.
const SCHEDULES_EVERY: Duration = Duration::from_secs(1);
/// How often the worker gives a sign of life; a few of them fit into `WORKER_SILENT_MAX`.
const SIGN_EVERY: Duration = Duration::from_secs(10);
/// Signs of life of a lease within its time.
const BEATS_PER_LEASE: u32 = 3;

/// A worker of the queue in this process: `Runner::new(…).with(handler).run(stop).await`.
pub struct Runner {
    db: Db,
    ids: Arc<Ids>,
    clock: Arc<dyn Clock>,
    chance: Arc<Chance>,
    name: String,
    options: RunnerOptions,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    /// In the order of their next turn: each claim begins with another one, so that a full queue does
    /// not starve the rest.
    queues: Vec<&'static str>,
    started_at: Timestamp,
    tasks: JoinSet<Ended>,
    /// What runs, by the latest holding of each.
    held: BTreeMap<JobId, Job>,
    /// What came of jobs, not yet written down.
    ended: Vec<Settlement>,
    outage: Outage,
    stopping: bool,
    poll: Duration,
    next_claim: Instant,
    next_beat: Instant,
    next_schedules: Instant,
    next_sign: Instant,
}

impl Runner {
    /// A worker that does nothing yet. `worker_name` is unique among all processes, such as
    /// [`DataDir::worker_prefix`](crate::data_dir::DataDir::worker_prefix) and a word.
    pub fn new(
        db: Db,
        ids: Arc<Ids>,
        clock: Arc<dyn Clock>,
        chance: Arc<Chance>,
        worker_name: impl Into<String>,
        options: RunnerOptions,
    ) -> Self {
        let now = Instant::now();
        Self {
            started_at: clock.now(),
            db,
            ids,
            clock,
            chance,
            name: worker_name.into(),
            options: RunnerOptions { concurrency: options.concurrency.max(1), ..options },
            handlers: HashMap::new(),
            queues: Vec::new(),
            tasks: JoinSet::new(),
            held: BTreeMap::new(),
            ended: Vec::new(),
            outage: Outage::default(),
            stopping: false,
            poll: POLL_FIRST,
            next_claim: now,
            next_beat: now,
            next_schedules: now,
            next_sign: now,
        }
    }

    /// Does the jobs of this handler's queue, too. The last handler of a queue wins.
    #[must_use]
    pub fn with(mut self, handler: Arc<dyn Handler>) -> Self {
        let queue = handler.queue();
        if self.handlers.insert(queue, handler).is_none() {
            self.queues.push(queue);
        }
        self
    }

    /// Works until `stop` comes; then claims nothing more, lets running jobs end within
    /// `drain_time_max` and hands back what is left. A database that is down is waited for.
    ///
    /// The only error: at the end the database could not be told what was done and handed back. The
    /// leases then run out, and others do those jobs (again).
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> Result<(), DbError> {
        {
            let mut stop = std::pin::pin!(stop);
            loop {
                tokio::select! {
                    biased;
                    () = &mut stop => break,
                    () = Box::pin(self.turn()) => {}
                }
            }
        }
        self.stopping = true;
        tracing::info!(worker = self.name, running = self.held.len(), "The worker stops");
        let _out_of_time = timeout(self.options.drain_time_max, async {
            while !self.held.is_empty() {
                Box::pin(self.turn()).await;
            }
        })
        .await;
        self.hand_back().await
    }

    /// Waits for the next thing to do and does it. May be dropped at any `.await`: what ended is noted
    /// before, and forgotten only once it is committed.
    async fn turn(&mut self) {
        let next = self.next();
        tokio::select! {
            Some(ended) = self.tasks.join_next() => self.note(ended),
            () = sleep_until(next) => {}
        }
        while let Some(ended) = self.tasks.try_join_next() {
            self.note(ended);
        }
        if self.outage.may_ask(Instant::now()) {
            let result = self.talk().await;
            self.outage.note(result, &self.chance);
        }
    }

    /// When there is something to do even if no job ends.
    fn next(&self) -> Instant {
        if let Some(at) = self.outage.next_try() {
            return at;
        }
        let mut next = self.next_sign;
        if !self.stopping {
            next = next.min(self.next_schedules);
        }
        if self.room() > 0 {
            next = next.min(self.next_claim);
        }
        if !self.held.is_empty() {
            next = next.min(self.next_beat);
        }
        if !self.ended.is_empty() {
            next = Instant::now();
        }
        next
    }

    /// For how many more jobs there is room.
    fn room(&self) -> usize {
        if self.stopping || self.queues.is_empty() {
            return 0;
        }
        self.options.concurrency.saturating_sub(self.held.len())
    }

    /// Notes what came of a job. Nothing comes of one that was broken off.
    fn note(&mut self, ended: Result<Ended, JoinError>) {
        let Ok(ended) = ended else { return };
        let Some(job) = self.held.remove(&ended.id) else { return };
        let trouble_for = self.chance.jitter(backoff(job.attempt), JITTER);
        let settlement = Settlement::of(&job, &ended.verdict, self.clock.now(), trouble_for);
        task::tell(&job, &ended.verdict, &settlement, ended.took);
        self.ended.push(settlement);
    }

    /// Starts what was claimed. One that still runs here, because its lease ran out during an outage, is
    /// not started twice: its run goes on under the new lease.
    fn start(&mut self, claimed: Vec<Job>) {
        for job in claimed {
            let id = job.id;
            let Some(handler) = self.handlers.get(job.queue.as_str()).cloned() else { continue };
            if self.held.insert(id, job.clone()).is_some() {
                continue;
            }
            let limit = self.options.job_time_max;
            self.tasks.spawn(async move { task::run(&*handler, &job, limit).await });
        }
    }
}
