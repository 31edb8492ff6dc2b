//! Stores and programs that fail in the middle.

use std::io::Write as _;
use std::time::Duration;

use captely_imports::{PART_BYTES, RunImport, Start, UploadError};
use captely_platform::clock::Clock as _;
use captely_platform::files::FilesError;
use captely_platform::jobs::{Handler as _, Verdict, claim};
use captely_sandbox::s3::{S3Fault, S3Operation};
use captely_testkit::both_dbs;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Dock, HERE, THREE, file};
use crate::works::migrations;

fn gzipped(file: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(file).unwrap();
    packed.finish().unwrap()
}

both_dbs! {
    migrations = &migrations();

    async fn dropped_while_it_is_put_together_it_is_completed_later(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let file = file(THREE);
            let id = dock.begin(&file).await.id;
            for n in 1..=3 {
                dock.put(id, &file, n).await.unwrap();
            }
            for until in [1, PART_BYTES, PART_BYTES + 1, THREE] {
                let (tell, told) = tokio::sync::oneshot::channel();
                let mut tell = Some(tell);
                let completing = dock.imports.complete_upload((HERE, id), (None, None), |bytes| {
                    if let Some(tell) = tell.take_if(|_| bytes >= until) {
                        tell.send(()).unwrap();
                    }
                });
                tokio::select! {
                    biased;
                    _ = told => {}
                    done = completing => panic!("it ended before it was dropped: {done:?}"),
                }
                assert_eq!(dock.row(id).await.0, "uploading");
                let state = dock.imports.upload_state((HERE, id)).await.unwrap();
                assert_eq!(state.arrived.len(), 3, "no part is lost");
            }
            dock.complete(id).await.unwrap();
            dock.check_ready(id, &file).await;
        }
    }

    async fn cut_at_its_end_it_leaves_the_next_ones_file(db) {
        let dock = Dock::bucket(&db).await;
        let bucket = dock.bucket.as_ref().unwrap();
        let asked = |operation| bucket.calls().into_iter().filter(|one| *one == operation).count();
        let file = file(1_000);
        let id = dock.begin(&file).await.id;
        dock.put(id, &file, 1).await.unwrap();
        bucket.script(S3Operation::Put, &[S3Fault::Slow(Duration::from_millis(300))]);
        let reached = async {
            while asked(S3Operation::Put) < 2 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            done = dock.complete(id) => panic!("it ended before it was dropped: {done:?}"),
            () = reached => {}
        }
        dock.complete(id).await.unwrap();
        // The part and what may have come by the link are cleared; then the first one's file is taken back.
        while asked(S3Operation::Delete) < 3 || dock.left().await.len() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        dock.check_ready(id, &file).await;
    }

    async fn two_complete_it_at_once(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let other = dock.another(&db).await;
            for _round in 0..3 {
                let file = file(THREE);
                let id = dock.begin(&file).await.id;
                for n in 1..=3 {
                    dock.put(id, &file, n).await.unwrap();
                }
                let (one, two) = tokio::join!(
                    dock.complete(id),
                    other.complete_upload((HERE, id), (None, None), drop),
                );
                assert_eq!(one.unwrap(), two.unwrap().hash);
                dock.check_ready(id, &file).await;
                dock.imports.files.clear(&dock.row(id).await.1.unwrap()).await.unwrap();
            }
        }
    }

    async fn completing_and_ending_at_once_leave_one_of_both(db) {
        for dock in [Dock::folder(&db), Dock::bucket(&db).await] {
            let other = dock.another(&db).await;
            let file = file(THREE);
            let id = dock.begin(&file).await.id;
            for n in 1..=3 {
                dock.put(id, &file, n).await.unwrap();
            }
            let (done, ended) =
                tokio::join!(dock.complete(id), other.abort_upload((HERE, id), None));
            assert!(done.is_ok() != ended.is_ok(), "{done:?} {ended:?}");
            if done.is_ok() {
                dock.check_ready(id, &file).await;
            } else {
                assert_eq!(dock.row(id).await.0, "cancelled");
                assert_eq!(dock.left().await, [""; 0]);
            }
        }
    }

    async fn a_full_store_keeps_nothing_of_the_part(db) {
        let dock = Dock::bucket(&db).await;
        let bucket = dock.bucket.as_ref().unwrap();
        let file = file(THREE);
        let id = dock.begin(&file).await.id;
        bucket.script(S3Operation::Put, &[S3Fault::Full; 10]);
        let refused = dock.put(id, &file, 1).await.unwrap_err();
        assert!(matches!(refused, UploadError::Files(FilesError::Full)), "{refused:?}");
        assert_eq!(dock.left().await, [""; 0]);
        assert_eq!(dock.imports.upload_state((HERE, id)).await.unwrap().arrived, []);
    }

    async fn an_import_outlives_a_store_that_fails_while_it_is_read(db) {
        let dock = Dock::bucket(&db).await;
        let bucket = dock.bucket.as_ref().unwrap();
        for packed in [false, true] {
            let file = if packed { gzipped(&file(400_000)) } else { file(400_000) };
            let id = dock.begin(&file).await.id;
            dock.put(id, &file, 1).await.unwrap();
            dock.complete(id).await.unwrap();
            dock.imports.look(HERE, id, None).await.unwrap();
            let mut tx = db.writer().await.unwrap();
            dock.imports.start(&mut tx, HERE, id, &Start::default()).await.unwrap();
            tx.commit().await.unwrap();
            // Longer than reading tries to go on.
            bucket.script(S3Operation::Get, &[S3Fault::CutBody]);
            bucket.script(S3Operation::Get, &[S3Fault::Full; 5]);
            let handler = RunImport(dock.imports.clone());
            let (lease, now) = (Duration::from_hours(1), dock.clock.now());
            let job = claim(&db, "test", &[handler.queue()], 1, lease, now).await.unwrap().remove(0);
            let first = handler.run(&job).await;
            assert!(matches!(first, Verdict::Trouble { .. }), "packed {packed}: {first:?}");
            assert_eq!(dock.row(id).await.0, "processing");
            let mut tries = 0;
            while !matches!(handler.run(&job).await, Verdict::Done) {
                tries += 1;
                assert!(tries < 6, "the store is well again");
            }
            assert_eq!(dock.row(id).await.0, "done");
        }
    }

    async fn parts_survive_a_store_that_fails_while_it_is_put_together(db) {
        let dock = Dock::bucket(&db).await;
        let bucket = dock.bucket.as_ref().unwrap();
        let file = file(THREE);
        let id = dock.begin(&file).await.id;
        for n in 1..=3 {
            dock.put(id, &file, n).await.unwrap();
        }
        bucket.script(S3Operation::Part, &[S3Fault::Full; 30]);
        let refused = dock.complete(id).await.unwrap_err();
        assert!(matches!(refused, UploadError::Files(FilesError::Full)), "{refused:?}");
        assert_eq!(dock.left().await.len(), 3);
        assert_eq!(dock.row(id).await.0, "uploading");
    }
}
