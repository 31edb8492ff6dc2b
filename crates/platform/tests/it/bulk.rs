use captely_platform::db::{DbError, Migration, Stmt, Value};
use captely_testkit::both_dbs;

const TABLE: &[Migration] = &[Migration {
    family: "test",
    number: 1,
    name: "thing",
    sql: "CREATE TABLE thing (
        id @id@ NOT NULL PRIMARY KEY, n @int@ NOT NULL, label @text@, raw @bytes@, spare @int@
    )@strict@;",
}];

const HEAD: &str = "INSERT INTO thing (id, n, label, raw, spare)";
const OVER: &str = "ON CONFLICT (id) DO UPDATE SET n = excluded.n, label = NULL";

fn rows(n: u32) -> Vec<Value> {
    (0..n).flat_map(row).collect()
}

/// Every third label is missing; `spare` is always the untyped NULL.
fn row(n: u32) -> [Value; 5] {
    let label = (!n.is_multiple_of(3)).then(|| format!("label {n}"));
    let id = uuid::Uuid::from_u128(u128::from(n));
    [id.into(), n.into(), label.into(), vec![7_u8; 3].into(), Value::Null]
}

both_dbs! {
    migrations = TABLE;

    async fn any_number_of_rows(db) {
        for n in [0_u32, 1, 7, 8, 63, 585, 1_100, 9_000] {
            let mut tx = db.writer().await.unwrap();
            assert_eq!(tx.insert_many(HEAD, 5, rows(n), "").await.unwrap(), u64::from(n));
            let sums = "SELECT count(*), count(label), CAST(COALESCE(SUM(n), 0) AS BIGINT), count(spare) FROM thing";
            let got: (i64, i64, i64, i64) = tx.one(Stmt::text(sums, [])).await.unwrap().unwrap();
            let wide = i64::from(n);
            assert_eq!(got, (wide, wide - (wide + 2) / 3, wide * (wide - 1).max(0) / 2, 0));
            let again = tx.insert_many(HEAD, 5, rows(n), "ON CONFLICT DO NOTHING").await.unwrap();
            assert_eq!(again, 0);
            assert_eq!(tx.insert_many(HEAD, 5, rows(n), OVER).await.unwrap(), u64::from(n));
            let labels = "SELECT count(label) FROM thing";
            assert_eq!(tx.one::<(i64,)>(Stmt::text(labels, [])).await.unwrap(), Some((0,)));
        }
    }

    async fn only_rows_that_changed_are_given_back(db) {
        const TAIL: &str = "ON CONFLICT (id) DO UPDATE SET label = NULL WHERE thing.n < 600 RETURNING n";
        for n in [1_u32, 585, 9_000] {
            let mut tx = db.writer().await.unwrap();
            let all: Vec<(i64,)> = tx.insert_many_returning(HEAD, 5, rows(n), TAIL).await.unwrap();
            assert_eq!(all.len(), usize::try_from(n).unwrap(), "all are new");
            let mut some: Vec<(i64,)> =
                tx.insert_many_returning(HEAD, 5, rows(n + 1), TAIL).await.unwrap();
            some.sort_unstable();
            let changed = (0..=n).filter(|i| *i < 600 || *i == n).map(|i| (i64::from(i),));
            assert_eq!(some, changed.collect::<Vec<_>>());
        }
    }

    async fn many_rows_are_looked_up(db) {
        const FIND: &str = "WITH v (id, raw) AS (@rows@) SELECT t.n FROM v CROSS JOIN thing AS t \
            WHERE t.id = v.id AND t.raw = v.raw";
        let mut tx = db.writer().await.unwrap();
        tx.insert_many(HEAD, 5, rows(700), "").await.unwrap();
        for (from, to) in [(0_u32, 0), (5, 6), (100, 700), (600, 900)] {
            // of every second row the second value is another than in the table
            let wanted = (from..to).flat_map(|n| {
                let raw = if n.is_multiple_of(2) { vec![7_u8; 3] } else { vec![1] };
                [uuid::Uuid::from_u128(u128::from(n)).into(), raw.into()]
            });
            let mut found: Vec<(i64,)> = tx.all_many(FIND, 2, wanted.collect()).await.unwrap();
            found.sort_unstable();
            let there = (from..to.min(700)).filter(|n| n.is_multiple_of(2));
            assert_eq!(found, there.map(|n| (i64::from(n),)).collect::<Vec<_>>());
        }
    }

    async fn a_row_short_of_a_value_is_refused(db) {
        let mut tx = db.writer().await.unwrap();
        let mut short = rows(2);
        short.pop();
        let error = tx.insert_many(HEAD, 5, short, "").await.unwrap_err();
        assert!(matches!(&error, DbError::Other(why) if why.contains("no rows of 5")), "{error:?}");
    }

    async fn a_rule_broken_by_one_row_is_named(db) {
        let mut tx = db.writer().await.unwrap();
        let twice: Vec<Value> = rows(20).into_iter().chain(row(3)).collect();
        let error = tx.insert_many(HEAD, 5, twice, "").await.unwrap_err();
        assert!(error.is_constraint(), "{error:?}");
    }
}
