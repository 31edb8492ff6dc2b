//! Runners on a stage: a handler that does what its jobs' payloads say, and notes that it was asked.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{
    self, Handler, Job, JobFilter, JobInfo, NewJob, Runner, RunnerOptions, Verdict,
};
use captely_testkit::TestClock;
use serde_json::{Value as Json, json};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

pub(crate) const WS: WorkspaceId = WorkspaceId::LOCAL;
pub(crate) const QUEUE: &str = "play.v1";
pub(crate) const NOW: Timestamp = TestClock::START;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn options() -> RunnerOptions {
    RunnerOptions {
        concurrency: 4,
        lease: Duration::from_mins(1),
        job_time_max: Duration::from_mins(1),
        drain_time_max: Duration::from_secs(20),
    }
}

/// What the handlers of a test share.
#[derive(Clone)]
pub(crate) struct Stage {
    /// Each start: who, and the job.
    pub(crate) started: Arc<Mutex<Vec<(String, JobId)>>>,
    /// Lets `wait` jobs end, one a permit.
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Stage {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { started: Arc::default(), gate: Arc::new(Semaphore::new(0)), clock }
    }

    pub(crate) fn starts(&self) -> usize {
        self.started.lock().unwrap().len()
    }

    pub(crate) fn handler(&self, worker: &str, queue: &'static str) -> Arc<dyn Handler> {
        Arc::new(Player { stage: self.clone(), worker: worker.to_owned(), queue })
    }

    pub(crate) fn runner(&self, db: &Db, worker: &str, options: RunnerOptions) -> Runner {
        let seed = worker.bytes().map(u64::from).sum();
        let chance = Arc::new(Chance::from_seed(seed));
        let ids = Arc::new(captely_testkit::ids_at(self.clock.clone(), seed));
        Runner::new(db.clone(), ids, self.clock.clone(), chance, worker, options)
            .with(self.handler(worker, QUEUE))
    }

    /// A runner that runs.
    pub(crate) fn play(&self, db: &Db, worker: &str, options: RunnerOptions) -> Playing {
        Playing::begin(self.runner(db, worker, options))
    }
}

struct Player {
    stage: Stage,
    worker: String,
    queue: &'static str,
}

#[async_trait]
impl Handler for Player {
    fn queue(&self) -> &'static str {
        self.queue
    }

    async fn run(&self, job: &Job) -> Verdict {
        self.stage.started.lock().unwrap().push((self.worker.clone(), job.id));
        match job.payload["do"].as_str().unwrap() {
            "done" => Verdict::Done,
            "wait" => {
                self.stage.gate.acquire().await.unwrap().forget();
                Verdict::Done
            }
            "sleep" => {
                let ms = job.payload["ms"].as_u64().unwrap();
                tokio::time::sleep(Duration::from_millis(ms)).await;
                Verdict::Done
            }
            "trouble" => Verdict::Trouble { why: "the server is\0 away".to_owned() },
            "panic" => panic!("no post for {}", job.payload["to"].as_str().unwrap()),
            other => Verdict::Fail { why: format!("{other} is not in the play") },
        }
    }
}

/// A runner at work.
pub(crate) struct Playing {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), DbError>>,
}

impl Playing {
    pub(crate) fn begin(runner: Runner) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            Box::pin(runner.run(async move {
                let _gone = stopped.await;
            }))
            .await
        });
        Self { stop: Some(stop), task }
    }

    /// Says that it is to stop, and goes on.
    pub(crate) fn ask_to_stop(&mut self) {
        let _gone = self.stop.take().map(|stop| stop.send(()));
    }

    pub(crate) async fn stop(mut self) -> Result<(), DbError> {
        self.ask_to_stop();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }

    /// Ends it as `kill -9` does: nothing is said to anybody.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _killed = self.task.await;
    }
}

pub(crate) fn play(what: &str) -> NewJob {
    new_job(json!({ "do": what }))
}

pub(crate) fn new_job(payload: Json) -> NewJob {
    NewJob { workspace: WS, queue: QUEUE, group: None, payload, run_at: NOW, attempts_max: 3 }
}

/// Pushes jobs; `nth` push of the test, from 1, each a millisecond after the one before.
pub(crate) async fn push(db: &Db, nth: u64, jobs: Vec<NewJob>) {
    let at = NOW.plus(Duration::from_millis(nth - 1));
    let ids = captely_testkit::ids_at(Arc::new(TestClock::at(at)), 1_000 + nth);
    let mut tx = db.writer().await.unwrap();
    jobs::push(&mut tx, &ids, jobs).await.unwrap();
    tx.commit().await.unwrap();
}

/// All jobs, the oldest first.
pub(crate) async fn all(db: &Db) -> Vec<JobInfo> {
    let mut tx = db.reader().await.unwrap();
    let page = jobs::list(&mut tx, &JobFilter::default(), jobs::LIST_JOBS_MAX).await.unwrap();
    page.jobs.into_iter().rev().collect()
}

/// Waits until it is so.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(tokio::time::Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
