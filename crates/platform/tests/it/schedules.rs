use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::MIGRATIONS;
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, Schedule};
use captely_testkit::{TestClock, both_dbs};
use serde_json::json;

const WS: WorkspaceId = WorkspaceId::LOCAL;

fn later(seconds: u64) -> Timestamp {
    TestClock::START.plus(Duration::from_secs(seconds))
}

fn hourly() -> Schedule {
    Schedule {
        workspace: WS,
        name: "clean".into(),
        queue: "clean.v1",
        payload: json!({ "all": true }),
        attempts_max: 2,
        every_s: 3_600,
        first_at: later(60),
    }
}

async fn put(db: &Db, schedule: &Schedule) {
    let mut tx = db.writer().await.unwrap();
    jobs::put_schedule(&mut tx, schedule).await.unwrap();
    tx.commit().await.unwrap();
}

async fn due(db: &Db, now: Timestamp) -> u64 {
    jobs::due_schedules(db, &captely_testkit::ids_at(at(now), now.as_micros().unsigned_abs()), now)
        .await
        .unwrap()
}

fn at(now: Timestamp) -> std::sync::Arc<TestClock> {
    std::sync::Arc::new(TestClock::at(now))
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_job_at_each_due_time(db) {
        put(&db, &hourly()).await;
        for (now, pushed) in [(0, 0), (60, 1), (61, 0), (3_659, 0), (3_660, 1), (20_000, 1), (20_001, 0)] {
            assert_eq!(due(&db, later(now)).await, pushed, "at {now} s");
        }
        let held = jobs::claim(&db, "w", &["clean.v1"], 9, Duration::from_mins(1), later(20_001)).await.unwrap();
        assert_eq!(held.len(), 3);
        assert_eq!((held[0].run_at, held[0].attempts_max), (later(60), 2));
        assert_eq!(held[0].payload, json!({ "all": true }));
    }

    async fn putting_it_again_keeps_its_time_unless_the_period_changes(db) {
        put(&db, &hourly()).await;
        assert_eq!(due(&db, later(60)).await, 1);
        put(&db, &hourly()).await;
        assert_eq!(due(&db, later(61)).await, 0);
        put(&db, &Schedule { every_s: 10, ..hourly() }).await;
        assert_eq!(due(&db, later(61)).await, 1);
    }

    async fn switched_off_it_rests(db) {
        put(&db, &hourly()).await;
        let mut tx = db.writer().await.unwrap();
        assert!(jobs::enable_schedule(&mut tx, WS, "clean", false).await.unwrap());
        assert!(!jobs::enable_schedule(&mut tx, WS, "other", false).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(due(&db, later(60)).await, 0);
    }

    async fn two_processes_push_it_once(db) {
        for n in 0..20 {
            put(&db, &Schedule { name: format!("s{n}"), ..hourly() }).await;
        }
        let mut tasks = Vec::new();
        for n in 0..6 {
            let process = db.another_process().await;
            tasks.push(tokio::spawn(async move {
                let ids = captely_testkit::ids_at(at(later(60)), n);
                jobs::due_schedules(&process, &ids, later(60)).await.unwrap()
            }));
        }
        let mut pushed = 0;
        for task in tasks {
            pushed += task.await.unwrap();
        }
        assert_eq!(pushed, 20);
        let held = jobs::claim(&db, "w", &["clean.v1"], 99, Duration::from_mins(1), later(60)).await.unwrap();
        assert_eq!(held.len(), 20);
    }
}
