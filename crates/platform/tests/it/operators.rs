use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::MIGRATIONS;
use captely_platform::db::Db;
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{
    self, Acted, Counts, JobFilter, NewJob, Pulse, Purge, State, Verdict,
};
use captely_testkit::{TestClock, both_dbs};
use uuid::Uuid;

use crate::stage::{NOW, Playing, QUEUE, Stage, WS, all, options, play, push, until};

const LEASE: Duration = Duration::from_mins(1);

fn elsewhere() -> WorkspaceId {
    WorkspaceId::from(Uuid::from_u128(5))
}

/// Two of this workspace, one of another, one of another queue.
async fn four(db: &Db) {
    let far = NewJob { workspace: elsewhere(), ..play("done") };
    let odd = NewJob { queue: "odd.v1", run_at: NOW.plus(LEASE), ..play("done") };
    push(db, 1, vec![play("done"), play("done"), far, odd]).await;
}

async fn claim(db: &Db, n: u32) -> Vec<jobs::Job> {
    jobs::claim(db, "w", &[QUEUE], n, LEASE, NOW).await.unwrap()
}

async fn finish(db: &Db, job: &jobs::Job, verdict: Verdict) {
    let mut tx = db.writer().await.unwrap();
    assert_eq!(jobs::finish(&mut tx, "w", &[(job.clone(), verdict)], NOW).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

fn failure() -> Verdict {
    Verdict::Fail { why: "no".into() }
}

async fn retry(db: &Db, workspace: Option<WorkspaceId>, id: JobId) -> Acted {
    let mut tx = db.writer().await.unwrap();
    let acted = jobs::retry(&mut tx, workspace, id, NOW).await.unwrap();
    tx.commit().await.unwrap();
    acted
}

async fn cancel(db: &Db, workspace: Option<WorkspaceId>, id: JobId) -> Acted {
    let mut tx = db.writer().await.unwrap();
    let acted = jobs::cancel(&mut tx, workspace, id, NOW).await.unwrap();
    tx.commit().await.unwrap();
    acted
}

async fn pulse(db: &Db, now: Timestamp) -> Pulse {
    let mut tx = db.reader().await.unwrap();
    let workers = jobs::workers(&mut tx).await.unwrap();
    jobs::pulse(&mut tx, &workers, now).await.unwrap()
}

/// A worker of [`QUEUE`] that gave a sign of life at [`NOW`] and died.
async fn work_and_die(db: &Db) {
    let one = Stage::new(Arc::new(TestClock::default())).play(db, "one", options());
    until("it is seen", || async {
        !jobs::workers(&mut db.reader().await.unwrap()).await.unwrap().is_empty()
    })
    .await;
    one.kill().await;
}

async fn listed(db: &Db, filter: JobFilter) -> Vec<JobId> {
    let mut tx = db.reader().await.unwrap();
    jobs::list(&mut tx, &filter, 9).await.unwrap().jobs.iter().map(|job| job.id).collect()
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn an_overview_counts_by_queue_and_state(db) {
        work_and_die(&db).await;
        four(&db).await;
        let held = claim(&db, 1).await;
        finish(&db, &held[0], failure()).await;
        let later = NOW.plus(Duration::from_secs(40));
        let see = |workspace| {
            let db = db.clone();
            async move { jobs::overview(&mut db.reader().await.unwrap(), workspace, later).await.unwrap() }
        };
        let ours = see(Some(WS)).await;
        assert_eq!(ours.iter().map(|one| one.queue.as_str()).collect::<Vec<_>>(), ["odd.v1", QUEUE]);
        assert_eq!(ours[0].counts, Counts { pending: 1, ..Counts::default() });
        assert_eq!(ours[0].late, Duration::ZERO);
        assert_eq!(ours[1].counts, Counts { pending: 1, failed: 1, ..Counts::default() });
        assert_eq!(ours[1].late, Duration::from_secs(40));
        let theirs = see(Some(elsewhere())).await;
        assert_eq!((theirs.len(), theirs[0].counts), (1, Counts { pending: 1, ..Counts::default() }));
        assert_eq!(see(None).await[1].counts, Counts { pending: 2, failed: 1, ..Counts::default() });
        let pulse = pulse(&db, later).await;
        assert_eq!((pulse.pending, pulse.late, pulse.failed_last_hour), (3, Duration::from_secs(40), 1));
    }

    async fn a_queue_that_no_worker_works_on_is_not_late(db) {
        let later = NOW.plus(Duration::from_secs(40));
        let alone = || NewJob { queue: "alone.v1", ..play("done") };
        push(&db, 1, vec![alone()]).await;
        assert_eq!(pulse(&db, later).await.late, Duration::ZERO);
        work_and_die(&db).await;
        let told = pulse(&db, later).await;
        assert_eq!((told.pending, told.late), (1, Duration::ZERO));
        push(&db, 2, vec![NewJob { run_at: NOW.plus(Duration::from_secs(30)), ..play("done") }]).await;
        assert_eq!(pulse(&db, later).await.late, Duration::from_secs(10));
        // What the dead worked on is known for an hour, also where nobody is left to forget them.
        let hour = NOW.plus(Duration::from_hours(1));
        assert_eq!(pulse(&db, hour).await.late, Duration::from_secs(3_570));
        assert_eq!(pulse(&db, hour.plus(Duration::from_micros(1))).await.late, Duration::ZERO);
    }

    async fn lists_are_filtered_and_end_at_the_workspace(db) {
        four(&db).await;
        let ids: Vec<JobId> = all(&db).await.iter().map(|job| job.id).collect();
        let held = claim(&db, 1).await;
        finish(&db, &held[0], failure()).await;
        let ours = JobFilter { workspace: Some(WS), ..JobFilter::default() };
        assert_eq!(listed(&db, JobFilter::default()).await, [ids[3], ids[2], ids[1], ids[0]]);
        assert_eq!(listed(&db, ours.clone()).await, [ids[3], ids[1], ids[0]]);
        let queue = Some("odd.v1".to_owned());
        assert_eq!(listed(&db, JobFilter { queue, ..ours.clone() }).await, [ids[3]]);
        for workspace in [None, Some(WS)] {
            let state = Some(State::Failed);
            assert_eq!(listed(&db, JobFilter { workspace, state, ..JobFilter::default() }).await, [ids[0]]);
        }
        let pending = JobFilter { state: Some(State::Pending), ..ours };
        assert_eq!(listed(&db, pending).await, [ids[3], ids[1]]);
        let failed = JobFilter { state: Some(State::Failed), workspace: Some(elsewhere()), ..JobFilter::default() };
        assert_eq!(listed(&db, failed).await, []);
    }

    async fn pages_follow_each_other_without_gap_or_repeat(db) {
        push(&db, 1, (0..25).map(|_| play("done")).collect()).await;
        let (mut seen, mut filter) = (Vec::new(), JobFilter::default());
        loop {
            let page = jobs::list(&mut db.reader().await.unwrap(), &filter, 10).await.unwrap();
            seen.extend(page.jobs.iter().map(|job| job.id));
            // What is pushed meanwhile is younger, and would stand before the first page.
            push(&db, 1 + u64::try_from(seen.len()).unwrap(), vec![play("done")]).await;
            let Some(next) = page.next else { break };
            filter.after = Some(next);
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((seen.len(), seen), (25, sorted));
    }

    async fn one_job_by_its_id(db) {
        four(&db).await;
        let job = all(&db).await.remove(2);
        let get = async |workspace| jobs::get(&mut db.reader().await.unwrap(), workspace, job.id).await.unwrap();
        assert_eq!(get(None).await.as_ref(), Some(&job));
        assert_eq!(get(Some(elsewhere())).await.as_ref(), Some(&job));
        assert_eq!(get(Some(WS)).await, None);
        assert_eq!((job.pushed_at, job.run_at, job.attempts_max), (NOW, NOW, 3));
    }

    async fn failed_jobs_are_retried_afresh(db) {
        four(&db).await;
        let held = claim(&db, 2).await;
        finish(&db, &held[0], failure()).await;
        finish(&db, &held[1], Verdict::Done).await;
        let (failed, done) = (held[0].id, held[1].id);
        assert_eq!(retry(&db, Some(elsewhere()), failed).await, Acted::Missing);
        assert_eq!(retry(&db, None, JobId::from(Uuid::from_u128(9))).await, Acted::Missing);
        assert_eq!(retry(&db, Some(WS), done).await, Acted::Not(State::Done));
        assert_eq!(retry(&db, Some(WS), failed).await, Acted::Now(State::Pending));
        assert_eq!(retry(&db, Some(WS), failed).await, Acted::Not(State::Pending));
        let job = all(&db).await.remove(0);
        assert_eq!((job.state, job.attempts, job.error), (State::Pending, 0, None));
        // Who held it before cannot end it now.
        let mut tx = db.writer().await.unwrap();
        assert_eq!(jobs::finish(&mut tx, "w", &[(held[0].clone(), Verdict::Done)], NOW).await.unwrap(), 0);
        drop(tx);
        assert_eq!(claim(&db, 1).await[0].attempt, 1);
    }

    async fn jobs_are_cancelled_where_they_stand(db) {
        four(&db).await;
        let held = claim(&db, 1).await;
        let ids: Vec<JobId> = all(&db).await.iter().map(|job| job.id).collect();
        assert_eq!(cancel(&db, Some(WS), ids[2]).await, Acted::Missing);
        assert_eq!(cancel(&db, Some(WS), ids[1]).await, Acted::Now(State::Cancelled));
        assert_eq!(cancel(&db, Some(WS), ids[1]).await, Acted::Not(State::Cancelled));
        assert_eq!(cancel(&db, None, ids[2]).await, Acted::Now(State::Cancelled));
        assert_eq!(cancel(&db, Some(WS), held[0].id).await, Acted::Now(State::Processing));
        assert_eq!(cancel(&db, Some(WS), held[0].id).await, Acted::Not(State::Processing));
        assert_eq!(all(&db).await[0].wanted, Some(State::Cancelled));
        // It is not tried again, and ended when its verdict came.
        finish(&db, &held[0], Verdict::Retry { after: Duration::from_hours(1) }).await;
        let job = all(&db).await.remove(0);
        assert_eq!((job.state, job.due_at, job.wanted), (State::Cancelled, NOW, None));
        assert_eq!(retry(&db, Some(WS), held[0].id).await, Acted::Now(State::Pending));
        assert_eq!(claim(&db, 9).await.len(), 1);
    }

    async fn a_cancelled_job_that_is_handed_back_stays_cancelled(db) {
        push(&db, 1, vec![play("wait")]).await;
        let held = claim(&db, 1).await;
        cancel(&db, None, held[0].id).await;
        finish(&db, &held[0], Verdict::HandBack).await;
        let job = all(&db).await.remove(0);
        assert_eq!((job.state, job.attempts), (State::Cancelled, 0));
    }

    async fn of_many_who_retry_one_does(db) {
        for round in 1..=10 {
            push(&db, round, vec![play("done")]).await;
            let held = claim(&db, 1).await;
            finish(&db, &held[0], failure()).await;
            let other = db.another_process().await;
            let id = held[0].id;
            let (a, b) = tokio::join!(retry(&db, None, id), retry(&other, None, id));
            let now = Acted::Now(State::Pending);
            assert!((a == now) != (b == now), "{a:?} {b:?}");
            other.close().await;
            let held = claim(&db, 9).await;
            assert_eq!(held.len(), 1);
            finish(&db, &held[0], Verdict::Done).await;
        }
    }

    async fn a_cancel_and_a_claim_agree(db) {
        let other = db.another_process().await;
        for round in 1..=20 {
            push(&db, round, vec![play("done")]).await;
            let id = all(&db).await.last().unwrap().id;
            let (acted, held) = tokio::join!(cancel(&db, None, id), claim(&other, 1));
            let job = jobs::get(&mut db.reader().await.unwrap(), None, id).await.unwrap().unwrap();
            match acted {
                Acted::Now(State::Cancelled) => assert_eq!((job.state, held.len()), (State::Cancelled, 0)),
                Acted::Now(State::Processing) => {
                    assert_eq!((job.state, held.len()), (State::Processing, 1));
                    assert_eq!(job.wanted, Some(State::Cancelled));
                    finish(&db, &held[0], failure()).await;
                }
                odd => panic!("{odd:?}"),
            }
        }
    }

    async fn a_schedule_purges_what_finished_long_ago(db) {
        let clock = Arc::new(TestClock::default());
        let stage = Stage::new(clock.clone());
        push(&db, 1, vec![play("done"), play("dance"), NewJob { run_at: NOW.plus(Duration::from_hours(999)), ..play("done") }]).await;
        let mut tx = db.writer().await.unwrap();
        jobs::put_schedule(&mut tx, &jobs::purge_schedule(2, NOW)).await.unwrap();
        tx.commit().await.unwrap();
        let purge = Arc::new(Purge::new(db.clone(), clock.clone()));
        let one = Playing::begin(stage.runner(&db, "one", options()).with(purge));
        let states = || async {
            all(&db).await.iter().map(|job| job.state).collect::<Vec<_>>()
        };
        until("all ended, and nothing was old enough", || async {
            states().await == [State::Done, State::Failed, State::Pending, State::Done]
        }).await;
        clock.advance(Duration::from_hours(49));
        // The second purging remains, beside what still waits: it is young itself.
        until("they are gone", || async { states().await == [State::Pending, State::Done] }).await;
        one.stop().await.unwrap();
    }
}
