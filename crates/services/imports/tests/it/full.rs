//! A database without room for more: an import stops with all that it has entered, and
//! goes on to the same end when there is room again.

use captely_imports::{ImportState, Start};
use captely_platform::db::{Engine, Stmt};
use captely_platform::jobs::Verdict;
use captely_testkit::both_dbs;

use crate::desk::people;
use crate::works::{LEASE, Works, migrations};

const ROWS: u64 = 9_000;
/// Pages of 4 KiB beyond those that are taken; some thousands of rows fit.
const ROOM_PAGES: i64 = 900;

/// Lets the database grow by so many pages at most; by all again where none are said.
async fn room(works: &Works, pages: Option<i64>) {
    let mut tx = works.imports.db.writer().await.unwrap();
    let taken: Option<(i64,)> = tx.one(Stmt::text("PRAGMA page_count", [])).await.unwrap();
    let most = pages.map_or(i64::from(u32::MAX) - 1, |pages| taken.unwrap().0 + pages);
    let limit = Stmt::owned(format!("PRAGMA max_page_count = {most}"), []);
    let _set: Option<(i64,)> = tx.one(limit).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn with_room_again_it_comes_to_the_same_end(db) {
        let works = Works::new(&db);
        if works.imports.db.reader().await.unwrap().engine() == Engine::Postgres {
            println!("skipped: only SQLite takes a limit of pages");
            return;
        }
        let id = works.ready("list.csv", &people(ROWS)).await;
        works.start(id, &Start::default()).await.unwrap();
        room(&works, Some(ROOM_PAGES)).await;
        let verdicts = works.turn().await;
        let [Verdict::Trouble { why }] = verdicts.as_slice() else { panic!("{verdicts:?}") };
        assert!(why.contains("the disk of the database is full"), "{why}");
        let job = works.job(id).await;
        assert_eq!(job.state, ImportState::Processing, "it is tried again");
        let there = works.count("SELECT count(*) FROM import_row WHERE workspace_id = $1").await;
        assert_eq!(i64::try_from(job.counts.rows).unwrap(), there, "{:?}", job.counts);
        assert!((1..9_000).contains(&there), "{there} rows are in");
        room(&works, None).await;
        works.clock.advance(2 * LEASE);
        works.work().await;
        let job = works.job(id).await;
        assert_eq!((job.state, job.counts.rows), (ImportState::Done, ROWS), "{:?}", job.trouble);
        assert_eq!(job.counts.created, ROWS / 10 * 9);
        let fresh = "SELECT count(*) FROM contact WHERE workspace_id = $1";
        assert_eq!(works.count(fresh).await, 8_100);
    }
}
