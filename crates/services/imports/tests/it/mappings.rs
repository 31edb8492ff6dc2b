//! Mappings that are kept for headers.

use captely_contact::Timestamp;
use captely_imports::{
    Ask, ColumnMap, Start, delete_mapping, find_mapping, list_mappings, mapping_used, save_mapping,
};
use captely_platform::clock::Clock as _;
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;
use captely_testkit::both_dbs;

use crate::desk::Desk;
use crate::works::{Works, migrations};

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn keep(
    db: &Db,
    workspace: WorkspaceId,
    name: &str,
    header: &[&str],
    words: &[&str],
    at: i64,
) {
    let map = ColumnMap::of_words(&texts(header), &texts(words), "kept").unwrap();
    let mut tx = db.writer().await.unwrap();
    save_mapping(&mut tx, workspace, name, &map, None, Timestamp::micros(at)).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn a_header_is_known_again(db) {
        let (here, there) = (WorkspaceId::LOCAL, WorkspaceId::from(uuid::Uuid::from_u128(7)));
        keep(&db, here, "a\0.csv", &["Who\0", "E-Mail"], &["custom.Who", "email"], 1).await;
        keep(&db, here, "b.csv", &["Name"], &["full_name"], 2).await;
        let mut tx = db.writer().await.unwrap();
        let header = texts(&["who", "e mail"]);
        mapping_used(&mut tx, here, &header, Timestamp::micros(5)).await.unwrap();
        let found = find_mapping(&mut tx, here, &header).await.unwrap().expect("it was kept");
        assert_eq!(found.mapping, ["custom.Who", "email"]);
        assert_eq!((found.name.as_str(), found.header[0].as_str()), ("a.csv", "Who"));
        assert_eq!(found.used_at, Timestamp::micros(5));
        let other = find_mapping(&mut tx, there, &header).await.unwrap();
        assert_eq!(other, None, "another workspace's");
        let names = |all: Vec<captely_imports::SavedMapping>| -> Vec<String> {
            all.into_iter().map(|kept| kept.name).collect()
        };
        assert_eq!(names(list_mappings(&mut tx, here).await.unwrap()), ["a.csv", "b.csv"]);
        tx.commit().await.unwrap();
        // kept again, it is replaced
        keep(&db, here, "c.csv", &["WHO", "email"], &["full_name", "email"], 9).await;
        let mut tx = db.writer().await.unwrap();
        let all = list_mappings(&mut tx, here).await.unwrap();
        let signature = all[0].signature.clone();
        assert_eq!(all[0].mapping, ["full_name", "email"]);
        assert_eq!((all[0].created_at, all[0].used_at), (Timestamp::micros(1), Timestamp::micros(9)));
        assert_eq!(names(all), ["c.csv", "b.csv"]);
        assert!(!delete_mapping(&mut tx, there, &signature).await.unwrap());
        assert!(!delete_mapping(&mut tx, here, "no signature").await.unwrap());
        assert!(delete_mapping(&mut tx, here, &signature).await.unwrap());
        assert_eq!(names(list_mappings(&mut tx, here).await.unwrap()), ["b.csv"]);
    }

    async fn a_name_that_looks_like_an_escaped_nul_stays(db) {
        let here = WorkspaceId::LOCAL;
        let name = r"\u0000";
        let header = [name, "E-Mail"];
        keep(&db, here, "a.csv", &header, &[r"custom.\u0000", "email"], 1).await;
        let mut tx = db.writer().await.unwrap();
        let all = list_mappings(&mut tx, here).await.unwrap();
        assert_eq!((all[0].header[0].as_str(), all[0].mapping[0].as_str()), (name, r"custom.\u0000"));
    }

    async fn looking_at_a_list_writes_nothing(db) {
        let works = Works::new(&db);
        let (list, header) = ("Name,Email\nAsha Rao,asha@mills.example\n", ["Name", "Email"]);
        keep(&db, works.workspace, "a.csv", &header, &["full_name", "email"], 1).await;
        let used = async || {
            let mut tx = db.reader().await.unwrap();
            list_mappings(&mut tx, works.workspace).await.unwrap()[0].used_at
        };
        let id = works.ready("list.csv", list).await;
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", list);
        {
            // While somebody else writes.
            let _held = db.writer().await.unwrap();
            desk.importer.preview(&path, ReadOptions::default(), &Ask::default()).await.unwrap();
        }
        desk.importer.dry_run(&path, ReadOptions::default(), Ask::default(), |_| ()).await.unwrap();
        assert_eq!(used().await, Timestamp::micros(1));
        works.start(id, &Start::default()).await.unwrap();
        assert_eq!(used().await, works.clock.now());
        keep(&db, works.workspace, "a.csv", &header, &["full_name", "email"], 1).await;
        desk.importer.import_with(&path, ReadOptions::default(), Ask::default(), |_| ()).await.unwrap();
        assert_eq!(used().await, desk.importer.clock.now());
    }
}
