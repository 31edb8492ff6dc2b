use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::MIGRATIONS;
use captely_platform::db::Db;
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{self, Counts, Job, NewJob, Verdict};
use captely_testkit::{TestClock, assert_prepares, both_dbs};
use serde_json::json;
use uuid::Uuid;

const WS: WorkspaceId = WorkspaceId::LOCAL;
const GROUP: Uuid = Uuid::from_u128(77);
const LEASE: Duration = Duration::from_mins(1);
const NOW: Timestamp = TestClock::START;

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn job(n: u32) -> NewJob {
    NewJob {
        workspace: WS,
        queue: "test.v1",
        group: Some(GROUP),
        payload: json!({ "n": n }),
        run_at: NOW,
        attempts_max: 3,
    }
}

async fn push(db: &Db, jobs: Vec<NewJob>) {
    let seed = jobs[0].payload["n"].as_u64().unwrap();
    let ids = captely_testkit::ids_at(Arc::new(TestClock::default()), seed);
    let mut tx = db.writer().await.unwrap();
    jobs::push(&mut tx, &ids, jobs).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, worker: &str, n: u32, now: Timestamp) -> Vec<Job> {
    jobs::claim(db, worker, &["test.v1"], n, LEASE, now).await.unwrap()
}

async fn finish(db: &Db, worker: &str, verdicts: &[(Job, Verdict)], now: Timestamp) -> u64 {
    let mut tx = db.writer().await.unwrap();
    let held = jobs::finish(&mut tx, worker, verdicts, now).await.unwrap();
    tx.commit().await.unwrap();
    held
}

async fn counts(db: &Db) -> Counts {
    jobs::counts(&mut db.reader().await.unwrap(), WS, GROUP).await.unwrap()
}

