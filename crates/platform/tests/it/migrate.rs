use captely_platform::db::{DbError, Engine, Migration, Stmt};
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

    async fn rows_of_an_append_only_table_stay_as_they_are(db) {
        let log = "CREATE TABLE log (n @int@ NOT NULL)@strict@; @append_only:log@;";
        db.migrate(&[step("a", 1, log)]).await.unwrap();
        let run = async |sql: &'static str| {
            let mut tx = db.writer().await.unwrap();
            let done = tx.run(Stmt::text(sql, [])).await;
            tx.commit().await.unwrap();
            done.map_err(|why| why.to_string())
        };
        assert_eq!(run("INSERT INTO log VALUES (1), (2)").await, Ok(2));
        for sql in ["UPDATE log SET n = 3", "DELETE FROM log WHERE n = 1", "DELETE FROM log"] {
            let said = run(sql).await.unwrap_err();
            assert!(said.contains("rows of log are added, never changed"), "{sql}: {said}");
        }
        if db.engine() == Engine::Postgres {
            assert!(run("TRUNCATE log").await.is_err());
        }
        let rows: Vec<(i64,)> = db.all(Stmt::text("SELECT n FROM log ORDER BY n", [])).await.unwrap();
        assert_eq!(rows, [(1,), (2,)]);
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
