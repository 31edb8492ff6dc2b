//! How many rows, jobs and events a second each engine takes: `cargo bench -p captely-platform`,
//! with `CAPTELY_TEST_POSTGRES_URL` for PostgreSQL (see scripts/postgres). SQLite runs with full
//! durability on a file, as it ships.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and has nothing to do when its set-up fails"
)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::MIGRATIONS;
use captely_platform::chance::Chance;
use captely_platform::clock::TestClock;
use captely_platform::db::{Db, DbOptions, Migration, Value};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::jobs::{
    self, Handler, Job, JobFilter, NewJob, Runner, RunnerOptions, State, Verdict,
};
use captely_testkit::TestDb;
use tokio::time::Instant;
use uuid::Uuid;

const ROWS: u32 = 300_000;
const ROWS_PER_TX: u32 = 10_000;
const JOBS: u32 = 100_000;
const BATCH: u32 = 1_000;
const NOW: Timestamp = TestClock::START;
const WS: WorkspaceId = WorkspaceId::LOCAL;

const TABLE: &[Migration] = &[Migration {
    family: "bench",
    number: 1,
    name: "small",
    sql: "CREATE TABLE small (
        workspace_id @id@ NOT NULL, id @id@ NOT NULL, n @int@ NOT NULL, label @text@ NOT NULL,
        PRIMARY KEY (workspace_id, id)
    )@clustered@;",
}];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("bench.db").display());
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        all("SQLite", &db).await;
        db.close().await;
        if let Some(db) = TestDb::postgres().await {
            all("PostgreSQL", &db).await;
        }
    });
}

async fn all(engine: &str, db: &Db) {
    db.migrate(MIGRATIONS).await.unwrap();
    db.migrate(TABLE).await.unwrap();
    let chance = Arc::new(Chance::from_seed(1));
    let ids = Arc::new(Ids::new(Arc::new(TestClock::default()), chance));
    rows(engine, db, &ids).await;
    for workers in [1_u32, 2] {
        push(engine, db, &ids).await;
        work(engine, db, workers).await;
    }
    look(engine, db).await;
    push(engine, db, &ids).await;
    run(engine, db, ids.clone()).await;
    published(engine, db, &ids).await;
}

fn say(engine: &str, what: &str, n: u32, took: Duration) {
    let rate = f64::from(n) / took.as_secs_f64();
    println!(
        "{engine:<11} {what:<34} {n:>7} in {:>5.2} s: {rate:>8.0} a second",
        took.as_secs_f64()
    );
}

async fn rows(engine: &str, db: &Db, ids: &Ids) {
    let began = Instant::now();
    for tx_number in 0..ROWS / ROWS_PER_TX {
        let values: Vec<Value> = (0..ROWS_PER_TX)
            .flat_map(|n| -> [Value; 4] {
                [WS.into(), ids.uuid().into(), (tx_number + n).into(), format!("row {n}").into()]
            })
            .collect();
        let mut tx = db.writer().await.unwrap();
        let head = "INSERT INTO small (workspace_id, id, n, label)";
        tx.insert_many(head, 4, values, "").await.unwrap();
        tx.commit().await.unwrap();
    }
    say(engine, "rows by insert_many", ROWS, began.elapsed());
}

async fn push(engine: &str, db: &Db, ids: &Ids) {
    let began = Instant::now();
    let group = Uuid::from_u128(1);
    for from in (0..JOBS).step_by(10_000) {
        let new = (from..from + 10_000).map(|n| NewJob {
            workspace: WS,
            queue: "bench.v1",
            group: Some(group),
            payload: serde_json::json!({ "first": n, "last": n + 1 }),
            run_at: NOW,
            attempts_max: 5,
        });
        let mut tx = db.writer().await.unwrap();
        jobs::push(&mut tx, ids, new.collect()).await.unwrap();
        tx.commit().await.unwrap();
    }
    say(engine, "jobs pushed", JOBS, began.elapsed());
}

/// Claims and finishes in batches until nothing is left.
async fn work(engine: &str, db: &Db, workers: u32) {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for n in 0..workers {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let worker = format!("w{n}");
            let lease = Duration::from_mins(1);
            loop {
                let held =
                    jobs::claim(&db, &worker, &["bench.v1"], BATCH, lease, NOW).await.unwrap();
                if held.is_empty() {
                    return;
                }
                let verdicts: Vec<_> = held.into_iter().map(|job| (job, Verdict::Done)).collect();
                let mut tx = db.writer().await.unwrap();
                jobs::finish(&mut tx, &worker, &verdicts, NOW).await.unwrap();
                tx.commit().await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut tx = db.reader().await.unwrap();
    let counts = jobs::counts(&mut tx, WS, Uuid::from_u128(1)).await.unwrap();
    assert_eq!(counts.done % u64::from(JOBS), 0, "{counts:?}");
    assert_eq!(counts.pending + counts.processing, 0, "{counts:?}");
    let what = format!("jobs claimed and finished, {workers} workers");
    say(engine, &what, JOBS, began.elapsed());
}

async fn published(engine: &str, db: &Db, ids: &Ids) {
    let began = Instant::now();
    for from in (0..JOBS).step_by(1_000) {
        let all: Vec<_> = (from..from + 1_000)
            .map(|n| Event {
                workspace: WS,
                kind: "contact.enriched",
                subject: Uuid::from_u128(u128::from(n)),
                data: serde_json::json!({ "n": n }),
                at: NOW,
            })
            .collect();
        let mut tx = db.writer().await.unwrap();
        events::publish(&mut tx, ids, &all).await.unwrap();
        tx.commit().await.unwrap();
    }
    say(engine, "events published", JOBS, began.elapsed());
}

/// What operators and probes ask, over the finished jobs of [`work`].
async fn look(engine: &str, db: &Db) {
    let mut tx = db.reader().await.unwrap();
    let began = Instant::now();
    let overview = jobs::overview(&mut tx, None, NOW).await.unwrap();
    assert_eq!(overview.len(), 1);
    say(engine, "finished jobs in an overview", 2 * JOBS, began.elapsed());
    let began = Instant::now();
    let failed = JobFilter { state: Some(State::Failed), ..JobFilter::default() };
    for _ in 0..100 {
        let workers = jobs::workers(&mut tx).await.unwrap();
        jobs::pulse(&mut tx, &workers, NOW).await.unwrap();
        jobs::list(&mut tx, &failed, 50).await.unwrap();
        jobs::list(&mut tx, &JobFilter::default(), 50).await.unwrap();
    }
    say(engine, "pulses, with two pages each", 100, began.elapsed());
}

struct Nothing;

#[async_trait]
impl Handler for Nothing {
    fn queue(&self) -> &'static str {
        "bench.v1"
    }

    async fn run(&self, _job: &Job) -> Verdict {
        Verdict::Done
    }
}

/// A runner whose jobs take no time.
async fn run(engine: &str, db: &Db, ids: Arc<Ids>) {
    let chance = Arc::new(Chance::from_seed(2));
    let options = RunnerOptions { concurrency: 64, ..RunnerOptions::default() };
    let clock = Arc::new(TestClock::default());
    let runner = Runner::new(db.clone(), ids, clock, chance, "bench", options);
    let began = Instant::now();
    let all_done = async {
        loop {
            let mut tx = db.reader().await.unwrap();
            if jobs::pulse(&mut tx, &[], NOW).await.unwrap().pending == 0 {
                return;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    runner.with(Arc::new(Nothing)).run(all_done).await.unwrap();
    say(engine, "jobs run by a runner, 64 at once", JOBS, began.elapsed());
}
