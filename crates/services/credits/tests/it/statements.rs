use captely_platform::db::Stmt;
use captely_testkit::{TestDb, assert_prepares, both_dbs, run};

use crate::desk::migrations;

both_dbs! {
    migrations = &migrations();

    async fn both_databases_prepare_them(db) {
        assert_prepares(&db, &captely_credits::statements()).await;
    }
}

/// What stands in `statements` for the rows of values that keys are looked up by.
const KEYS: &str = "SELECT workspace_id, key FROM credit_charged WHERE workspace_id = $1";

/// SQLite says how it would go about it; without figures of the tables, as it ships.
#[test]
fn none_walks_through_the_entries_of_a_workspace() {
    run(async {
        let db = TestDb::sqlite().await;
        db.migrate(&migrations()).await.unwrap();
        let mut tx = db.writer().await.unwrap();
        let mut of_entries = 0;
        for statement in captely_credits::statements() {
            let text = format!("EXPLAIN QUERY PLAN {}", statement.replace(KEYS, "VALUES ($1, $2)"));
            let plan: Vec<(i64, i64, i64, String)> = tx.all(Stmt::owned(text, [])).await.unwrap();
            for (.., step) in plan {
                assert!(!step.starts_with("SCAN credit_"), "{step}: {statement}");
                let entries =
                    step.starts_with("SEARCH e ") || step.starts_with("SEARCH credit_entry ");
                if entries {
                    of_entries += 1;
                    let few = ["key=?", "seq>?", "grant_id=?"].iter().any(|by| step.contains(by));
                    assert!(few, "{step}: {statement}");
                }
            }
        }
        assert!(of_entries >= 2, "the entries are read by other words now");
    });
}
