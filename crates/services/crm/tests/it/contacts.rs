use captely_contact::Timestamp;
use captely_crm::{MIGRATIONS, add_contacts, load_contacts, statements};
use captely_testkit::{assert_prepares, both_dbs, ids};

use crate::world::{WS, row};

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_person_stands_once(db) {
        assert_prepares(&db, &statements()).await;
        let (ids, now) = (ids(), Timestamp::micros(1));
        let asha = row(&["first_name=Asha", "last_name=Rao", "company=Mills", "domain=mills.example"]);
        let again = row(&["first_name=ASHA", "last_name=Rao", "domain=www2.mills.example"]);
        let ravi = row(&["first_name=Ravi", "last_name=Rao", "company=Mills"]);
        let nobody = row(&["company=Looms"]);
        let list = [asha, again, ravi, nobody];
        let mut tx = db.writer().await.unwrap();
        let first = add_contacts(&mut tx, &ids, WS, &list, now).await.unwrap();
        assert_eq!(first[0], first[1]);
        assert_ne!(first[0], first[2]);
        assert!(first.iter().all(Option::is_some));
        let again = add_contacts(&mut tx, &ids, WS, &list[..3], now).await.unwrap();
        assert_eq!(first[..3], again);
        let known: Vec<_> = first.iter().copied().flatten().collect();
        let loaded = load_contacts(&mut tx, WS, &known).await.unwrap();
        assert_eq!(loaded.len(), 3);
        let asha = loaded.iter().find(|contact| Some(contact.id) == first[0]).unwrap();
        assert_eq!((asha.person.first_name.as_str(), asha.person.title.as_str()), ("Asha", ""));
        tx.commit().await.unwrap();
    }
}
