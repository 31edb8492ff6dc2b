use captely_contact::{Confidence, Field, Provenance, Timestamp, Usd};
use captely_crm::{
    Channel, Finding, MIGRATIONS, NewConsent, OnMatch, Outcome, Policy, Record, Stance, StayReason,
    save_findings,
};
use captely_testkit::{both_dbs, ids};

use crate::world::{WS, all, by, dump, row, undo, upsert};

fn policy(usual: OnMatch) -> Policy {
    Policy { usual, ..Policy::default() }
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn all_is_as_before(db) {
        let ids = ids();
        let there = [
            row(&["email=a@x.example", "first_name=Ada", "last_name=Li", "title=Head", "company=X", "tag=old"]),
            row(&["linkedin_url=in/bo", "first_name=Bo", "last_name=Li", "seniority=head", "company=Y Ltd"]),
        ];
        upsert(&db, &ids, WS, &there, &by(1, policy(OnMatch::Overwrite)), 5).await;
        let before = dump(&db).await;
        let mut asked = row(&["email=a@x.example", "title=Chief", "domain=x.example", "company=X", "tag=new", "city=Rome"]);
        asked.consents = vec![NewConsent { channel: Channel::Call, stance: Stance::Refused, evidence: "x".into() }];
        let rows = [
            asked,
            row(&["linkedin_url=in/bo", "email=bo@y.example", "seniority=staff", "company=Zed", "company.industry=Looms"]),
            row(&["email=a@x.example", "title=Boss"]),
            row(&["email=new@w.example", "company=W", "domain=w.example", "tag=new"]),
            row(&["company=Alone Inc"]),
        ];
        let applied = upsert(&db, &ids, WS, &rows, &by(2, policy(OnMatch::Overwrite)), 9).await;
        assert_eq!(applied[2].outcome, Outcome::Updated);
        assert_ne!(dump(&db).await, before);
        let named: Vec<_> = applied.iter().filter_map(|applied| applied.contact).collect();
        let (stayed, remained) = undo(&db, 2, &named, 1).await;
        assert_eq!((stayed, remained), (vec![], vec![]));
        assert_eq!(dump(&db).await, before);
        let versions: Vec<(i64,)> =
            all(&db, "SELECT version FROM contact WHERE workspace_id IS NOT NULL AND title = 'Head'").await;
        assert_eq!(versions, [(3,)], "changed and changed back");
        // The same list again meets whom it met.
        let again = upsert(&db, &ids, WS, &rows, &by(3, policy(OnMatch::Overwrite)), 10).await;
        assert_eq!(again[0].contact, applied[0].contact);
        assert_eq!(again[3].outcome, Outcome::Created);
    }

    async fn what_others_did_since_stays(db) {
        let ids = ids();
        let there = row(&["email=a@x.example", "title=Head", "country=DE"]);
        upsert(&db, &ids, WS, &[there], &by(1, Policy::default()), 5).await;
        let rows = [
            row(&["email=a@x.example", "title=Chief", "country=FR"]),
            row(&["email=changed@x.example"]),
            row(&["email=paid@x.example"]),
            row(&["email=tagged@x.example"]),
            row(&["email=free@x.example", "company=X"]),
            row(&["email=plain@x.example"]),
        ];
        let applied = upsert(&db, &ids, WS, &rows, &by(2, policy(OnMatch::Overwrite)), 6).await;
        let named: Vec<_> = applied.iter().filter_map(|applied| applied.contact).collect();
        let later = [
            row(&["email=a@x.example", "title=Boss"]),
            row(&["email=changed@x.example", "title=Boss"]),
            row(&["email=tagged@x.example", "tag=vip"]),
            row(&["email=plain@x.example"]),
        ];
        upsert(&db, &ids, WS, &later, &by(3, policy(OnMatch::Overwrite)), 7).await;
        let finding = |contact, cost| Finding {
            contact,
            field: Field::Email,
            value: "f@x.example".into(),
            status: "valid",
            provenance: Provenance {
                source: "s".into(),
                at: Timestamp::micros(7),
                cost: Usd::micros(cost),
                confidence: Confidence::percent(90),
                verification: String::new(),
            },
            best: true,
        };
        let mut tx = db.writer().await.unwrap();
        save_findings(&mut tx, WS, &[finding(named[2], 5), finding(named[4], 0)]).await.unwrap();
        tx.commit().await.unwrap();
        let (stayed, remained) = undo(&db, 2, &named, 2).await;
        let stayed: Vec<_> = stayed.into_iter().map(|stayed| (stayed.record, stayed.word)).collect();
        assert_eq!(stayed, [(Record::Contact(named[0]), "title".to_owned())]);
        let reasons: Vec<_> = remained.iter().map(|remained| (remained.contact, remained.reason)).collect();
        let mut expected =
            vec![(named[1], StayReason::Changed), (named[2], StayReason::Paid), (named[3], StayReason::Changed)];
        expected.sort_unstable();
        assert_eq!(reasons, expected);
        let left: Vec<(Option<String>, String, String)> = all(
            &db,
            "SELECT original_email, title, country FROM contact WHERE workspace_id IS NOT NULL ORDER BY original_email",
        )
        .await;
        let expected = [("a", "Boss", "DE"), ("changed", "Boss", ""), ("paid", "", ""), ("tagged", "", "")];
        let expected = expected.map(|(who, title, country)| {
            (Some(format!("{who}@x.example")), title.to_owned(), country.to_owned())
        });
        assert_eq!(left, expected);
        let companies: Vec<(i64,)> = all(&db, "SELECT COUNT(*) FROM company WHERE workspace_id IS NOT NULL").await;
        assert_eq!(companies, [(0,)]);
        let values: Vec<(i64,)> = all(&db, "SELECT COUNT(*) FROM contact_value WHERE workspace_id IS NOT NULL").await;
        assert_eq!(values, [(1,)]);
    }
}
