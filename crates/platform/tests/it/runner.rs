use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::clock::SystemClock;
use captely_platform::jobs::{self, NewJob, RunnerOptions, Schedule, State, Verdict};
use captely_testkit::{TestClock, both_dbs};
use serde_json::json;

use crate::stage::{NOW, Playing, QUEUE, Stage, WS, all, new_job, options, play, push, until};

fn stage() -> (Arc<TestClock>, Stage) {
    let clock = Arc::new(TestClock::default());
    (clock.clone(), Stage::new(clock))
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn two_runners_do_each_job_once(db) {
        let (_, stage) = stage();
        push(&db, 1, (0..190).map(|_| play("done")).collect()).await;
        let other = db.another_process().await;
        let (one, two) = (stage.play(&db, "one", options()), stage.play(&other, "two", options()));
        until("all are done", || async {
            all(&db).await.iter().all(|job| job.state == State::Done)
        }).await;
        one.stop().await.unwrap();
        two.stop().await.unwrap();
        let started = stage.started.lock().unwrap().clone();
        let jobs: BTreeSet<_> = started.iter().map(|(_, job)| *job).collect();
        assert_eq!((started.len(), jobs.len()), (190, 190));
    }

    async fn a_killed_runners_jobs_are_taken_over_after_the_lease(db) {
        let (clock, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        let killed = stage.play(&db, "killed", options());
        until("it began", || async { stage.starts() == 1 }).await;
        killed.kill().await;
        let heir = stage.play(&db, "heir", options());
        push(&db, 2, vec![play("done")]).await;
        until("the heir works", || async { stage.starts() == 2 }).await;
        assert_eq!(all(&db).await[0].worker.as_deref(), Some("killed"));
        clock.advance(options().lease);
        stage.gate.add_permits(1);
        until("it is done", || async { all(&db).await[0].state == State::Done }).await;
        heir.stop().await.unwrap();
        assert_eq!(all(&db).await[0].attempts, 2);
        assert_eq!(stage.started.lock().unwrap().last().unwrap().0, "heir");
    }

    async fn stopping_hands_back_what_does_not_end(db) {
        let (_, stage) = stage();
        push(&db, 1, vec![play("wait"), play("wait")]).await;
        let hasty = RunnerOptions { drain_time_max: Duration::from_millis(20), ..options() };
        let one = stage.play(&db, "one", hasty);
        until("both began", || async { stage.starts() == 2 }).await;
        one.stop().await.unwrap();
        for job in all(&db).await {
            assert_eq!((job.state, job.attempts, job.worker), (State::Pending, 0, None));
        }
        // Another takes them at once, without a lease to wait for.
        stage.gate.add_permits(2);
        let two = stage.play(&db, "two", options());
        until("both are done", || async {
            all(&db).await.iter().all(|job| job.state == State::Done && job.attempts == 1)
        }).await;
        two.stop().await.unwrap();
    }

    async fn stopping_lets_jobs_end_and_claims_no_more(db) {
        let (_, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        let mut one = stage.play(&db, "one", options());
        until("it began", || async { stage.starts() == 1 }).await;
        one.ask_to_stop();
        push(&db, 2, vec![play("done")]).await;
        stage.gate.add_permits(1);
        one.stop().await.unwrap();
        let states: Vec<_> = all(&db).await.iter().map(|job| job.state).collect();
        assert_eq!(states, [State::Done, State::Pending]);
        assert_eq!(stage.starts(), 1);
    }

    async fn a_panic_fails_that_job_only_and_tells_nothing_of_its_payload(db) {
        let (clock, stage) = stage();
        let panics = new_job(json!({ "do": "panic", "to": "jane@example.com" }));
        push(&db, 1, vec![panics.clone(), play("done"), NewJob { attempts_max: 1, ..panics }]).await;
        let one = stage.play(&db, "one", options());
        until("all ended", || async {
            all(&db).await.iter().map(|job| job.state).collect::<Vec<_>>()
                == [State::Pending, State::Done, State::Failed]
        }).await;
        let jobs = all(&db).await;
        let why = "its handler panicked: no post for …";
        assert_eq!(jobs[0].error.as_deref(), Some(why));
        assert_eq!(jobs[2].error, Some(format!("gave up after 1 attempts: {why}")));
        let wait_ms = jobs[0].due_at.since(NOW).as_millis();
        assert!((1_500..=2_500).contains(&wait_ms), "{wait_ms} ms");
        // The second attempt comes when it is due, and waits twice as long.
        clock.advance(Duration::from_millis(2_500));
        until("it was tried again", || async { all(&db).await[0].attempts == 2 && all(&db).await[0].state == State::Pending }).await;
        let wait_ms = all(&db).await[0].due_at.since(NOW).as_millis() - 2_500;
        assert!((3_000..=5_000).contains(&wait_ms), "{wait_ms} ms");
        one.stop().await.unwrap();
    }

    async fn trouble_is_kept_with_the_job(db) {
        let (_, stage) = stage();
        push(&db, 1, vec![play("trouble"), play("dance")]).await;
        let one = stage.play(&db, "one", options());
        until("both ended", || async { all(&db).await.iter().all(|job| job.error.is_some()) }).await;
        one.stop().await.unwrap();
        let jobs = all(&db).await;
        assert_eq!(jobs[0].error.as_deref(), Some("the server is away"));
        assert_eq!(jobs[1].error.as_deref(), Some("dance is not in the play"));
        assert_eq!((jobs[0].state, jobs[1].state), (State::Pending, State::Failed));
    }

    async fn a_job_that_takes_too_long_is_broken_off(db) {
        let (_, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        let strict = RunnerOptions { job_time_max: Duration::from_millis(50), ..options() };
        let one = stage.play(&db, "one", strict);
        until("it was broken off", || async { all(&db).await[0].error.is_some() }).await;
        one.stop().await.unwrap();
        let job = &all(&db).await[0];
        assert_eq!(job.error.as_deref(), Some("it took longer than 0.05 s and was broken off"));
        assert_eq!((job.state, job.attempts), (State::Pending, 1));
    }

    async fn the_verdict_on_a_lost_job_is_dropped(db) {
        let (clock, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        // With room for one job it does not claim, and so does not take its own job up again.
        let one = stage.play(&db, "one", RunnerOptions { concurrency: 1, ..options() });
        until("it began", || async { stage.starts() == 1 }).await;
        clock.advance(options().lease);
        let later = NOW.plus(options().lease);
        let held = jobs::claim(&db, "thief", &[QUEUE], 1, options().lease, later).await.unwrap();
        assert_eq!(held.len(), 1);
        push(&db, 2, vec![play("done")]).await;
        stage.gate.add_permits(1);
        until("it went on to the next", || async { all(&db).await[1].state == State::Done }).await;
        one.stop().await.unwrap();
        let job = all(&db).await.remove(0);
        assert_eq!((job.state, job.worker.as_deref()), (State::Processing, Some("thief")));
        let mut tx = db.writer().await.unwrap();
        let verdicts = [(held[0].clone(), Verdict::Done)];
        assert_eq!(jobs::finish(&mut tx, "thief", &verdicts, later).await.unwrap(), 1);
    }

    async fn a_job_that_still_runs_here_is_not_started_twice(db) {
        let (clock, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        let one = stage.play(&db, "one", options());
        until("it began", || async { stage.starts() == 1 }).await;
        clock.advance(options().lease);
        until("it took it up again", || async { all(&db).await[0].attempts == 2 }).await;
        stage.gate.add_permits(1);
        until("it is done", || async { all(&db).await[0].state == State::Done }).await;
        one.stop().await.unwrap();
        assert_eq!(stage.starts(), 1);
    }

    async fn signs_of_life_keep_a_long_job(db) {
        let stage = Stage::new(Arc::new(SystemClock));
        push(&db, 1, vec![new_job(json!({ "do": "sleep", "ms": 4_000 }))]).await;
        let short = RunnerOptions { lease: Duration::from_secs(2), ..options() };
        let other = db.another_process().await;
        let (one, two) = (stage.play(&db, "one", short), stage.play(&other, "two", short));
        until("it is done", || async { all(&db).await[0].state == State::Done }).await;
        one.stop().await.unwrap();
        two.stop().await.unwrap();
        assert_eq!(stage.starts(), 1);
    }

    async fn a_full_queue_does_not_starve_the_others(db) {
        let (_, stage) = stage();
        let rare = NewJob { queue: "rare.v1", ..play("done") };
        push(&db, 1, (0..50).map(|_| play("done")).chain([rare]).collect()).await;
        let runner = stage.runner(&db, "one", RunnerOptions { concurrency: 1, ..options() });
        let one = Playing::begin(runner.with(stage.handler("rare", "rare.v1")));
        until("all are done", || async { stage.starts() == 51 }).await;
        one.stop().await.unwrap();
        let started = stage.started.lock().unwrap().clone();
        let place = started.iter().position(|(who, _)| who == "rare").unwrap();
        assert!(place < 3, "{place}");
    }

    async fn what_schedules_ask_for_is_pushed_once(db) {
        let (clock, stage) = stage();
        let mut tx = db.writer().await.unwrap();
        jobs::put_schedule(&mut tx, &Schedule {
            workspace: WS,
            name: "hourly".into(),
            queue: QUEUE,
            payload: json!({ "do": "done" }),
            attempts_max: 1,
            every_s: 3_600,
            first_at: NOW,
        }).await.unwrap();
        tx.commit().await.unwrap();
        let (one, two) = (stage.play(&db, "one", options()), stage.play(&db, "two", options()));
        until("the first was done", || async { stage.starts() == 1 }).await;
        clock.advance(Duration::from_hours(1));
        until("the second was done", || async { stage.starts() == 2 }).await;
        one.stop().await.unwrap();
        two.stop().await.unwrap();
        assert_eq!(all(&db).await.len(), 2);
    }

    async fn workers_are_listed_while_they_live(db) {
        let (clock, stage) = stage();
        push(&db, 1, vec![play("wait")]).await;
        let listed = || async { jobs::workers(&mut db.reader().await.unwrap()).await.unwrap() };
        let one = stage.play(&db, "one", options());
        until("it is listed", || async { listed().await.len() == 1 }).await;
        let worker = listed().await.remove(0);
        assert_eq!((worker.name.as_str(), worker.pid), ("one", std::process::id()));
        assert_eq!((worker.queues, worker.started_at), (vec![QUEUE.to_owned()], NOW));
        assert!(!worker.host.is_empty() && !worker.version.is_empty());
        until("it began", || async { stage.starts() == 1 }).await;
        one.kill().await;
        assert!(listed().await[0].is_alive(NOW.plus(jobs::WORKER_SILENT_MAX)));
        clock.advance(jobs::WORKER_SILENT_MAX + Duration::from_micros(1));
        assert!(!listed().await[0].is_alive(NOW.plus(Duration::from_secs(31))));
        // An hour later a living one takes it off the list, and itself when it stops.
        clock.advance(Duration::from_hours(1));
        stage.gate.add_permits(1);
        let two = stage.play(&db, "two", options());
        until("the dead one is gone", || async {
            listed().await.iter().map(|worker| worker.name.clone()).collect::<Vec<_>>() == ["two"]
        }).await;
        two.stop().await.unwrap();
        assert!(listed().await.is_empty());
    }
}
