//! Stores and programs that fail in the middle.

use captely_imports::{PART_BYTES, UploadError};
use captely_platform::files::FilesError;
use captely_sandbox::s3::{S3Fault, S3Operation};
use captely_testkit::both_dbs;

use super::{Dock, HERE, THREE, file};
use crate::works::migrations;

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
