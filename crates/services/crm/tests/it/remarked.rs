use captely_contact::Timestamp;
use captely_crm::{
    Choices, Foreseen, MIGRATIONS, MergePair, OnMatch, Outcome, Policy, foresee, mark_contacts,
    merge_contacts, unmerge_contacts,
};
use captely_platform::db::Stmt;
use captely_platform::ids::ContactId;
use captely_testkit::{TestDb, both_dbs, ids};
use uuid::Uuid;

use crate::desk::migrations;
use crate::world::{WS, all, by, row, upsert};

/// A contact as it was stored before the third migration.
async fn old_contact(db: &TestDb, n: u128, first: &str, email: &str) {
    let sql = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, domain, title, linkedin_url,
        country, original_email, created_at, updated_at) VALUES ($1, $2, $3, 'Rao', 'Mills Ltd', 'mills.example', '',
        '', '', $4, $5, $5)";
    let now = Timestamp::micros(1);
    let values = [WS.into(), Uuid::from_u128(n).into(), first.into(), email.into(), now.into()];
    let mut tx = db.writer().await.unwrap();
    tx.run(Stmt::text(sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &MIGRATIONS[..2];

    async fn contacts_of_before_are_met(db) {
        old_contact(&db, 1, "Asha", "asha@mills.example").await;
        old_contact(&db, 2, "Ravi", "ravi@mills.example").await;
        db.migrate(MIGRATIONS).await.unwrap();
        let ids = ids();
        let rows = [
            row(&["email=Asha@mills.example"]),
            row(&["first_name=Ravi", "last_name=Rao", "company=MILLS"]),
            row(&["first_name=New", "last_name=Rao", "company=Mills"]),
        ];
        let how = by(1, Policy { usual: OnMatch::FillBlanks, ..Policy::default() });
        for time in 0..2 {
            let applied = upsert(&db, &ids, WS, &rows, &how, 5).await;
            let met: Vec<_> = applied.iter().filter_map(|applied| applied.contact).map(|id| id.as_uuid().as_u128()).collect();
            assert_eq!(met[..2], [1, 2]);
            let third = if time == 0 { Outcome::Created } else { Outcome::Merged { merge: None } };
            assert_eq!(applied[2].outcome, third);
        }
        let companies: Vec<(String, Option<String>)> =
            all(&db, "SELECT name, domain FROM company WHERE workspace_id IS NOT NULL").await;
        assert_eq!(companies, [("Mills Ltd".into(), Some("mills.example".into()))]);
        let left: Vec<(Uuid,)> = all(&db, "SELECT workspace_id FROM contact_unmarked").await;
        assert_eq!(left, []);
    }

    async fn merging_before_the_first_list_loses_no_mark(db) {
        old_contact(&db, 1, "Asha", "asha@mills.example").await;
        old_contact(&db, 2, "Ravi", "ravi@mills.example").await;
        db.migrate(&migrations()).await.unwrap();
        let (ids, now) = (ids(), Timestamp::micros(2));
        let [kept, gone] = [1, 2].map(|n| ContactId::from(Uuid::from_u128(n)));
        let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
        let mut tx = db.writer().await.unwrap();
        let merge = merge_contacts(&mut tx, &ids, None, WS, &pair, now).await.unwrap();
        tx.commit().await.unwrap();
        let ravi = [row(&["email=ravi@mills.example"])];
        let how = by(1, Policy::default());
        assert_eq!(upsert(&db, &ids, WS, &ravi, &how, 5).await[0].contact, Some(kept));
        let mut tx = db.writer().await.unwrap();
        unmerge_contacts(&mut tx, &ids, None, WS, merge, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(upsert(&db, &ids, WS, &ravi, &how, 5).await[0].contact, Some(gone));
    }

    async fn a_trial_before_the_first_list_meets_those_of_before(db) {
        old_contact(&db, 1, "Asha", "asha@mills.example").await;
        db.migrate(&migrations()).await.unwrap();
        let ids = ids();
        for _twice in 0..2 {
            mark_contacts(&db, &ids, WS, Timestamp::micros(2)).await.unwrap();
        }
        let rows = [row(&["email=asha@mills.example"])];
        let mut tx = db.reader().await.unwrap();
        let asha = ContactId::from(Uuid::from_u128(1));
        assert_eq!(foresee(&mut tx, WS, &rows).await.unwrap(), [Foreseen::Known(asha)]);
    }
}
