//! Imports that end half-way and are begun again, and two at once.

use std::time::Duration;

use captely_imports::Import;
use captely_testkit::both_dbs;

use crate::desk::{Desk, migrations, people};

const ROWS: u64 = 4_321;

/// Every row once, in order, and each person once.
async fn check_whole(desk: &Desk, import: &Import) {
    assert_eq!(import.rows, ROWS);
    let rows = desk.rows(import).await;
    assert_eq!(rows.len(), usize::try_from(ROWS).unwrap());
    for (i, row) in (0_u64..).zip(&rows) {
        assert_eq!((row.number, row.cells[4].as_str()), (i + 1, &*format!("row {i}")));
        assert!(row.contact.is_some());
    }
    assert_eq!(desk.contacts().await, 4_321 - 432);
    assert_eq!(desk.count("SELECT count(*) FROM import_job WHERE workspace_id = $1").await, 1);
}

both_dbs! {
    migrations = &migrations();

    async fn dropped_after_any_chunk(db) {
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", people(ROWS));
        for most in [0, 1_000, 2_000, 2_000, 4_000] {
            // the future is dropped as soon as `most` rows are in, wherever it then is
            let (reached, stop) = tokio::sync::oneshot::channel();
            let mut reached = Some(reached);
            let import = desk.import_file(&path, |rows| {
                if rows >= most && let Some(tell) = reached.take() {
                    let _ = tell.send(rows);
                }
            });
            tokio::select! {
                biased;
                rows = stop => assert_eq!(rows.unwrap() % 1_000, 0),
                _ = import => panic!("it ended before it was dropped"),
            }
        }
        let import = desk.import_file(&path, |_| ()).await.unwrap();
        assert!(import.known_rows >= 4_000, "{} rows were known", import.known_rows);
        check_whole(&desk, &import).await;
    }

    async fn dropped_at_any_moment(db) {
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", people(ROWS));
        let mut dropped = 0;
        for ms in [1, 3, 7, 15, 25, 40, 60, 90] {
            let import = desk.import_file(&path, |_| ());
            dropped += usize::from(
                tokio::time::timeout(Duration::from_millis(ms), import).await.is_err(),
            );
        }
        assert!(dropped > 0, "no import was interrupted");
        let import = desk.import_file(&path, |_| ()).await.unwrap();
        check_whole(&desk, &import).await;
    }

    async fn two_processes_read_one_list_together(db) {
        let one = Desk::new(&db);
        let other = Desk::of(&db.another_process().await, one.importer.workspace, 2);
        let (first, second) = tokio::join!(one.import(people(ROWS)), other.import(people(ROWS)));
        assert_eq!((first.id, first.rows), (second.id, second.rows));
        check_whole(&one, &first).await;
    }

    async fn two_lists_at_once_make_each_person_once(db) {
        let one = Desk::new(&db);
        let other = Desk::of(&db.another_process().await, one.importer.workspace, 2);
        let mut longer = people(ROWS);
        longer.push_str("Eve,Rao,Mills,,the last\n");
        let (first, second) = tokio::join!(one.import(people(ROWS)), other.import(longer));
        assert_ne!(first.id, second.id);
        assert_eq!((first.rows, second.rows), (ROWS, ROWS + 1));
        assert_eq!(one.contacts().await, 4_321 - 432 + 1);
        let (mine, theirs) = (one.rows(&first).await, other.rows(&second).await);
        assert!(mine.iter().zip(&theirs).all(|(a, b)| a.contact == b.contact));
    }
}
