use std::sync::Arc;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::clock::{Clock as _, TestClock};
use captely_platform::db::Db;
use captely_platform::health::{self, Health, Queue, Reach, Status, Work, Workers};
use captely_testkit::{Engine, TestDb, both_dbs, db_options, run};

use crate::proxy::{Line, Proxy};
use crate::stage::{Stage, all, options, play, push, until};

const TIME_MAX: Duration = Duration::from_secs(10);

async fn gather(db: &Db, clock: &TestClock, time_max: Duration) -> Health {
    let folder = tempfile::tempdir().unwrap();
    health::gather(db, clock, folder.path(), time_max).await
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn it_knows_queue_workers_and_disk(db) {
        let clock = Arc::new(TestClock::default());
        let stage = Stage::new(clock.clone());
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!((health.database, health.celery), (Reach::Connected, Work::Stopped));
        assert_eq!(health.workers, Some(Workers { alive: 0, last_seen_s: None }));
        assert_eq!(health.queue, Some(Queue { pending: 0, oldest_due_s: 0, failed_last_hour: 0 }));
        let disk = health.disk.unwrap();
        assert!(0 < disk.free_bytes && disk.free_bytes < disk.total_bytes);

        push(&db, 1, vec![play("dance"), play("done")]).await;
        clock.advance(Duration::from_secs(20));
        // Who works on that queue is not known yet.
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!(health.queue, Some(Queue { pending: 2, oldest_due_s: 0, failed_last_hour: 0 }));

        let one = stage.play(&db, "one", options());
        until("both ended", || async { all(&db).await.iter().all(|job| job.attempts == 1 && job.worker.is_none()) }).await;
        until("it is seen", || async { gather(&db, &clock, TIME_MAX).await.celery == Work::Running }).await;
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!(health.queue, Some(Queue { pending: 0, oldest_due_s: 0, failed_last_hour: 1 }));
        assert_eq!(health.workers, Some(Workers { alive: 1, last_seen_s: Some(0) }));
        one.kill().await;
        push(&db, 2, vec![play("done")]).await;
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!(health.queue, Some(Queue { pending: 1, oldest_due_s: 20, failed_last_hour: 1 }));
        clock.advance(Duration::from_secs(3_599));
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!((health.celery, health.status), (Work::Stopped, Status::Degraded));
        assert_eq!(health.queue.unwrap().failed_last_hour, 1);
        clock.advance(Duration::from_secs(2));
        let health = gather(&db, &clock, TIME_MAX).await;
        assert_eq!(health.queue.unwrap().failed_last_hour, 0);
    }

    async fn what_a_room_complains_of_is_told_until_it_is_settled(db) {
        captely_testkit::assert_prepares(&db, &health::statements()).await;
        let clock = TestClock::default();
        let told = async || {
            let health = gather(&db, &clock, TIME_MAX).await;
            health.problems.into_iter().filter(|said| said.starts_with("Clocks")).collect::<Vec<_>>()
        };
        for said in ["Clocks differ.", "Clocks differ by an hour."] {
            let mut tx = db.writer().await.unwrap();
            health::complain(&mut tx, "clocks", said, clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(told().await, [said]);
        }
        let mut tx = db.writer().await.unwrap();
        health::settle(&mut tx, "clocks").await.unwrap();
        tx.commit().await.unwrap();
        assert!(told().await.is_empty());
    }

    async fn a_database_that_is_gone_is_unreachable(db) {
        let other = db.another_process().await;
        other.close().await;
        let health = gather(&other, &TestClock::default(), TIME_MAX).await;
        assert_eq!((health.status, health.database), (Status::Unhealthy, Reach::Unreachable));
        assert_eq!((health.redis, health.celery), (Reach::Unreachable, Work::Unknown));
        assert_eq!((health.queue, health.workers), (None, None));
    }
}

#[test]
fn a_database_that_hangs_is_answered_for_in_time() {
    run(async {
        let Some(db) = TestDb::new(Engine::Postgres, MIGRATIONS).await else { return };
        let proxy = Proxy::before(db.url()).await;
        let far = Db::open(proxy.url(), &db_options()).await.unwrap();
        let clock = TestClock::default();
        assert_eq!(gather(&far, &clock, TIME_MAX).await.database, Reach::Connected);
        proxy.set(Line::Mute);
        let asked = gather(&far, &clock, Duration::from_millis(200));
        let health = tokio::time::timeout(TIME_MAX, asked).await.unwrap();
        assert_eq!(health.status, Status::Unhealthy);
        assert!(health.disk.is_some());
    });
}
