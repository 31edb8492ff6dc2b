use std::sync::Arc;

use tokio::sync::Notify;

/// A bell between those who push jobs and the [`Runner`](super::Runner) of the same process. Clones ring
/// the same runner. Runners of other processes find the jobs when they look, within two seconds.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// After jobs were pushed *and committed*: look at the queue now. Does nothing where no runner
    /// listens.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    pub(super) async fn heard(&self) {
        self.0.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use async_trait::async_trait;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::chance::Chance;
    use crate::clock::TestClock;
    use crate::db::{Db, DbOptions};
    use crate::ids::{Ids, WorkspaceId};
    use crate::jobs::{self, Handler, Job, NewJob, Runner, RunnerOptions, Verdict};

    struct Done(Arc<AtomicBool>, Notify);

    #[async_trait]
    impl Handler for Done {
        fn queue(&self) -> &'static str {
            "done.v1"
        }

        async fn run(&self, _job: &Job) -> Verdict {
            self.0.store(true, Ordering::SeqCst);
            self.1.notify_one();
            Verdict::Done
        }
    }

    /// A runner that looks at the queue by itself after an hour only.
    #[tokio::test]
    async fn a_bell_wakes_a_runner_at_once() {
        let db = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        db.migrate(crate::MIGRATIONS).await.unwrap();
        let clock = Arc::new(TestClock::default());
        let chance = Arc::new(Chance::from_seed(1));
        let ids = Arc::new(Ids::new(clock.clone(), chance.clone()));
        let (wake, ran) = (Wake::default(), Arc::new(AtomicBool::new(false)));
        let handler = Arc::new(Done(ran.clone(), Notify::new()));
        let job = NewJob {
            workspace: WorkspaceId::LOCAL,
            queue: "done.v1",
            group: None,
            payload: serde_json::Value::Null,
            run_at: TestClock::START,
            attempts_max: 1,
        };
        let mut tx = db.writer().await.unwrap();
        jobs::push(&mut tx, &ids, vec![job]).await.unwrap();
        tx.commit().await.unwrap();
        let options = RunnerOptions::default();
        let mut runner = Runner::new(db, ids, clock, chance, "one", options)
            .with(handler.clone())
            .woken_by(&wake);
        runner.next_claim = Instant::now() + Duration::from_hours(1);
        let done = timeout(
            Duration::from_secs(30),
            runner.run(async {
                // Long enough for a few turns, none of which looks at the queue.
                tokio::time::sleep(Duration::from_millis(300)).await;
                assert!(!ran.load(Ordering::SeqCst));
                wake.ring();
                handler.1.notified().await;
            }),
        );
        done.await.unwrap().unwrap();
    }
}
