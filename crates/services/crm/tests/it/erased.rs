use captely_contact::Timestamp;
use captely_crm::{MIGRATIONS, OnMatch, Outcome, Policy, SkipReason, count, erase_contact};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{both_dbs, ids};

use crate::world::{WS, all, by, dump, row, upsert};

both_dbs! {
    migrations = MIGRATIONS;

    async fn an_erased_person_does_not_come_back(db) {
        let ids = ids();
        let how = |n| by(n, Policy { usual: OnMatch::Overwrite, ..Policy::default() });
        let asha = row(&[
            "first_name=Asha", "last_name=Rao", "email=asha@mills.example", "phone=+4930123456", "company=Mills Ltd",
            "domain=mills.example", "linkedin_url=in/asha", "personal_email=as.ha@gmail.com", "tag=x", "title=Head",
        ]);
        let other = row(&["email=ravi@mills.example", "first_name=Ravi", "last_name=Rao", "company=Mills"]);
        let applied = upsert(&db, &ids, WS, &[asha.clone(), other.clone()], &how(1), 5).await;
        let changed = row(&["email=asha@mills.example", "title=Chief", "mobile_phone=+491701234567"]);
        upsert(&db, &ids, WS, &[changed], &how(2), 6).await;
        let mut tx = db.writer().await.unwrap();
        let gone = erase_contact(&mut tx, WS, applied[0].contact.unwrap(), Timestamp::micros(7)).await.unwrap();
        assert_eq!(gone, [applied[0].contact.unwrap()]);
        let again = erase_contact(&mut tx, WS, gone[0], Timestamp::micros(8)).await.unwrap();
        assert_eq!(again, []);
        assert_eq!(count(&mut tx, WS).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let left = dump(&db).await.join("\n").to_lowercase();
        for text in ["asha", "chief", "head", "30123456", "1701234567"] {
            assert!(!left.contains(text), "{text} is still there:\n{left}");
        }
        let changes: Vec<(String,)> = all(&db, "SELECT after FROM record_change WHERE workspace_id IS NOT NULL").await;
        assert_eq!(changes, []);
        let before = dump(&db).await;
        for words in [
            &["email=ASHA@Mills.example", "first_name=Somebody"][..],
            &["linkedin_url=https://de.linkedin.com/in/Asha/"],
            &["first_name=Asha", "last_name=Rao", "phone=+4930123456"],
            &["first_name=asha", "last_name=RAO", "phone=+491701234567"],
            &["phone=+4930123456"],
            &["first_name=Asha", "last_name=Rao", "company=MILLS GmbH"],
            &["first_name=Asha", "last_name=Rao", "domain=www.mills.example"],
            &["email=asha@gmail.com"],
            &["email=new@else.example", "other_email=x@y.example; asha@googlemail.com"],
            &["email=new@else.example", "first_name=Asha", "last_name=Rao", "company=Mills"],
        ] {
            let applied = upsert(&db, &ids, WS, &[row(words)], &how(3), 9).await;
            let erased = Outcome::Skipped { reason: SkipReason::Erased };
            assert_eq!((applied[0].outcome, applied[0].contact), (erased, None), "{words:?}");
        }
        assert_eq!(dump(&db).await, before);
        for words in [
            &["first_name=Ravi", "last_name=Rao", "phone=+4930123456"][..],
            &["first_name=Asha", "last_name=Rao", "company=Looms"],
            &["company=Mills"],
        ] {
            let applied = upsert(&db, &ids, WS, &[row(words)], &how(3), 9).await;
            assert!(!matches!(applied[0].outcome, Outcome::Skipped { .. }), "{words:?}");
        }
        let elsewhere = WorkspaceId::from(uuid::Uuid::from_u128(77));
        let applied = upsert(&db, &ids, elsewhere, &[asha], &how(1), 9).await;
        assert_eq!(applied[0].outcome, Outcome::Created, "another workspace's");
    }
}
