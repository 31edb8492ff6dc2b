use captely_platform::db::Stmt;
use captely_testkit::{TestDb, assert_prepares, both_dbs, run};

use crate::desk::migrations;

both_dbs! {
    migrations = &migrations();

    async fn both_databases_prepare_them(db) {
        assert_prepares(&db, &captely_imports::statements()).await;
    }
}

/// SQLite says how it would go about it; without figures of the tables, as it ships.
#[test]
fn none_walks_through_all_imports() {
    run(async {
        let db = TestDb::sqlite().await;
        db.migrate(&migrations()).await.unwrap();
        let mut tx = db.writer().await.unwrap();
        let mut of_all = Vec::new();
        for statement in captely_imports::statements() {
            let text = format!("EXPLAIN QUERY PLAN {statement}");
            let plan: Vec<(i64, i64, i64, String)> = tx.all(Stmt::owned(text, [])).await.unwrap();
            for (.., step) in plan {
                assert!(!step.starts_with("SCAN import_job"), "{step}: {statement}");
                of_all.extend(step.contains("(created_at<?)").then_some(step));
            }
        }
        assert_eq!(of_all.len(), 2, "{of_all:?}");
    });
}
