//! What is asked of an import while somebody else is at it.

use std::pin::pin;
use std::sync::Arc;

use captely_imports::{Imports, ImportsError, Start};
use captely_platform::db::{Engine, Stmt, Tx};
use captely_platform::ids::ImportId;
use captely_testkit::both_dbs;

use crate::works::{Works, migrations};

const LIST: &str = "Name,Email\nAsha Rao,asha@mills.example\n";

/// Asks for something that has to wait for `first`, which is then kept.
async fn behind<F>(works: &Arc<Works>, first: Tx, ask: F)
where
    F: AsyncFnOnce(&Imports, &mut Tx) -> Result<(), ImportsError>,
{
    let engine = first.engine();
    let second = works.ask(ask);
    let first = async {
        // SQLite lets nobody else begin to write; PostgreSQL lets them come as far as the import.
        while engine == Engine::Postgres && works.waiting().await == 0 {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(second, first);
    second.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn who_ends_it_while_the_last_rows_come_in_ends_it(db) {
        let works = Works::new(&db);
        let ws = works.workspace;
        let id = works.ready("list.csv", LIST).await;
        works.start(id, &Start { verify: true, ..Start::default() }).await.unwrap();
        let mut working = pin!(works.work());
        while works.job(id).await.counts.rows == 0 {
            assert!(futures::poll!(working.as_mut()).is_pending(), "it ended before all was asked for");
        }
        let ending = works.ask(async |imports, tx| imports.cancel(tx, ws, id).await);
        if db.engine() == Engine::Postgres {
            ending.await.unwrap();
            working.await;
        } else {
            // The worker may be writing; whoever asks is next.
            let (ended, ()) = tokio::join!(biased; ending, working);
            ended.unwrap();
        }
        let told = works.told(id).await;
        let ends = ["import.started", "import.cancelled"];
        assert!(told.ends_with(&ends.map(str::to_owned)), "{told:?}");
        let left = works.count("SELECT COUNT(*) FROM job WHERE workspace_id = $1 AND queue = 'imports_verify.v1'").await;
        assert_eq!(left, 0, "nothing is paid for");
        works.ask(async |imports, tx| imports.undo(tx, ws, id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, Vec::<String>::new());
    }

    async fn tags_that_are_given_at_once_are_all_given(db) {
        let works = Arc::new(Works::new(&db));
        let ws = works.workspace;
        let job = works.import(LIST, &Start::default()).await;
        let mut first = db.writer().await.unwrap();
        works.imports.tag(&mut first, ws, job.id, &["a".to_owned()]).await.unwrap();
        let tags = ["b".to_owned()];
        behind(&works, first, async |imports, tx| imports.tag(tx, ws, job.id, &tags).await).await;
        assert_eq!(works.job(job.id).await.tags, ["a", "b"]);
        works.work().await;
        let given = works.count("SELECT COUNT(*) FROM contact_tag WHERE workspace_id = $1").await;
        assert_eq!(given, 2);
    }

    async fn who_goes_while_tags_are_given_gets_none(db) {
        let works = Works::new(&db);
        let ws = works.workspace;
        let job = works.import(LIST, &Start::default()).await;
        let tags = ["a".to_owned()];
        works.ask(async |imports, tx| imports.tag(tx, ws, job.id, &tags).await).await.unwrap();
        let mut first = db.writer().await.unwrap();
        let sql = "DELETE FROM contact WHERE workspace_id = $1";
        first.run(Stmt::text(sql, [ws.into()])).await.unwrap();
        let mut working = pin!(works.work());
        let mut ended = false;
        while db.engine() == Engine::Postgres && works.waiting().await == 0 && !ended {
            ended = futures::poll!(working.as_mut()).is_ready();
        }
        first.commit().await.unwrap();
        if !ended {
            working.await;
        }
        let given = works.count("SELECT COUNT(*) FROM contact_tag WHERE workspace_id = $1").await;
        assert_eq!(given, 0);
    }

    async fn what_was_called_off_can_be_asked_for_again(db) {
        let works = Works::new(&db);
        let ws = works.workspace;
        let job = works.import(LIST, &Start { verify: true, ..Start::default() }).await;
        let live = async |queue: &'static str| {
            let sql = "SELECT COUNT(*) FROM job WHERE workspace_id = $1 AND queue = $2 AND state = 0";
            let row: Option<(i64,)> = db.one(Stmt::text(sql, [ws.into(), queue.into()])).await.unwrap();
            row.unwrap().0
        };
        let call_off = async || {
            let mut tx = db.writer().await.unwrap();
            // The worker of these tests does not tell that it has done a job.
            let sql = "UPDATE job SET state = 4 WHERE workspace_id = $1 AND state IN (0, 1)";
            tx.run(Stmt::text(sql, [ws.into()])).await.unwrap();
            tx.commit().await.unwrap();
        };
        for calls in [1, 0, 0] {
            assert_eq!(live("imports_verify.v1").await, 1);
            if calls == 1 {
                call_off().await;
            }
            works.ask(async |imports, tx| imports.verify(tx, ws, job.id).await).await.unwrap();
        }
        call_off().await;
        for calls in [1, 0, 0] {
            works.ask(async |imports, tx| imports.undo(tx, ws, job.id).await).await.unwrap();
            assert_eq!(live("imports_undo.v1").await, 1);
            if calls == 1 {
                call_off().await;
            }
        }
        works.work().await;
        assert_eq!(works.people().await, Vec::<String>::new());
    }

    async fn what_is_tried_is_what_was_looked_at_last(db) {
        let works = Arc::new(Works::new(&db));
        let ws = works.workspace;
        let id: ImportId = works.ready("list.csv", LIST).await;
        // As another look leaves it.
        let mut first = db.writer().await.unwrap();
        let sql = "UPDATE import_job SET header = '[\"Who\",\"Where\"]' WHERE workspace_id = $1 AND id = $2";
        first.run(Stmt::text(sql, [ws.into(), id.into()])).await.unwrap();
        let start = Start::default();
        behind(&works, first, async |imports, tx| imports.dry_run(tx, ws, id, &start).await).await;
        let sql = "SELECT payload FROM job WHERE workspace_id = $1 AND queue LIKE 'imports_dry_run%'";
        let [(payload,)] = <[(String,); 1]>::try_from(works.all(sql).await).unwrap();
        assert!(payload.contains("\"Where\""), "{payload}");
    }
}
