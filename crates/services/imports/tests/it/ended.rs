//! Imports of this machine's files that do not come to the file's end.

use captely_imports::{Import, ImportError, ImportJob, ImportState, import_job, import_jobs};
use captely_platform::ids::ImportId;
use captely_testkit::both_dbs;

use crate::desk::{Desk, people};
use crate::works::migrations;

/// A list of people as JSON that breaks off behind `rows` of them.
fn broken(rows: u64) -> String {
    let person = |n| format!(r#"{{"name": "Asha{n} Rao", "email": "asha{n}@mills.example"}},"#);
    format!("[{}{{\"name\": \"As", (0..rows).map(person).collect::<String>())
}

async fn import(desk: &Desk, content: &str) -> Result<Import, ImportError> {
    desk.import_file(&desk.file("list.json", content), |_rows| ()).await
}

async fn only(desk: &Desk) -> ImportJob {
    let (db, workspace) = (&desk.importer.db, desk.importer.workspace);
    let [job] = <[ImportJob; 1]>::try_from(import_jobs(db, workspace, 2).await.unwrap()).unwrap();
    job
}

async fn undo(desk: &Desk, id: ImportId) {
    let report = desk.importer.undo(id, |_row| ()).await.unwrap();
    assert!(report.removed > 0, "{report:?}");
    let (db, workspace) = (&desk.importer.db, desk.importer.workspace);
    let job = import_job(db, workspace, id).await.unwrap().unwrap();
    assert_eq!((job.state, desk.contacts().await), (ImportState::Undone, 0));
}

both_dbs! {
    migrations = &migrations();

    async fn a_file_that_breaks_off_has_failed_and_can_be_taken_back(db) {
        let desk = Desk::new(&db);
        let refused = import(&desk, &broken(3_000)).await.unwrap_err().to_string();
        let job = only(&desk).await;
        assert_eq!((job.state, job.trouble), (ImportState::Failed, Some(refused.clone())));
        assert!(job.finished_at.is_some() && job.counts.created > 1_000, "{:?}", job.counts);
        // The same call goes on there, as far as it comes.
        let again = import(&desk, &broken(3_000)).await.unwrap_err().to_string();
        let same = only(&desk).await;
        assert_eq!((again, same.id, same.state), (refused, job.id, ImportState::Failed));
        assert_eq!(same.counts, job.counts);
        undo(&desk, job.id).await;
    }

    async fn what_was_interrupted_can_be_taken_back(db) {
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", people(4_000));
        let (reached, stop) = tokio::sync::oneshot::channel();
        let mut reached = Some(reached);
        let import = desk.import_file(&path, |rows| {
            if rows > 0 && let Some(tell) = reached.take() {
                tell.send(rows).unwrap();
            }
        });
        tokio::select! {
            biased;
            _ = stop => {}
            _ = import => panic!("it ended before it was dropped"),
        }
        let job = only(&desk).await;
        assert_eq!(job.state, ImportState::Processing);
        undo(&desk, job.id).await;
    }
}
