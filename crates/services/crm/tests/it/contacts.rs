use captely_contact::{Person, Timestamp};
use captely_crm::{MIGRATIONS, NewContact, add_contacts, load_contacts, statements};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{assert_prepares, both_dbs, ids};

fn contact(first: &str, domain: &str) -> NewContact {
    let person = Person {
        first_name: first.into(),
        last_name: "Rao".into(),
        company: "Mills".into(),
        domain: domain.parse().ok(),
        ..Person::default()
    };
    NewContact { person, ..NewContact::default() }
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_person_stands_once(db) {
        assert_prepares(&db, &statements()).await;
        let (ids, ws, now) = (ids(), WorkspaceId::LOCAL, Timestamp::micros(1));
        let list = [contact("Asha", "mills.example"), contact("ASHA", "mills.example"), contact("Ravi", "")];
        let mut tx = db.writer().await.unwrap();
        let first = add_contacts(&mut tx, &ids, ws, &list, now).await.unwrap();
        assert_eq!(first[0], first[1]);
        assert_ne!(first[0], first[2]);
        let again = add_contacts(&mut tx, &ids, ws, &list, now).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(load_contacts(&mut tx, ws, &first).await.unwrap().len(), 2);
        tx.commit().await.unwrap();
    }
}
