use std::time::Duration;

use async_trait::async_trait;

use super::{Job, Verdict};

/// Does the jobs of one queue. Jobs run at least once, so running one twice must do no harm.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Whose jobs it does, with the version of their payload: `enrich_batch.v1`.
    fn queue(&self) -> &'static str;

    /// Does one job. It is broken off, at its next `.await`, when it takes too long; work that keeps a
    /// processor busy belongs into `spawn_blocking`. A panic counts as [`Verdict::Trouble`].
    async fn run(&self, job: &Job) -> Verdict;
}

/// How a [`Runner`](super::Runner) works.
#[derive(Debug, Clone, Copy)]
pub struct RunnerOptions {
    /// Jobs at once; at least 1.
    pub concurrency: usize,
    /// How long jobs stay ours without a sign of life: when a process is killed, others take over its
    /// jobs after this long.
    pub lease: Duration,
    /// A job that takes longer is broken off, and tried again.
    pub job_time_max: Duration,
    /// How long running jobs may go on once the runner is to stop; what is left is handed back.
    pub drain_time_max: Duration,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            lease: Duration::from_mins(1),
            job_time_max: Duration::from_mins(10),
            drain_time_max: Duration::from_secs(20),
        }
    }
}
