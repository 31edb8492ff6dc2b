use captely_platform::db::{Db, DbError, DbOptions, Migration, Stmt, Value, in_list, padded};
use captely_platform::ids::{ContactId, Ids};
use captely_testkit::{assert_prepares, both_dbs};
use uuid::Uuid;

const TABLE: &[Migration] = &[Migration {
    family: "test",
    number: 1,
    name: "thing",
    sql: "CREATE TABLE thing (
        id @id@ NOT NULL PRIMARY KEY, n @int@, label @text@, raw @bytes@, CHECK (n < 1000)
    )@strict@;
    CREATE INDEX thing_by_n ON thing (n);",
}];

captely_platform::statements! {
    const INSERT: &str = "INSERT INTO thing (id, n, label, raw) VALUES ($1, $2, $3, $4)";
    const BY_ID: &str = "SELECT id, n, label, raw FROM thing WHERE id = $1";
    const COUNT: &str = "SELECT count(*) FROM thing";
    const TOTAL: &str = "SELECT CAST(SUM(n) AS BIGINT) FROM thing";
}

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Thing {
    id: ContactId,
    n: Option<i64>,
    label: Option<String>,
    raw: Option<Vec<u8>>,
}

fn thing(ids: &Ids, n: i64) -> Thing {
    Thing { id: ids.uuid().into(), n: Some(n), label: Some("ä".into()), raw: Some(vec![0, 255]) }
}

async fn insert(db: &Db, t: &Thing) -> Result<(), DbError> {
    let mut tx = db.writer().await?;
    let values = [t.id.into(), t.n.into(), t.label.clone().into(), t.raw.clone().into()];
    assert_eq!(tx.run(Stmt::text(INSERT, values)).await?, 1);
    tx.commit().await
}

async fn count(db: &Db) -> i64 {
    let mut tx = db.reader().await.unwrap();
    tx.one::<(i64,)>(Stmt::text(COUNT, [])).await.unwrap().unwrap().0
}

