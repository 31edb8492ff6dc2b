//! Workspaces do not see each other's lists.

use captely_platform::ids::WorkspaceId;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::desk::{Desk, migrations, people};

both_dbs! {
    migrations = &migrations();

    async fn another_workspace_sees_nothing(db) {
        let ours = Desk::new(&db);
        let theirs = Desk::of(&db, WorkspaceId::from(Uuid::from_u128(7)), 2);
        let import = ours.import(people(30)).await;
        assert!(theirs.rows(&import).await.is_empty());
        assert!(theirs.faults(&import).await.is_empty());
        assert_eq!(theirs.contacts().await, 0);
        let same = theirs.import(people(30)).await;
        assert_ne!(same.id, import.id, "the same file is read for each workspace");
        assert_eq!((same.rows, same.known_rows), (30, 0));
        let (mine, other) = (ours.rows(&import).await, theirs.rows(&same).await);
        for (one, two) in mine.iter().zip(&other) {
            assert_ne!(one.contact, two.contact);
        }
        assert_eq!((ours.contacts().await, theirs.contacts().await), (27, 27));
    }
}
