use captely_contact::Timestamp;
use captely_crm::{
    Choices, Foreseen, Found, MIGRATIONS, MergePair, OnMatch, Outcome, Policy, SkipReason,
    copy_known, count, erase_contact, foresee, merge_contacts, save_found,
};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{Engine, TestDb, both_dbs, ids};

use crate::desk::migrations;
use crate::world::{WS, all, by, dump, row, upsert};

both_dbs! {
    migrations = &migrations();

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
        let gone: Vec<_> = gone.iter().map(|one| one.contact).collect();
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

    async fn nor_by_another_name_of_the_company_or_what_was_found(db) {
        let ids = ids();
        let how = |n| by(n, Policy { usual: OnMatch::Overwrite, ..Policy::default() });
        let rows = [
            row(&["first_name=Asha", "last_name=Rao", "company=Mills Ltd", "mobile_phone=+491701234567"]),
            row(&["company=Mills", "domain=mills.example"]),
            row(&["first_name=Ravi", "last_name=Rao", "company=Mills"]),
        ];
        let asha = upsert(&db, &ids, WS, &rows, &how(1), 5).await[0].contact.unwrap();
        let mut tx = db.writer().await.unwrap();
        let found = Found { contact: asha, email: Some("a.rao@found.example".into()), phone: Some("+4930765432".into()) };
        save_found(&mut tx, WS, vec![found], Timestamp::micros(6)).await.unwrap();
        erase_contact(&mut tx, WS, asha, Timestamp::micros(7)).await.unwrap();
        tx.commit().await.unwrap();
        let before = dump(&db).await;
        let back = [
            row(&["first_name=Asha", "last_name=Rao", "company=Weaving House", "domain=mills.example"]),
            row(&["email=A.Rao@found.example"]),
            row(&["phone=+4930765432"]),
            row(&["phone=+491701234567"]),
        ];
        for row in &back {
            let applied = upsert(&db, &ids, WS, std::slice::from_ref(row), &how(3), 9).await;
            let erased = Outcome::Skipped { reason: SkipReason::Erased };
            assert_eq!((applied[0].outcome, applied[0].contact), (erased, None), "{row:?}");
        }
        assert_eq!(dump(&db).await, before);
        let mut tx = db.reader().await.unwrap();
        let barred = Foreseen::Barred(SkipReason::Erased);
        assert_eq!(foresee(&mut tx, WS, &back).await.unwrap(), [barred; 4]);
        let scratch = TestDb::new(Engine::Sqlite, MIGRATIONS).await.unwrap();
        let mut to = scratch.writer().await.unwrap();
        copy_known((&mut tx, None), (&mut to, None), WS, &back).await.unwrap();
        to.commit().await.unwrap();
        let tried = upsert(&scratch, &ids, WS, &back, &how(3), 9).await;
        assert!(tried.iter().all(|tried| tried.contact.is_none()), "{tried:?}");
    }

    async fn of_merged_contacts_every_mark_goes(db) {
        let ids = ids();
        let rows = ["asha", "a.rao", "rao"].map(|who| row(&[&format!("email={who}@mills.example")]));
        let made = upsert(&db, &ids, WS, &rows, &by(1, Policy::default()), 5).await;
        let mut tx = db.writer().await.unwrap();
        let now = Timestamp::micros(6);
        for n in 1..3 {
            let (kept, gone) = (made[n].contact.unwrap(), made[n - 1].contact.unwrap());
            let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
            merge_contacts(&mut tx, &ids, None, WS, &pair, now).await.unwrap();
        }
        let gone = erase_contact(&mut tx, WS, made[1].contact.unwrap(), now).await.unwrap();
        assert_eq!((gone.len(), count(&mut tx, WS).await.unwrap()), (3, 0));
        tx.commit().await.unwrap();
        let left = dump(&db).await;
        let left: Vec<_> = left.iter().filter(|line| !line.starts_with("contact_barred")).collect();
        assert!(left.len() == 1 && left[0].starts_with("contact_count "), "{left:#?}");
    }
}