both_dbs! {
    migrations = TABLE;

    async fn every_kind_of_value_comes_back(db) {
        let ids = captely_testkit::ids();
        let full = thing(&ids, 7);
        let empty = Thing { id: ids.uuid().into(), n: None, label: None, raw: None };
        for one in [&full, &empty] {
            insert(&db, one).await.unwrap();
            let mut tx = db.reader().await.unwrap();
            let got: Option<Thing> = tx.one(Stmt::text(BY_ID, [one.id.into()])).await.unwrap();
            assert_eq!(got.as_ref(), Some(one));
        }
        let mut tx = db.reader().await.unwrap();
        let none: Option<Thing> = tx.one(Stmt::text(BY_ID, [Uuid::nil().into()])).await.unwrap();
        assert_eq!(none, None);
    }

    async fn an_untyped_null_takes_the_type_of_its_place(db) {
        let id = captely_testkit::ids().uuid();
        let mut tx = db.writer().await.unwrap();
        let values = [id.into(), Value::Null, Value::Null, Value::Null];
        tx.run(Stmt::text(INSERT, values)).await.unwrap();
        // The same statement, now prepared, with values in the same places.
        let values = [captely_testkit::ids_at(std::sync::Arc::new(captely_testkit::TestClock::default()), 9).uuid().into(), Value::Int(1), "x".into(), Value::Bytes(vec![1])];
        assert_eq!(tx.run(Stmt::text(INSERT, values)).await.unwrap(), 1);
    }

    async fn dropped_is_rolled_back_and_committed_is_kept(db) {
        let ids = captely_testkit::ids();
        let mut tx = db.writer().await.unwrap();
        let values = [ids.uuid().into(), 1_i64.into(), "a".into(), Value::NullBytes];
        tx.run(Stmt::text(INSERT, values)).await.unwrap();
        drop(tx);
        assert_eq!(count(&db).await, 0);
        insert(&db, &thing(&ids, 2)).await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    async fn a_beginning_that_is_given_up_leaves_nothing_open(db) {
        for micros in 0..100 {
            let wait = std::time::Duration::from_micros(micros * 10);
            let _given_up = tokio::time::timeout(wait, db.reader()).await;
        }
        let thing = |n| Thing { id: Uuid::from_u128(n).into(), n: None, label: None, raw: None };
        for n in 0..20 {
            insert(&db, &thing(n)).await.unwrap();
        }
        assert_eq!(count(&db).await, 20);
    }

    async fn a_reader_cannot_write(db) {
        let mut tx = db.reader().await.unwrap();
        let error = tx.run(Stmt::text("DELETE FROM thing", [])).await.unwrap_err();
        assert!(matches!(error, DbError::Other(_)), "{error:?}");
    }

    async fn a_hundred_writers_at_once_lose_nothing(db) {
        let ids = captely_testkit::ids();
        insert(&db, &thing(&ids, 0)).await.unwrap();
        let other = db.another_process().await;
        let raise = |db: Db| async move {
            let mut tx = db.writer().await.unwrap();
            tx.run(Stmt::text("UPDATE thing SET n = n + 1", [])).await.unwrap();
            tx.commit().await.unwrap();
        };
        let one: Vec<_> = (0..50).map(|_| tokio::spawn(raise(db.clone()))).collect();
        let two: Vec<_> = (0..50).map(|_| tokio::spawn(raise(other.clone()))).collect();
        for task in one.into_iter().chain(two) {
            task.await.unwrap();
        }
        let mut tx = db.reader().await.unwrap();
        let (total,) = tx.one::<(i64,)>(Stmt::text(TOTAL, [])).await.unwrap().unwrap();
        assert_eq!(total, 100);
    }

    async fn lists_find_what_is_in_them(db) {
        let ids = captely_testkit::ids();
        let things: Vec<_> = (0..5).map(|n| thing(&ids, n)).collect();
        for one in &things {
            insert(&db, one).await.unwrap();
        }
        for n in 0..=5 {
            let mut values = vec![Value::Int(100)];
            values.extend(padded(things.iter().take(n).map(|t| t.id.into()).collect()));
            let list = in_list(2, n);
            let sql = format!("SELECT id FROM thing WHERE n < $1 AND id IN ({list}) ORDER BY n");
            let mut tx = db.reader().await.unwrap();
            let found: Vec<(ContactId,)> = tx.all(Stmt::owned(sql, values)).await.unwrap();
            let expected: Vec<_> = things.iter().take(n).map(|t| (t.id,)).collect();
            assert_eq!(found, expected);
        }
    }

    async fn text_sorts_by_bytes_on_both(db) {
        let ids = captely_testkit::ids();
        for label in ["b", "B", "a", "Z", "é"] {
            let one = Thing { label: Some(label.into()), ..thing(&ids, 1) };
            insert(&db, &one).await.unwrap();
        }
        let mut tx = db.reader().await.unwrap();
        let sorted = "SELECT label FROM thing ORDER BY label";
        let rows: Vec<(String,)> = tx.all(Stmt::text(sorted, [])).await.unwrap();
        let labels: Vec<_> = rows.iter().map(|r| r.0.as_str()).collect();
        assert_eq!(labels, ["B", "Z", "a", "b", "é"]);
    }

    async fn statements_are_prepared_and_dialects_found_out(db) {
        assert_prepares(&db, &statements()).await;
        let error = db.prepare("SELECT nn FROM thing").await.unwrap_err();
        assert!(error.to_string().contains("nn"), "{error}");
        let foreign = match db.engine() {
            captely_testkit::Engine::Sqlite => ["SELECT id FROM thing FOR UPDATE", "SELECT id FROM thing WHERE id = ANY($1)"],
            captely_testkit::Engine::Postgres => ["SELECT SUM(n) FROM thing", "SELECT 1"],
        };
        for sql in foreign {
            assert!(db.prepare(sql).await.is_err(), "{sql}");
        }
    }

    async fn what_is_missing_is_made_once(db) {
        let other = db.another_process().await;
        let make = async |db: &Db, n: u64| {
            let mut tx = db.writer().await.unwrap();
            tx.one_at_a_time("the only thing").await.unwrap();
            let found: (i64,) = tx.one(Stmt::text(COUNT, [])).await.unwrap().unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if found.0 == 0 {
                let id = Uuid::from_u128(n.into());
                let values: [Value; 4] = [id.into(), 1_i64.into(), "x".into(), vec![0_u8].into()];
                tx.run(Stmt::text(INSERT, values)).await.unwrap();
            }
            tx.commit().await.unwrap();
        };
        tokio::join!(make(&db, 1), make(&other, 2), make(&db, 3), make(&other, 4));
        assert_eq!(count(&db).await, 1);
    }
}

#[test]
fn a_memory_database_keeps_what_is_written_and_leaves_no_file() {
    captely_testkit::run(async {
        let db = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        db.migrate(TABLE).await.unwrap();
        insert(&db.clone(), &thing(&captely_testkit::ids(), 1)).await.unwrap();
        assert_eq!(count(&db).await, 1);
        let other = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        assert_eq!(other.pending(TABLE).await.unwrap(), ["test/0001_thing"]);
    });
}