fn all(jobs: &[Job], verdict: &Verdict) -> Vec<(Job, Verdict)> {
    jobs.iter().map(|job| (job.clone(), verdict.clone())).collect()
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_job_goes_from_pushed_to_done(db) {
        push(&db, vec![job(1), job(2)]).await;
        assert_eq!(counts(&db).await, Counts { pending: 2, ..Counts::default() });
        let held = claim(&db, "w", 10, NOW).await;
        assert_eq!(held.iter().map(|j| j.payload["n"].clone()).collect::<Vec<_>>(), [1, 2]);
        assert!(held.iter().all(|j| j.attempt == 1 && j.attempts_max == 3 && j.group == Some(GROUP)));
        assert_eq!(counts(&db).await, Counts { processing: 2, ..Counts::default() });
        assert_eq!(claim(&db, "v", 10, NOW).await, []);
        assert_eq!(finish(&db, "w", &all(&held, &Verdict::Done), NOW).await, 2);
        assert_eq!(counts(&db).await, Counts { done: 2, ..Counts::default() });
        assert_eq!(claim(&db, "w", 10, later(9_999)).await, []);
    }

    async fn a_push_that_is_rolled_back_never_was(db) {
        let mut tx = db.writer().await.unwrap();
        jobs::push(&mut tx, &captely_testkit::ids(), vec![job(1)]).await.unwrap();
        drop(tx);
        assert_eq!(claim(&db, "w", 10, NOW).await, []);
    }

    async fn claims_keep_to_queue_time_and_number(db) {
        let at = |s, queue| NewJob { run_at: later(s), queue, ..job(u32::try_from(s).unwrap()) };
        push(&db, vec![at(30, "test.v1"), at(10, "test.v1"), at(20, "test.v1"), at(5, "other.v1")]).await;
        let numbers = |jobs: Vec<Job>| jobs.iter().map(|j| j.payload["n"].as_u64().unwrap()).collect::<Vec<_>>();
        assert_eq!(numbers(claim(&db, "w", 9, later(9)).await), Vec::<u64>::new());
        assert_eq!(numbers(claim(&db, "w", 1, later(40)).await), [10]);
        let both = jobs::claim(&db, "w", &["test.v1", "other.v1"], 2, LEASE, later(40)).await.unwrap();
        assert_eq!(numbers(both), [20, 30]);
        let both = jobs::claim(&db, "w", &["test.v1", "other.v1"], 2, LEASE, later(40)).await.unwrap();
        assert_eq!(numbers(both), [5]);
    }

    async fn a_group_is_claimed_alone(db) {
        let (other, elsewhere) = (Uuid::from_u128(78), WorkspaceId::from(Uuid::from_u128(5)));
        push(&db, vec![job(1), NewJob { group: Some(other), ..job(2) }, job(3)]).await;
        push(&db, vec![NewJob { workspace: elsewhere, ..job(4) }]).await;
        for (worker, group, expected) in [
            ("a", (WS, GROUP), vec![1, 3]),
            ("a", (WS, GROUP), vec![]),
            ("b", (elsewhere, GROUP), vec![4]),
            ("c", (WS, other), vec![2]),
        ] {
            let got = jobs::claim_group(&db, worker, "test.v1", group, 9, LEASE, NOW).await;
            let numbers: Vec<_> =
                got.unwrap().iter().map(|job| job.payload["n"].as_u64().unwrap()).collect();
            assert_eq!(numbers, expected);
        }
    }

    async fn retries_wait_and_run_out(db) {
        push(&db, vec![job(1)]).await;
        let retry = Verdict::Retry { after: Duration::from_secs(10) };
        for (attempt, now) in [(1, 0), (2, 10), (3, 20)] {
            assert_eq!(claim(&db, "w", 1, later(now).minus(Duration::from_micros(1))).await, []);
            let held = claim(&db, "w", 1, later(now)).await;
            assert_eq!(held[0].attempt, attempt);
            assert_eq!(finish(&db, "w", &all(&held, &retry), later(now)).await, 1);
        }
        assert_eq!(counts(&db).await, Counts { failed: 1, ..Counts::default() });
    }

    async fn a_failure_is_final(db) {
        push(&db, vec![job(1)]).await;
        let held = claim(&db, "w", 1, NOW).await;
        finish(&db, "w", &all(&held, &Verdict::Fail { why: "no such run".into() }), NOW).await;
        assert_eq!(counts(&db).await, Counts { failed: 1, ..Counts::default() });
        assert_eq!(claim(&db, "w", 1, later(9_999)).await, []);
    }

    async fn who_lost_the_lease_cannot_finish(db) {
        push(&db, vec![job(1)]).await;
        let lost = claim(&db, "w", 1, NOW).await;
        assert_eq!(claim(&db, "v", 1, later(59)).await, []);
        let taken = claim(&db, "v", 1, later(60)).await;
        assert_eq!((taken[0].id, taken[0].attempt), (lost[0].id, 2));
        assert_eq!(finish(&db, "w", &all(&lost, &Verdict::Done), later(61)).await, 0);
        // Nor may a worker that took it up again itself finish its earlier holding.
        assert_eq!(finish(&db, "v", &all(&lost, &Verdict::Done), later(61)).await, 0);
        assert_eq!(counts(&db).await, Counts { processing: 1, ..Counts::default() });
        assert_eq!(finish(&db, "v", &all(&taken, &Verdict::Done), later(61)).await, 1);
        assert_eq!(finish(&db, "v", &all(&taken, &Verdict::Done), later(61)).await, 0);
    }

    async fn a_heartbeat_keeps_the_lease(db) {
        push(&db, vec![job(1), job(2)]).await;
        let held = claim(&db, "w", 2, NOW).await;
        let ids: Vec<JobId> = held.iter().map(|j| j.id).collect();
        assert_eq!(jobs::extend(&db, "w", &ids[..1], LEASE, later(50)).await.unwrap(), 1);
        assert_eq!(jobs::extend(&db, "v", &ids, LEASE, later(50)).await.unwrap(), 0);
        assert_eq!(jobs::extend(&db, "w", &[], LEASE, later(50)).await.unwrap(), 0);
        let taken = claim(&db, "v", 2, later(61)).await;
        assert_eq!(taken.iter().map(|j| j.id).collect::<Vec<_>>(), ids[1..]);
    }

    async fn a_dead_nodes_jobs_are_given_back(db) {
        push(&db, vec![job(1), job(2)]).await;
        let first = claim(&db, "node1/a", 1, NOW).await;
        claim(&db, "node2/a", 1, NOW).await;
        assert_eq!(jobs::release(&db, "", NOW).await.unwrap(), 0);
        assert_eq!(jobs::release(&db, "node1/", NOW).await.unwrap(), 1);
        let again = claim(&db, "node1/b", 2, NOW).await;
        assert_eq!(again.len(), 1);
        assert_eq!((again[0].id, again[0].attempt), (first[0].id, 1));
        assert_eq!(finish(&db, "node1/a", &all(&first, &Verdict::Done), NOW).await, 0);
    }

    async fn a_job_that_kills_its_workers_fails_in_the_end(db) {
        push(&db, vec![job(1), job(2)]).await;
        for n in 0..3 {
            assert_eq!(claim(&db, "w", 2, later(n * 60)).await.len(), 2);
        }
        push(&db, vec![NewJob { run_at: later(170), ..job(3) }]).await;
        // The dead ones make room for the living within one claim.
        let held = claim(&db, "w", 2, later(180)).await;
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].payload["n"], 3);
        assert_eq!(counts(&db).await, Counts { failed: 2, processing: 1, ..Counts::default() });
    }

    async fn a_group_pauses_and_goes_on(db) {
        push(&db, vec![job(1), job(2), job(3)]).await;
        let held = claim(&db, "w", 2, NOW).await;
        let mut tx = db.writer().await.unwrap();
        assert_eq!(jobs::pause_group(&mut tx, WS, GROUP, NOW).await.unwrap(), 3);
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, "w", 9, NOW).await, []);
        let verdicts = [
            (held[0].clone(), Verdict::Done),
            (held[1].clone(), Verdict::Retry { after: Duration::ZERO }),
        ];
        assert_eq!(finish(&db, "w", &verdicts, NOW).await, 2);
        assert_eq!(counts(&db).await, Counts { done: 1, paused: 2, ..Counts::default() });
        assert_eq!(claim(&db, "w", 9, later(100)).await, []);
        let mut tx = db.writer().await.unwrap();
        assert_eq!(jobs::resume_group(&mut tx, WS, GROUP, later(100)).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, "w", 9, later(100)).await.len(), 2);
    }

    async fn a_cancelled_group_never_runs_again(db) {
        push(&db, vec![job(1), job(2), job(3), job(4)]).await;
        let held = claim(&db, "w", 3, NOW).await;
        let mut tx = db.writer().await.unwrap();
        let other = WorkspaceId::from(Uuid::from_u128(5));
        assert_eq!(jobs::cancel_group(&mut tx, other, GROUP, NOW).await.unwrap(), 0);
        assert_eq!(jobs::cancel_group(&mut tx, WS, GROUP, NOW).await.unwrap(), 4);
        assert_eq!(jobs::cancel_group(&mut tx, WS, GROUP, NOW).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let verdicts = [
            (held[0].clone(), Verdict::Done),
            (held[1].clone(), Verdict::Retry { after: Duration::ZERO }),
        ];
        assert_eq!(finish(&db, "w", &verdicts, NOW).await, 2);
        // The third one's worker dies.
        assert_eq!(claim(&db, "v", 9, later(100)).await, []);
        assert_eq!(counts(&db).await, Counts { done: 1, cancelled: 3, ..Counts::default() });
    }

    async fn many_claimers_never_share_a_job(db) {
        push(&db, (0..600).map(job).collect()).await;
        let other = db.another_process().await;
        let mut tasks = Vec::new();
        for n in 0..8 {
            let db = if n % 2 == 0 { Db::clone(&db) } else { other.clone() };
            tasks.push(tokio::spawn(async move {
                let worker = format!("w{n}");
                let mut mine = Vec::new();
                loop {
                    let held = claim(&db, &worker, 7, NOW).await;
                    if held.is_empty() {
                        return mine;
                    }
                    let verdicts = all(&held, &Verdict::Done);
                    assert_eq!(finish(&db, &worker, &verdicts, NOW).await, u64::try_from(held.len()).unwrap());
                    mine.extend(held.into_iter().map(|j| j.id));
                }
            }));
        }
        let mut seen = BTreeSet::new();
        for task in tasks {
            for id in task.await.unwrap() {
                assert!(seen.insert(id), "{id} was claimed twice");
            }
        }
        // PostgreSQL's SKIP LOCKED may let a claimer see nothing while others hold the last rows,
        // but then those others finish them.
        assert_eq!(seen.len(), 600);
        assert_eq!(counts(&db).await, Counts { done: 600, ..Counts::default() });
    }

    async fn finished_jobs_are_purged_by_age(db) {
        push(&db, vec![job(1), job(2), job(3)]).await;
        let held = claim(&db, "w", 2, NOW).await;
        finish(&db, "w", &all(&held[..1], &Verdict::Done), NOW).await;
        finish(&db, "w", &all(&held[1..], &Verdict::Done), later(50)).await;
        let mut tx = db.writer().await.unwrap();
        assert_eq!(jobs::purge(&mut tx, later(50), 10).await.unwrap(), 1);
        assert_eq!(jobs::purge(&mut tx, later(51), 10).await.unwrap(), 1);
        assert_eq!(jobs::purge(&mut tx, later(9_999), 10).await.unwrap(), 0);
    }

    async fn statements_are_prepared(db) {
        let statements = jobs::statements(db.engine());
        assert_prepares(&db, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
}
