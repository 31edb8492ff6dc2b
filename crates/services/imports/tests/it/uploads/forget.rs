use std::time::Duration;

use bytes::Bytes;
use captely_imports::{ForgetFiles, Forgotten, schedules};
use captely_platform::clock::{Clock as _, SystemClock};
use captely_platform::db::Stmt;
use captely_platform::ids::ImportId;
use captely_platform::jobs::{Handler as _, Verdict, claim, due_schedules, put_schedule};
use captely_sandbox::s3::{S3Fault, S3Operation};
use captely_testkit::both_dbs;

use super::{Dock, HERE, THREE, file};
use crate::works::migrations;

const DAY: Duration = Duration::from_hours(24);

/// Files are dated by the true clock; the service's is put there.
fn dock_now(dock: Dock) -> Dock {
    dock.clock.advance(SystemClock.now().since(dock.clock.now()));
    dock
}

async fn set_state(dock: &Dock, id: ImportId, state: &'static str) {
    let sql = "UPDATE import_job SET state = $3 WHERE workspace_id = $1 AND id = $2";
    let mut tx = dock.imports.db.writer().await.unwrap();
    tx.run(Stmt::text(sql, [HERE.into(), id.into(), state.into()])).await.unwrap();
    tx.commit().await.unwrap();
}

/// Why an import ended, and how often listeners were told of it.
async fn ended(dock: &Dock, id: ImportId) -> (Option<String>, i64) {
    let sql = "SELECT trouble, (SELECT COUNT(*) FROM event AS e WHERE e.workspace_id = j.workspace_id \
        AND e.subject = j.id AND e.kind = 'import.cancelled') \
        FROM import_job AS j WHERE j.workspace_id = $1 AND j.id = $2";
    dock.imports.db.one(Stmt::text(sql, [HERE.into(), id.into()])).await.unwrap().unwrap()
}

/// The rows of its dry run are in a file of this name.
async fn set_dry_run(dock: &Dock, id: ImportId, name: &str) {
    let sql = "UPDATE import_job SET dry_run_key = $3 WHERE workspace_id = $1 AND id = $2";
    let mut tx = dock.imports.db.writer().await.unwrap();
    tx.run(Stmt::text(sql, [HERE.into(), id.into(), name.into()])).await.unwrap();
    tx.commit().await.unwrap();
}

async fn ready(dock: &Dock) -> ImportId {
    let file = file(1_000);
    let id = dock.begin(&file).await.id;
    dock.put(id, &file, 1).await.unwrap();
    dock.complete(id).await.unwrap();
    id
}

