use captely_platform::db::{Db, DbError, DbOptions, Migration, Stmt, Value};
use captely_testkit::both_dbs;

const TABLES: &[Migration] = &[Migration {
    family: "test",
    number: 1,
    name: "parent_and_child",
    sql: "CREATE TABLE parent (id @int@ NOT NULL PRIMARY KEY)@strict@;
          CREATE TABLE child (
            id @int@ NOT NULL PRIMARY KEY,
            parent_id @int@ NOT NULL REFERENCES parent (id),
            n @int@ NOT NULL CONSTRAINT n_is_small CHECK (n < 10)
          )@strict@;",
}];

async fn fails(db: &Db, sql: &'static str, values: Vec<Value>) -> DbError {
    db.writer().await.unwrap().run(Stmt::text(sql, values)).await.unwrap_err()
}

both_dbs! {
    migrations = TABLES;

    async fn broken_rules_are_named(db) {
        let mut tx = db.writer().await.unwrap();
        tx.run(Stmt::text("INSERT INTO parent (id) VALUES (1)", [])).await.unwrap();
        tx.commit().await.unwrap();
        let is_sqlite = db.engine() == captely_testkit::Engine::Sqlite;
        for (sql, sqlite, postgres) in [
            ("INSERT INTO parent (id) VALUES (1)", "parent.id", "parent_pkey"),
            ("INSERT INTO child (id, parent_id, n) VALUES (1, 2, 3)", "foreign key", "child_parent_id_fkey"),
            ("INSERT INTO child (id, parent_id, n) VALUES (1, 1, 30)", "n_is_small", "n_is_small"),
        ] {
            let error = fails(&db, sql, vec![]).await;
            let DbError::Constraint(name) = &error else { panic!("{error:?}") };
            assert_eq!(name, if is_sqlite { sqlite } else { postgres }, "{sql}");
            assert!(!error.is_retryable());
        }
    }

    async fn a_row_of_another_shape(db) {
        let mut tx = db.reader().await.unwrap();
        let stmt = Stmt::text("SELECT CAST('x' AS TEXT) AS word", []);
        let error = tx.one::<(i64,)>(stmt).await.unwrap_err();
        assert!(matches!(error, DbError::Decode(_)), "{error:?}");
    }

    async fn a_closed_database_says_so(db) {
        db.close().await;
        let error = db.reader().await.unwrap_err();
        assert!(matches!(error, DbError::Connection(_)), "{error:?}");
    }

    async fn another_processs_long_write_is_busy(db) {
        if db.engine() == captely_testkit::Engine::Sqlite {
            let held = db.writer().await.unwrap();
            let options = DbOptions {
                busy_timeout: std::time::Duration::from_millis(50),
                ..DbOptions::default()
            };
            let other = Db::open(db.url(), &options).await.unwrap();
            let error = other.writer().await.unwrap_err();
            assert!(matches!(error, DbError::Busy(_)) && error.is_retryable(), "{error:?}");
            drop(held);
        }
    }
}

#[track_caller]
fn check_url(url: &'static str, kind: &str, words: &str) {
    let options =
        DbOptions { busy_timeout: std::time::Duration::from_secs(2), ..DbOptions::default() };
    let error = captely_testkit::run(Db::open(url, &options)).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains(words) && text.contains(kind), "{url}: {text}");
    assert!(!text.contains("hunter2"), "{url}: {text}");
}

#[test]
fn urls_that_open_nothing() {
    check_url("mysql://a:hunter2@h/db", "Url", "starts with sqlite: or postgres://");
    check_url("sqlite:", "Url", "lacks a path");
    check_url("sqlite:/no/such/folder/x.db", "Connection", "/no/such/folder/x.db");
    check_url("postgres://a:hunter2@h:notaport/db", "Url", "cannot be read");
    check_url("postgres://a:hunter2@127.0.0.1:1/db", "Connection", "cannot be reached");
    check_url("postgresql+asyncpg://a:hunter2@127.0.0.1:1/db", "Connection", "cannot be reached");
}
