use captely_platform::MIGRATIONS;
use captely_platform::db::{Db, DbOptions, Stmt, Value};
#[test]
fn plans() {
    captely_testkit::run(async {
        let db = Db::open("sqlite::memory:", &DbOptions::default()).await.unwrap();
        db.migrate(MIGRATIONS).await.unwrap();
        let mut tx = db.reader().await.unwrap();
        let v: (String,) =
            tx.one(Stmt::text("SELECT sqlite_version()", [])).await.unwrap().unwrap();
        println!("{v:?}");
        for sql in [
            std::fs::read_to_string("/tmp/claim.sql").unwrap(),
            std::fs::read_to_string("/tmp/settle.sql").unwrap(),
        ] {
            let rows: Vec<(i64, i64, i64, String)> =
                tx.all(Stmt::owned(format!("EXPLAIN QUERY PLAN {sql}"), vec![])).await.unwrap();
            for r in rows {
                println!("{}", r.3);
            }
            println!("--");
        }
    });
}
