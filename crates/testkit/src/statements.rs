use std::fmt::Write as _;

use captely_platform::db::Db;

/// Fails with every one of `statements` that this database does not prepare, and why.
#[track_caller]
pub fn assert_prepares(db: &Db, statements: &[&str]) -> impl Future<Output = ()> {
    let db = db.clone();
    let statements: Vec<String> = statements.iter().map(|s| (*s).to_owned()).collect();
    let caller = std::panic::Location::caller();
    async move {
        let mut faults = String::new();
        for sql in &statements {
            if let Err(why) = db.prepare(sql).await {
                let _ = write!(faults, "\n{sql}\n  -> {why}");
            }
        }
        let engine = db.engine();
        assert!(!statements.is_empty(), "no statements were given at {caller}");
        assert!(faults.is_empty(), "{engine:?} does not prepare (listed at {caller}):{faults}");
    }
}
