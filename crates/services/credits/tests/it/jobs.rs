use std::sync::Arc;
use std::time::Duration;

use captely_credits::{ExpireHolds, RollUpUsage, VerifyLedgers, schedules};
use captely_platform::clock::Clock as _;
use captely_platform::db::{Db, Stmt};
use captely_platform::health::{self, Status};
use captely_platform::jobs::{self, Handler, Job, Verdict};
use captely_testkit::{TestClock, both_dbs};

use crate::desk::{Desk, HOUR, credits, metered, migrations, order};

/// Nobody here says that a job is done, and none is to come again.
const LEASE: Duration = Duration::from_hours(24 * 30);

/// Puts the schedules, lets what is due be pushed, and does it.
async fn work(db: &Db, desk: &Desk) -> Vec<String> {
    let ids = captely_testkit::ids_at(Arc::<TestClock>::clone(&desk.clock), 9);
    let now = desk.clock.now();
    let mut tx = db.writer().await.unwrap();
    for schedule in schedules(now) {
        jobs::put_schedule(&mut tx, &schedule).await.unwrap();
    }
    tx.commit().await.unwrap();
    jobs::due_schedules(db, &ids, now).await.unwrap();
    let handlers: [Arc<dyn Handler>; 3] = [
        Arc::new(ExpireHolds(desk.ledger.clone())),
        Arc::new(RollUpUsage(desk.ledger.clone())),
        Arc::new(VerifyLedgers(desk.ledger.clone())),
    ];
    let queues: Vec<&str> = handlers.iter().map(|handler| handler.queue()).collect();
    let claimed: Vec<Job> = jobs::claim(db, "test", &queues, 100, LEASE, now).await.unwrap();
    let mut done = Vec::new();
    for job in claimed {
        let handler = handlers.iter().find(|handler| handler.queue() == job.queue).unwrap();
        assert!(matches!(handler.run(&job).await, Verdict::Done), "{}", job.queue);
        done.push(job.queue.clone());
    }
    done.sort();
    done
}

async fn problems(db: &Db, desk: &Desk) -> Vec<String> {
    let folder = std::env::temp_dir();
    let health = health::gather(db, desk.clock.as_ref(), &folder, Duration::from_secs(10)).await;
    assert_eq!(health.status, Status::Degraded, "no worker runs here");
    health.problems.into_iter().filter(|said| said.contains("ledger")).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn they_end_holds_roll_up_and_check(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        desk.hold(order("a")).await;
        desk.charge(order("b")).await.unwrap();
        let all = ["credits_expire_holds.v1", "credits_roll_up_usage.v1", "credits_verify_ledgers.v1"];
        assert_eq!(work(&db, &desk).await, all);
        assert_eq!(desk.sums().await, (3_000, 1_000, 1_000));
        assert_eq!(desk.ledger.roll_up_all().await.unwrap(), 0);
        desk.clock.advance(HOUR);
        assert_eq!(work(&db, &desk).await, all[..2]);
        assert_eq!(desk.sums().await, (4_000, 0, 1_000));
        desk.clock.advance(Duration::from_hours(24));
        assert_eq!(work(&db, &desk).await, all);
        assert!(problems(&db, &desk).await.is_empty());
    }

    async fn a_ledger_that_is_wrong_shows_until_it_is_right(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(5_000)).await.unwrap();
        let tamper = async |by: i64| {
            let mut tx = db.writer().await.unwrap();
            let sql = "UPDATE credit_grant SET amount = amount + $1";
            tx.run(Stmt::text(sql, [by.into()])).await.unwrap();
            tx.commit().await.unwrap();
        };
        tamper(7).await;
        work(&db, &desk).await;
        let told = problems(&db, &desk).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("captely ledger verify"), "{told:?}");
        tamper(-7).await;
        desk.clock.advance(Duration::from_hours(24));
        work(&db, &desk).await;
        assert!(problems(&db, &desk).await.is_empty());
    }
}
