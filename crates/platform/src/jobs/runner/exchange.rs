use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::super::claim::claim_in;
use super::super::finish::settle;
use super::super::lease::{extend_in, release_of};
use super::super::schedule::due_schedules;
use super::super::worker::{Worker, forget_dead, leave};
use super::{BEATS_PER_LEASE, POLL_FIRST, POLL_MAX, Runner, SCHEDULES_EVERY, SIGN_EVERY};
use crate::db::DbError;
use crate::ids::JobId;

/// A database that does not answer for this long counts as down.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// How long jobs that were broken off may take to let go.
const ABORT_TIME_MAX: Duration = Duration::from_secs(1);
/// How long the end may take to be written down.
const LAST_WORDS_TIME_MAX: Duration = Duration::from_secs(5);
/// Between two tries of it.
const LAST_WORDS_EVERY: Duration = Duration::from_millis(200);

/// What the next exchange with the queue is about.
struct Due {
    beat: bool,
    claim: bool,
    room: u32,
}

impl Runner {
    /// Tells and asks the database whatever is due.
    pub(super) async fn talk(&mut self) -> Result<(), DbError> {
        timeout(ANSWER_TIME_MAX, async {
            self.exchange().await?;
            if !self.stopping && self.next_schedules <= Instant::now() {
                self.push_due().await?;
            }
            if self.next_sign <= Instant::now() {
                self.sign().await?;
            }
            Ok(())
        })
        .await
        .unwrap_or_else(|_elapsed| {
            Err(DbError::Connection(format!("no answer within {} s", ANSWER_TIME_MAX.as_secs())))
        })
    }

    /// One transaction for verdicts, signs of life and claims: on SQLite each commit waits for the disk.
    async fn exchange(&mut self) -> Result<(), DbError> {
        let now = Instant::now();
        let room = self.room();
        let due = Due {
            beat: !self.held.is_empty() && self.next_beat <= now,
            // Whoever ends a job looks for the next one.
            claim: room > 0 && (self.next_claim <= now || !self.ended.is_empty()),
            room: u32::try_from(room).unwrap_or(u32::MAX),
        };
        if !due.beat && !due.claim && self.ended.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.writer().await?;
        let (name, lease) = (self.name.as_str(), self.options.lease);
        let settled = settle(&mut tx, name, &self.ended).await?;
        let alive: Vec<JobId> =
            if due.beat { self.held.keys().copied().collect() } else { Vec::new() };
        // Before the claim: what an outage let run out is ours again, unless another has it.
        let kept = extend_in(&mut tx, name, &alive, lease, self.clock.now()).await?;
        let claimed = if due.claim {
            claim_in(&mut tx, name, &self.queues, due.room, lease, self.clock.now()).await?
        } else {
            Vec::new()
        };
        tx.commit().await?;
        self.count_lost(settled, alive.len(), kept);
        self.ended.clear();
        if due.beat {
            self.next_beat = now + lease / BEATS_PER_LEASE;
        }
        if due.claim {
            self.pace(claimed.len());
        }
        if self.held.is_empty() && !claimed.is_empty() {
            self.next_beat = now + lease / BEATS_PER_LEASE;
        }
        self.start(claimed);
        Ok(())
    }

    /// When to look again after a claim that gave `n` jobs.
    fn pace(&mut self, n: usize) {
        self.queues.rotate_left(1);
        if n > 0 {
            self.poll = POLL_FIRST;
        }
        self.next_claim = Instant::now() + self.poll;
        if n == 0 {
            self.poll = self.poll.saturating_mul(2).min(POLL_MAX);
        }
    }

    /// Says how many leases have passed to another worker.
    fn count_lost(&self, settled: u64, alive: usize, kept: u64) {
        let given = u64::try_from(self.ended.len()).unwrap_or(u64::MAX);
        let dropped = given.saturating_sub(settled);
        if dropped > 0 {
            tracing::warn!(
                worker = self.name,
                dropped,
                "Jobs ended here whose lease had passed to another worker; only its verdicts count"
            );
        }
        let lost = u64::try_from(alive).unwrap_or(u64::MAX).saturating_sub(kept);
        if lost > 0 {
            tracing::warn!(
                worker = self.name,
                lost,
                "Jobs run here whose lease has passed to another worker; they run to their end"
            );
        }
    }

    async fn push_due(&mut self) -> Result<(), DbError> {
        if due_schedules(&self.db, &self.ids, self.clock.now()).await? > 0 {
            self.next_claim = Instant::now();
        }
        self.next_schedules = Instant::now() + SCHEDULES_EVERY;
        Ok(())
    }

    async fn sign(&mut self) -> Result<(), DbError> {
        let now = self.clock.now();
        let worker = Worker {
            name: self.name.clone(),
            host: host(),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            queues: self.handlers.keys().map(|queue| (*queue).to_owned()).collect(),
            started_at: self.started_at,
            seen_at: now,
            running: u32::try_from(self.held.len()).unwrap_or(u32::MAX),
        };
        let mut tx = self.db.writer().await?;
        worker.sign(&mut tx).await?;
        forget_dead(&mut tx, now).await?;
        tx.commit().await?;
        self.next_sign = Instant::now() + SIGN_EVERY;
        Ok(())
    }

    /// Breaks off what still runs, writes down what ended and hands back the rest.
    pub(super) async fn hand_back(&mut self) -> Result<(), DbError> {
        self.tasks.abort_all();
        let _out_of_time = timeout(ABORT_TIME_MAX, async {
            while let Some(ended) = self.tasks.join_next().await {
                self.note(ended);
            }
        })
        .await;
        let until = Instant::now() + LAST_WORDS_TIME_MAX;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let said = timeout(left, self.last_words()).await.unwrap_or_else(|_elapsed| {
                Err(DbError::Connection("no answer at the end of the worker".to_owned()))
            });
            match said {
                Err(_) if Instant::now() + LAST_WORDS_EVERY < until => {
                    sleep(LAST_WORDS_EVERY).await;
                }
                Err(error) => {
                    tracing::error!(
                        %error,
                        "The worker could not hand back its jobs; others take them over when their leases end"
                    );
                    return Err(error);
                }
                Ok(handed_back) => {
                    tracing::info!(worker = self.name, handed_back, "The worker has stopped");
                    return Ok(());
                }
            }
        }
    }

    async fn last_words(&self) -> Result<u64, DbError> {
        let mut tx = self.db.writer().await?;
        settle(&mut tx, &self.name, &self.ended).await?;
        let handed_back = release_of(&mut tx, &self.name, self.clock.now()).await?;
        leave(&mut tx, &self.name).await?;
        tx.commit().await?;
        Ok(handed_back)
    }
}

/// The machine's name.
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
