use captely_platform::db::{DbError, Migration, Stmt};
use captely_testkit::both_dbs;

const fn step(family: &'static str, number: u32, sql: &'static str) -> Migration {
    Migration { family, number, name: "step", sql }
}

const ONE: Migration = step("a", 1, "CREATE TABLE one (n @int@ NOT NULL)@strict@;");
const TWO: Migration =
    step("a", 2, "ALTER TABLE one ADD COLUMN m @int@; INSERT INTO one VALUES (1, 2);");
const OTHER: Migration = step("b", 1, "CREATE TABLE other (n @int@ NOT NULL)@strict@;");

both_dbs! {
    migrations = &[];

    async fn each_runs_once_in_order(db) {
        assert_eq!(db.pending(&[ONE, OTHER]).await.unwrap(), ["a/0001_step", "b/0001_step"]);
        assert_eq!(db.migrate(&[ONE]).await.unwrap(), ["a/0001_step"]);
        assert_eq!(db.migrate(&[ONE]).await.unwrap(), Vec::<String>::new());
        assert_eq!(db.migrate(&[ONE, TWO, OTHER]).await.unwrap(), ["a/0002_step", "b/0001_step"]);
        assert_eq!(db.pending(&[ONE, TWO, OTHER]).await.unwrap(), Vec::<String>::new());
        let mut tx = db.reader().await.unwrap();
        let rows: Vec<(i64, i64)> = tx.all(Stmt::text("SELECT n, m FROM one", [])).await.unwrap();
        assert_eq!(rows, [(1, 2)]);
    }

    async fn a_changed_text_is_refused(db) {
        db.migrate(&[ONE]).await.unwrap();
        let changed = step("a", 1, "CREATE TABLE one (n @int@)@strict@;");
        let error = db.migrate(&[changed]).await.unwrap_err().to_string();
        assert!(error.contains("a/0001_step") && error.contains("never changed"), "{error}");
    }

    async fn an_older_program_is_refused(db) {
        db.migrate(&[ONE, TWO]).await.unwrap();
        let error = db.migrate(&[ONE]).await.unwrap_err().to_string();
        assert!(error.contains("a/0002") && error.contains("newer"), "{error}");
        assert_eq!(db.migrate(&[OTHER]).await.unwrap(), ["b/0001_step"]);
    }

    async fn a_failed_step_leaves_nothing(db) {
        let bad = step("a", 2, "CREATE TABLE half (n @int@); INSERT INTO nowhere VALUES (1);");
        let error = db.migrate(&[ONE, bad]).await.unwrap_err();
        assert!(matches!(error, DbError::Migration(_)), "{error:?}");
        assert!(error.to_string().contains("a/0002_step"), "{error}");
        assert_eq!(db.migrate(&[ONE, TWO]).await.unwrap(), ["a/0002_step"]);
        assert!(db.prepare("SELECT n FROM half").await.is_err());
    }

    async fn two_processes_at_once(db) {
        let steps = [ONE, TWO, OTHER];
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let process = db.another_process().await;
            tasks.push(tokio::spawn(async move { process.migrate(&steps).await.unwrap() }));
        }
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all.sort();
        assert_eq!(all, ["a/0001_step", "a/0002_step", "b/0001_step"]);
    }
}
