//! The database goes, and comes back. PostgreSQL only: nothing stands between us and a SQLite file.

use std::sync::Arc;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::clock::SystemClock;
use captely_platform::db::{Db, DbOptions};
use captely_platform::jobs::{RunnerOptions, State};
use captely_testkit::{Engine, TestDb, db_options, run};

use crate::proxy::{Line, Proxy};
use crate::stage::{Stage, all, options, play, push, until};

/// A database, the line to it, and what a program on the line's other side has.
async fn lined() -> Option<(TestDb, Proxy, Db)> {
    let db = TestDb::new(Engine::Postgres, MIGRATIONS).await?;
    let proxy = Proxy::before(db.url()).await;
    let hasty = DbOptions { busy_timeout: Duration::from_millis(500), ..db_options() };
    let far = Db::open(proxy.url(), &hasty).await.unwrap();
    Some((db, proxy, far))
}

#[test]
fn an_outage_loses_no_job_and_ends_no_runner() {
    run(async {
        let Some((db, proxy, far)) = lined().await else { return };
        let stage = Stage::new(Arc::new(SystemClock));
        push(&db, 1, vec![play("wait"), play("done"), play("wait")]).await;
        let one = stage.play(&far, "one", options());
        until("all began", || async { stage.starts() == 3 }).await;
        proxy.set(Line::Cut);
        // One ends while nobody can be told, another is pushed meanwhile.
        stage.gate.add_permits(1);
        push(&db, 2, vec![play("done")]).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(all(&db).await[3].state, State::Pending);
        proxy.set(Line::Up);
        stage.gate.add_permits(1);
        until("all are done", || async {
            all(&db).await.iter().all(|job| job.state == State::Done)
        })
        .await;
        one.stop().await.unwrap();
        assert_eq!(stage.starts(), 4);
        assert!(all(&db).await.iter().all(|job| job.attempts == 1));
    });
}

#[test]
fn connections_that_the_server_ends_are_replaced() {
    run(async {
        let Some(db) = TestDb::new(Engine::Postgres, MIGRATIONS).await else { return };
        let stage = Stage::new(Arc::new(SystemClock));
        let far = DbOptions { application: "far".to_owned(), ..db_options() };
        let far = Db::open(db.url(), &far).await.unwrap();
        let one = stage.play(&far, "one", options());
        for round in 1..=3 {
            push(&db, round, vec![play("done")]).await;
            until("it is done", || async {
                all(&db).await.iter().all(|job| job.state == State::Done)
            })
            .await;
            let ends = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'far'";
            let mut tx = db.writer().await.unwrap();
            let ended: Option<(i64,)> =
                tx.one(captely_platform::db::Stmt::text(ends, Vec::new())).await.unwrap();
            assert!(ended.unwrap().0 > 0);
        }
        one.stop().await.unwrap();
        assert_eq!(stage.starts(), 3);
    });
}

#[test]
fn stopping_during_an_outage_ends_with_its_error() {
    run(async {
        let Some((db, proxy, far)) = lined().await else { return };
        let stage = Stage::new(Arc::new(SystemClock));
        push(&db, 1, vec![play("wait")]).await;
        let hasty = RunnerOptions { drain_time_max: Duration::from_millis(20), ..options() };
        let one = stage.play(&far, "one", hasty);
        until("it began", || async { stage.starts() == 1 }).await;
        proxy.set(Line::Cut);
        one.stop().await.unwrap_err();
        // Its lease runs out, as if it had been killed.
        assert_eq!(all(&db).await[0].state, State::Processing);
    });
}
