use bytes::Bytes;
use captely_imports::{NewUpload, PART_BYTES, UploadError};
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_testkit::both_dbs;
use uuid::Uuid;

use super::{Dock, HERE, THREE, file, part};
use crate::works::migrations;

/// A folder, and a bucket.
async fn docks(db: &Db) -> [Dock; 2] {
    [Dock::folder(db), Dock::bucket(db).await]
}

both_dbs! {
    migrations = &migrations();

    async fn parts_come_in_any_order_and_again(db) {
        for dock in docks(&db).await {
            let file = file(THREE);
            let begun = dock.begin(&file).await;
            assert_eq!((begun.parts, begun.file_name.as_str()), (3, "leads.csv"));
            for n in [3, 1, 1, 3] {
                dock.put(begun.id, &file, n).await.unwrap();
            }
            let state = dock.imports.upload_state((HERE, begun.id)).await.unwrap();
            let here: Vec<u32> = state.arrived.iter().map(|part| part.number).collect();
            assert_eq!((here, state.parts, state.bytes), (vec![1, 3], 3, THREE));
            let missing = dock.complete(begun.id).await.unwrap_err();
            assert!(matches!(&missing, UploadError::Missing { missing, parts: 3 } if *missing == [2]), "{missing:?}");
            dock.put(begun.id, &file, 2).await.unwrap();
            assert_eq!(dock.complete(begun.id).await.unwrap(), *blake3::hash(&file).as_bytes());
            dock.check_ready(begun.id, &file).await;
            // Asked again, and a part that comes late.
            assert_eq!(dock.complete(begun.id).await.unwrap(), *blake3::hash(&file).as_bytes());
            let late = dock.put(begun.id, &file, 1).await.unwrap_err();
            assert!(matches!(&late, UploadError::Over { state } if state == "ready"), "{late:?}");
            dock.check_ready(begun.id, &file).await;
        }
    }

    async fn parts_come_at_once(db) {
        for dock in docks(&db).await {
            let file = file(4 * PART_BYTES);
            let id = dock.begin(&file).await.id;
            let other = dock.another(&db).await;
            let put = async |n| dock.put(id, &file, n).await;
            let again = async |n| other.put_part((HERE, id), n, part(&file, n)).await.map(drop);
            let came = tokio::join!(put(1), again(1), put(2), again(3), put(4), again(4), put(1));
            for came in [came.0, came.1, came.2, came.3, came.4, came.5, came.6] {
                came.unwrap();
            }
            dock.complete(id).await.unwrap();
            dock.check_ready(id, &file).await;
        }
    }

    async fn another_part_of_the_same_number_is_refused(db) {
        for dock in docks(&db).await {
            let file = file(THREE);
            let id = dock.begin(&file).await.id;
            dock.put(id, &file, 1).await.unwrap();
            let other = part(&file, 2);
            let refused = dock.imports.put_part((HERE, id), 1, other.clone()).await.unwrap_err();
            assert!(matches!(refused, UploadError::Taken { number: 1 }), "{refused:?}");
            // At once: one stays, whichever.
            let (one, two) = tokio::join!(
                dock.put(id, &file, 2),
                dock.imports.put_part((HERE, id), 2, part(&file, 1)),
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            assert_eq!(dock.left().await.len(), 2);
        }
    }

    async fn wrong_sizes_and_numbers_are_named(db) {
        let dock = Dock::folder(&db);
        let file = file(THREE);
        let id = dock.begin(&file).await.id;
        let put = async |n, bytes: &'static [u8]| {
            dock.imports.put_part((HERE, id), n, Bytes::from_static(bytes)).await.unwrap_err().to_string()
        };
        assert_eq!(put(1, b"x").await, "part 1 has 1 bytes, but must have 8388608");
        assert_eq!(put(3, b"").await, "part 3 has 0 bytes, but must have 1000");
        assert_eq!(put(0, b"x").await, "there is no part 0: the file has the parts 1 to 3");
        assert_eq!(put(4, b"x").await, "there is no part 4: the file has the parts 1 to 3");
        for n in 1..=3 {
            dock.put(id, &file, n).await.unwrap();
        }
        let refused = dock.imports.complete_upload((HERE, id), (Some(7), None), drop).await.unwrap_err();
        assert!(matches!(refused, UploadError::Size { bytes: 7, .. }), "{refused:?}");
        dock.complete(id).await.unwrap();
        let begin = async |bytes| {
            let new = NewUpload { file_name: "a".into(), bytes, hash: None, by: None };
            dock.imports.begin_upload(HERE, new).await.unwrap_err()
        };
        assert!(matches!(begin(0).await, UploadError::Empty));
        assert!(matches!(begin(1 << 40).await, UploadError::TooLarge { .. }));
    }

    async fn another_file_than_announced_ends_the_upload(db) {
        for dock in docks(&db).await {
            for early in [true, false] {
                let file = file(1_000);
                let hash = (!early).then_some([7; 32]);
                let new = NewUpload { file_name: "a".into(), bytes: 1_000, hash: early.then_some([7; 32]), by: None };
                let id = dock.imports.begin_upload(HERE, new).await.unwrap().id;
                dock.put(id, &file, 1).await.unwrap();
                let refused = dock.imports.complete_upload((HERE, id), (None, hash), drop).await.unwrap_err();
                assert!(matches!(refused, UploadError::Hash), "{refused:?}");
                assert_eq!(dock.row(id).await.0, "cancelled");
                assert_eq!(dock.left().await, [""; 0]);
            }
            let file = file(1_000);
            let right = *blake3::hash(&file).as_bytes();
            let new = NewUpload { file_name: "a".into(), bytes: 1_000, hash: Some(right), by: None };
            let id = dock.imports.begin_upload(HERE, new).await.unwrap().id;
            dock.put(id, &file, 1).await.unwrap();
            dock.imports.complete_upload((HERE, id), (Some(1_000), Some(right)), drop).await.unwrap();
            dock.check_ready(id, &file).await;
        }
    }

    async fn what_comes_by_the_link_is_checked_and_copied(db) {
        let dock = Dock::bucket(&db).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let file = file(1_000);
        let begun = dock.begin(&file).await;
        let put = async |body: Vec<u8>| client.put(&begun.put_url).body(body).send().await.unwrap().status();
        assert_eq!(put(file[..999].to_vec()).await, 200);
        let refused = dock.complete(begun.id).await.unwrap_err();
        assert!(matches!(refused, UploadError::Size { bytes: 999, expected: 1_000 }), "{refused:?}");
        assert_eq!(put(file.clone()).await, 200);
        dock.complete(begun.id).await.unwrap();
        dock.check_ready(begun.id, &file).await;
        // The link still writes, but not what is imported.
        assert_eq!(put(vec![0; 1_000]).await, 200);
        assert!(dock.read(&dock.row(begun.id).await.1.unwrap()).await == file);
    }

    async fn others_have_no_such_import(db) {
        let dock = Dock::folder(&db);
        let file = file(1_000);
        let id = dock.begin(&file).await.id;
        let theirs = (WorkspaceId::from(Uuid::from_u128(7)), id);
        let imports = &dock.imports;
        assert!(matches!(imports.upload_state(theirs).await, Err(UploadError::NotFound)));
        assert!(matches!(imports.put_part(theirs, 1, part(&file, 1)).await, Err(UploadError::NotFound)));
        assert!(matches!(imports.complete_upload(theirs, (None, None), drop).await, Err(UploadError::NotFound)));
        assert!(matches!(imports.abort_upload(theirs, None).await, Err(UploadError::NotFound)));
        assert_eq!(dock.row(id).await.0, "uploading");
    }
}