both_dbs! {
    migrations = &migrations();

    async fn uploads_that_never_end_are_given_up(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let dock = dock_now(dock);
            let id = dock.begin(&file(THREE)).await.id;
            dock.put(id, &file(THREE), 2).await.unwrap();
            assert_eq!(dock.imports.forget_files().await.unwrap(), Forgotten::default());
            dock.clock.advance(2 * DAY + Duration::from_secs(1));
            let other = dock.another(&db).await;
            let (one, two) = tokio::join!(dock.imports.forget_files(), other.forget_files());
            assert_eq!(one.unwrap().uploads + two.unwrap().uploads, 1);
            assert_eq!((dock.row(id).await.0.as_str(), dock.left().await), ("cancelled", Vec::new()));
        }
    }

    async fn raw_files_go_after_their_days(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let dock = dock_now(dock);
            let (waiting, done, running) = (ready(&dock).await, ready(&dock).await, ready(&dock).await);
            let paused = ready(&dock).await;
            set_state(&dock, paused, "paused").await;
            for id in [waiting, done] {
                let name = format!("imports/{HERE}/{id}/dry-run.csv");
                dock.imports.files.put(&name, Bytes::from_static(b"x")).await.unwrap();
                set_dry_run(&dock, id, &name).await;
            }
            set_state(&dock, done, "done").await;
            set_state(&dock, running, "processing").await;
            dock.clock.advance(30 * DAY);
            assert_eq!(dock.imports.forget_files().await.unwrap(), Forgotten::default());
            dock.clock.advance(Duration::from_secs(1));
            let gone = dock.imports.forget_files().await.unwrap();
            assert_eq!((gone.raw_files, gone.strays), (3, 0));
            let state = async |id| { let row = dock.row(id).await; (row.0, row.1.is_some()) };
            assert_eq!(state(waiting).await, ("cancelled".to_owned(), false));
            assert_eq!(state(paused).await, ("cancelled".to_owned(), false));
            for (id, why) in [
                (waiting, "Its file was removed 30 days after it came, and nobody had begun it."),
                (paused, "Its file was removed 30 days after it came, and it stood paused."),
            ] {
                assert_eq!(ended(&dock, id).await, (Some(why.to_owned()), 1));
            }
            assert_eq!(ended(&dock, done).await, (None, 0));
            assert_eq!(state(done).await, ("done".to_owned(), false));
            assert_eq!(state(running).await, ("processing".to_owned(), true));
            assert_eq!(dock.left().await, [dock.row(running).await.1.unwrap()]);
            assert_eq!(dock.imports.forget_files().await.unwrap(), Forgotten::default());
        }
    }

    async fn files_that_no_import_has_go_and_others_stay(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let dock = dock_now(dock);
            let id = ready(&dock).await;
            let nobody = ImportId::from(dock.imports.ids.uuid());
            let put = async |name: String| {
                dock.imports.files.put(&name, Bytes::from_static(b"x")).await.unwrap();
                name
            };
            // A kill between keeping and noting; a link that wrote late; a part of an upload that is over.
            put(format!("imports/{HERE}/{nobody}/raw")).await;
            put(format!("imports/{HERE}/{id}/raw-x")).await;
            put(format!("imports/{HERE}/{id}/direct")).await;
            put(format!("imports/{HERE}/{id}/parts/000001-x")).await;
            // Results whose link has run out; a dry run that was forgotten, and one that was not.
            put(format!("imports/{HERE}/{id}/results-all.csv")).await;
            put(format!("imports/{HERE}/{nobody}/dry-run.csv")).await;
            let dry_run = put(format!("imports/{HERE}/{id}/dry-run.csv")).await;
            set_dry_run(&dock, id, &dry_run).await;
            let kept = [dry_run, put(format!("imports/{HERE}/{id}/notes.csv")).await, dock.row(id).await.1.unwrap()];
            assert_eq!(dock.imports.forget_files().await.unwrap().strays, 0, "they are young");
            dock.clock.advance(3 * DAY);
            assert_eq!(dock.imports.forget_files().await.unwrap().strays, 6);
            let mut left = dock.left().await;
            left.sort();
            let mut kept = kept;
            kept.sort();
            assert_eq!(left, kept);
        }
    }

    async fn what_is_written_again_meanwhile_stays(db) {
        let dock = dock_now(Dock::bucket(&db).await);
        let (bucket, files) = (dock.bucket.as_ref().unwrap(), &dock.imports.files);
        let id = ready(&dock).await;
        let (first, again) = (format!("imports/{HERE}/{id}/direct"), format!("imports/{HERE}/{id}/results-all.csv"));
        for name in [&first, &again] {
            files.put(name, Bytes::from_static(b"x")).await.unwrap();
        }
        let minutes = |n| Duration::from_mins(n);
        dock.clock.advance(2 * DAY + minutes(5));
        let heads = || bucket.calls().into_iter().filter(|one| *one == S3Operation::Head).count();
        let before = heads();
        bucket.script(S3Operation::Head, &[S3Fault::Slow(Duration::from_millis(400))]);
        let writing = async {
            while heads() == before {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            // Within what its clock may differ by.
            bucket.advance(minutes(10));
            files.put(&again, Bytes::from_static(b"y")).await.unwrap();
        };
        let (gone, ()) = tokio::join!(dock.imports.forget_files(), writing);
        assert_eq!(gone.unwrap().strays, 1);
        assert!(dock.read(&again).await == b"y");
    }

    async fn the_job_of_the_schedule_forgets_once_a_day(db) {
        let dock = dock_now(Dock::folder(&db));
        let id = dock.begin(&file(THREE)).await.id;
        let forget = ForgetFiles(dock.imports.clone());
        let queues = [forget.queue()];
        for (days, expected) in [(0, "uploading"), (1, "uploading"), (2, "cancelled")] {
            let now = dock.clock.now();
            let mut tx = db.writer().await.unwrap();
            for schedule in schedules(now) {
                put_schedule(&mut tx, &schedule).await.unwrap();
            }
            tx.commit().await.unwrap();
            assert_eq!(due_schedules(&db, &dock.imports.ids, now).await.unwrap(), 1, "day {days}");
            assert_eq!(due_schedules(&db, &dock.imports.ids, now).await.unwrap(), 0, "day {days}");
            let due = claim(&db, "test", &queues, 10, 10 * DAY, now).await.unwrap();
            assert_eq!(due.len(), 1, "day {days}");
            assert!(matches!(forget.run(&due[0]).await, Verdict::Done), "day {days}");
            assert_eq!(dock.row(id).await.0, expected, "day {days}");
            dock.clock.advance(DAY + Duration::from_secs(1));
        }
    }
}
