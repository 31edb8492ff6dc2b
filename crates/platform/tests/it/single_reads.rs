//! Reads outside a transaction, whose connections are kept in hand between them.

use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::db::{Db, DbError, DbOptions, Stmt, Value};
use captely_testkit::{Engine, TestDb, both_dbs, db_options, run};
use futures::future::join_all;

use crate::proxy::{Line, Proxy};

const NUMBER: &str = "SELECT CAST($1 AS BIGINT)";
/// Seconds of work on both engines.
const LONG: &str = "SELECT count(*) FROM (WITH RECURSIVE c(n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000000) SELECT n FROM c) d";
const SOON: Duration = Duration::from_secs(20);

async fn number(db: &Db, n: i64) -> Result<i64, DbError> {
    let row: Option<(i64,)> = db.one(Stmt::text(NUMBER, [Value::Int(n)])).await?;
    Ok(row.unwrap().0)
}

/// How many connections lie idle once the pool has taken back those of transactions.
async fn idle(db: &Db) -> u32 {
    loop {
        match db.connections() {
            (0, idle) => return idle,
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn each_read_gets_its_own_answer(db) {
        let found = join_all((0..200).map(|n| number(&db, n))).await;
        let found: Vec<i64> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(found, (0..200).collect::<Vec<_>>());
    }

    async fn a_read_that_is_given_up_leaves_nothing_behind(db) {
        for round in 0..3 {
            let long = db.one::<(i64,)>(Stmt::text(LONG, []));
            tokio::time::timeout(Duration::from_millis(50), long).await.unwrap_err();
            for n in 0..20 {
                let found = tokio::time::timeout(SOON, number(&db, 100 * round + n)).await.unwrap();
                assert_eq!(found.unwrap(), 100 * round + n);
            }
        }
    }

    async fn closing_takes_back_what_rests(db) {
        join_all((0..20).map(|n| number(&db, n))).await;
        assert!(idle(&db).await > 0);
        tokio::time::timeout(SOON, db.close()).await.unwrap();
        assert!(matches!(number(&db, 1).await, Err(DbError::Connection(_))));
    }

    async fn a_wrong_read_is_told_and_the_next_one_is_right(db) {
        number(&db, 1).await.unwrap();
        db.one::<(i64,)>(Stmt::text("SELECT n FROM no_such_table", [])).await.unwrap_err();
        assert_eq!(number(&db, 2).await.unwrap(), 2);
    }
}

#[test]
fn transactions_keep_their_half() {
    run(async {
        let Some(db) = TestDb::new(Engine::Postgres, MIGRATIONS).await else { return };
        let few =
            DbOptions { connections: 4, busy_timeout: Duration::from_secs(2), ..db_options() };
        let few = Db::open(db.url(), &few).await.unwrap();
        join_all((0..50).map(|n| number(&few, n))).await;
        let (one, two) = (few.writer().await.unwrap(), few.writer().await.unwrap());
        assert_eq!(number(&few, 7).await.unwrap(), 7);
        drop((one, two));
    });
}

/// Of a program that has lain idle through an outage, the first read or transaction fails and no other.
async fn only_one_fails(first: impl AsyncFnOnce(&Db) -> Result<(), DbError>) {
    let Some(db) = TestDb::new(Engine::Postgres, MIGRATIONS).await else { return };
    let proxy = Proxy::before(db.url()).await;
    let far = Db::open(proxy.url(), &db_options()).await.unwrap();
    let writers = join_all((0..3).map(|_| far.writer())).await;
    drop(writers);
    join_all((0..50).map(|n| number(&far, n))).await;
    assert!(idle(&far).await > 4);
    proxy.set(Line::Cut);
    // Until the server has ended them all.
    tokio::time::sleep(Duration::from_millis(100)).await;
    proxy.set(Line::Up);
    assert!(matches!(first(&far).await, Err(DbError::Connection(_))));
    for n in 0..10 {
        assert_eq!(number(&far, n).await.unwrap(), n);
        far.writer().await.unwrap().commit().await.unwrap();
    }
}

#[test]
fn a_server_that_hangs_up_cannot_be_reached() {
    run(async {
        let Some(db) = TestDb::new(Engine::Postgres, MIGRATIONS).await else { return };
        let proxy = Proxy::before(db.url()).await;
        let far = Db::open(proxy.url(), &db_options()).await.unwrap();
        proxy.set(Line::Cut);
        for _ in 0..20 {
            let (read, write) = (number(&far, 1).await, far.writer().await.map(drop));
            assert!(matches!(read, Err(DbError::Connection(_))), "{read:?}");
            assert!(matches!(write, Err(DbError::Connection(_))), "{write:?}");
        }
    });
}

#[test]
fn after_an_outage_one_read_fails_and_no_more() {
    run(only_one_fails(async |db| number(db, 1).await.map(drop)));
}

#[test]
fn after_an_outage_one_transaction_fails_and_no_more() {
    run(only_one_fails(async |db| db.writer().await.map(drop)));
}
