use captely_contact::Timestamp;
use captely_crm::{
    Channel, NewConsent, OnMatch, Outcome, Policy, SkipReason, Stance, Suppression, Upsert, count,
    standing_contacts, suppress, unsuppress, upsert_contacts,
};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{both_dbs, ids};

use crate::desk::migrations;
use crate::world::{WS, all, by, row, upsert};

fn policy(usual: OnMatch) -> Policy {
    Policy { usual, ..Policy::default() }
}

both_dbs! {
    migrations = &migrations();

    async fn one_person_however_a_list_names_them(db) {
        let ids = ids();
        let how = by(1, policy(OnMatch::FillBlanks));
        let rows = [
            row(&["first_name=Asha", "last_name=Rao", "email=asha@mills.example", "company=Mills Ltd", "domain=mills.example"]),
            row(&["first_name=A.", "email=ASHA@mills.example", "linkedin_url=https://linkedin.com/in/asha"]),
            row(&["linkedin_url=in/asha", "phone=+4930123456", "first_name=Asha", "last_name=Rao"]),
            row(&["first_name=asha", "last_name=rao", "phone=+4930123456"]),
            row(&["first_name=Asha", "last_name=Rao", "company=MILLS", "title=Head"]),
            row(&["first_name=Asha", "last_name=Rao", "domain=other.example"]),
        ];
        let whole = upsert(&db, &ids, WS, &rows, &how, 5).await;
        let outcomes: Vec<_> = whole.iter().map(|applied| applied.outcome).collect();
        let merged = Outcome::Merged { merge: None };
        assert_eq!(outcomes, [Outcome::Created, merged, merged, merged, merged, Outcome::Created]);
        assert!(whole[..5].iter().all(|applied| applied.contact == whole[0].contact));
        assert_eq!(whole[4].changed, ["title"]);
        assert_eq!(whole[4].company, whole[0].company);
        assert_ne!(whole[5].company, whole[0].company);
        // Row by row in another workspace, the same comes out.
        let other = WorkspaceId::from(uuid::Uuid::from_u128(77));
        for (applied, row) in whole.iter().zip(&rows) {
            let single = upsert(&db, &ids, other, std::slice::from_ref(row), &how, 5).await;
            assert_eq!((single[0].outcome, &single[0].changed), (applied.outcome, &applied.changed));
            assert_ne!(single[0].contact, applied.contact, "another workspace's");
        }
        let again = upsert(&db, &ids, WS, &rows, &by(2, policy(OnMatch::FillBlanks)), 9).await;
        assert!(again.iter().all(|applied| applied.outcome == Outcome::Unchanged), "{again:?}");
        let mut tx = db.reader().await.unwrap();
        assert_eq!(count(&mut tx, WS).await.unwrap(), 2);
        let changes: Vec<(i64,)> = all(&db, "SELECT number FROM record_change WHERE workspace_id IS NOT NULL").await;
        assert_eq!(changes, []);
    }

    async fn a_company_stands_once(db) {
        let ids = ids();
        let how = by(1, policy(OnMatch::FillBlanks));
        let rows = [
            row(&["company=Acme GmbH"]),
            row(&["company=ACME", "domain=acme.example", "company.industry=Looms"]),
            row(&["company=Acme Inc.", "domain=acme.test"]),
            row(&["company=Acme"]),
            row(&["domain=www.acme.test", "company.linkedin_url=https://www.linkedin.com/company/acme-us/"]),
            row(&["company=Whatever", "company.linkedin_url=linkedin.com/company/acme-us"]),
            row(&["domain=gmail.com"]),
        ];
        let applied = upsert(&db, &ids, WS, &rows, &how, 5).await;
        let of = |n: usize| applied[n].company;
        assert_eq!((of(0), of(0), of(2), of(2)), (of(1), of(3), of(4), of(5)));
        assert_ne!(of(0), of(2));
        assert_eq!(of(6), None);
        assert_eq!(applied[6].outcome, Outcome::Skipped { reason: SkipReason::Nobody });
        assert!(applied.iter().all(|applied| applied.contact.is_none()));
        let stored: Vec<(String, Option<String>, String)> =
            all(&db, "SELECT name, domain, details FROM company WHERE workspace_id IS NOT NULL ORDER BY domain").await;
        assert_eq!(stored[0], ("Acme GmbH".into(), Some("acme.example".into()), r#"{"industry":"Looms","legal_form":"gmbh"}"#.into()));
        assert_eq!((stored.len(), stored[1].1.as_deref()), (2, Some("acme.test")));
        // A later list finds them, whatever it may change.
        let later = upsert(&db, &ids, WS, &rows, &by(2, Policy::default()), 6).await;
        assert_eq!(later.iter().map(|a| a.company).collect::<Vec<_>>(), applied.iter().map(|a| a.company).collect::<Vec<_>>());
        assert!(later[..6].iter().all(|a| a.outcome == Outcome::Unchanged), "{later:?}");
    }

    async fn no_room_for_more(db) {
        let ids = ids();
        let how = Upsert { contacts_max: Some(2), ..by(1, policy(OnMatch::Overwrite)) };
        let rows = ["a@x.example", "b@x.example", "c@x.example", "a@x.example"].map(|email| row(&[&format!("email={email}")]));
        let applied = upsert(&db, &ids, WS, &rows, &how, 5).await;
        assert_eq!(applied[2].outcome, Outcome::Skipped { reason: SkipReason::NoRoom });
        assert_eq!(applied[3].contact, applied[0].contact);
        let mut tx = db.reader().await.unwrap();
        assert_eq!(count(&mut tx, WS).await.unwrap(), 2);
    }

    async fn whom_two_marks_name_is_told(db) {
        let ids = ids();
        let how = by(1, policy(OnMatch::FillBlanks));
        let one = row(&["email=a@x.example"]);
        let two = row(&["linkedin_url=in/ada"]);
        let three = row(&["email=A@x.example", "linkedin_url=in/ada"]);
        let applied = upsert(&db, &ids, WS, &[one, two, three], &how, 5).await;
        assert_eq!(applied[2].contact, applied[0].contact);
        assert_eq!(applied[2].also, [applied[1].contact.unwrap()]);
        // The same name at one company, and two profiles: two people.
        let name = ["first_name=Jo", "last_name=Li", "domain=y.example"];
        let rows = ["linkedin_url=in/jo1", "linkedin_url=in/jo2"].map(|url| row(&[&name[..], &[url]].concat()));
        let applied = upsert(&db, &ids, WS, &rows, &how, 6).await;
        assert_ne!(applied[0].contact, applied[1].contact);
        assert_eq!(applied[1].also, []);
    }

    async fn whom_one_row_shows_to_be_one_become_one(db) {
        let ids = ids();
        let how = by(2, Policy { merge_known: true, ..policy(OnMatch::FillBlanks) });
        let there = [row(&["email=a@x.example", "tag=s"]), row(&["linkedin_url=in/ada", "title=Head", "tag=t"])];
        let there = upsert(&db, &ids, WS, &there, &by(1, Policy::default()), 5).await;
        let rows = [
            row(&["linkedin_url=in/ada", "country=DE"]),
            row(&["phone=+4930123456", "first_name=Ada", "last_name=Li", "tag=u"]),
            row(&["email=a@x.example", "linkedin_url=in/ada", "phone=+4930123456", "first_name=Ada", "last_name=Li"]),
            row(&["phone=+4930123456", "first_name=Ada", "last_name=Li", "tag=v"]),
        ];
        let applied = upsert(&db, &ids, WS, &rows, &how, 9).await;
        assert!(matches!(applied[2].outcome, Outcome::Merged { merge: Some(_) }), "{applied:?}");
        assert_eq!(applied[2].also, []);
        assert_eq!((applied[2].contact, applied[3].contact), (there[0].contact, there[0].contact));
        let shown: Vec<(String, String, String)> = all(
            &db,
            "SELECT title, country, first_name FROM contact WHERE workspace_id IS NOT NULL AND merged_into IS NULL",
        )
        .await;
        assert_eq!(shown, [("Head".into(), "DE".into(), "Ada".into())]);
        let tags: Vec<(String,)> = all(
            &db,
            "SELECT t.tag FROM contact_tag AS t JOIN contact AS c ON c.workspace_id = t.workspace_id AND c.id = t.contact_id
            WHERE t.workspace_id IS NOT NULL AND c.merged_into IS NULL ORDER BY t.tag",
        )
        .await;
        assert_eq!(tags, ["s", "t", "u", "v"].map(|tag| (tag.to_owned(),)));
        let mut tx = db.reader().await.unwrap();
        assert_eq!(count(&mut tx, WS).await.unwrap(), 1);
    }

    async fn two_profiles_stay_two_whatever_a_row_says(db) {
        let ids = ids();
        let how = by(2, Policy { merge_known: true, ..policy(OnMatch::FillBlanks) });
        let there = [
            row(&["email=a@x.example"]),
            row(&["first_name=Ada", "last_name=Li", "phone=+4930123456", "linkedin_url=in/ada"]),
            row(&["first_name=Ada", "last_name=Li", "company=X", "linkedin_url=in/ada-two"]),
        ];
        let there = upsert(&db, &ids, WS, &there, &by(1, Policy::default()), 5).await;
        let [a, b, c] = [0, 1, 2].map(|n| there[n].contact.unwrap());
        let all_of_them = row(&["email=a@x.example", "first_name=Ada", "last_name=Li", "phone=+4930123456", "company=X"]);
        let done = upsert(&db, &ids, WS, std::slice::from_ref(&all_of_them), &how, 9).await;
        assert!(matches!(done[0].outcome, Outcome::Merged { merge: Some(_) }), "{done:?}");
        assert_eq!((done[0].contact, &done[0].also[..]), (Some(a), &[c][..]));
        let mut tx = db.reader().await.unwrap();
        let now = standing_contacts(&mut tx, WS, &[a, b, c]).await.unwrap();
        assert_eq!([now[&a], now[&b], now[&c]], [a, a, c]);
        drop(tx);
        // Not by the surest marks either.
        let both = row(&["email=a@x.example", "linkedin_url=in/ada-two"]);
        let done = upsert(&db, &ids, WS, &[both], &how, 9).await;
        assert_eq!((done[0].contact, &done[0].also[..]), (Some(a), &[c][..]), "{done:?}");
    }

    async fn who_is_barred_does_not_come_in(db) {
        let ids = ids();
        let mut tx = db.writer().await.unwrap();
        let now = Timestamp::micros(1);
        let address = Suppression::Address("j.ohn@gmail.com".parse().unwrap());
        suppress(&mut tx, WS, &address, now).await.unwrap();
        suppress(&mut tx, WS, &Suppression::Domain("acme.example".parse().unwrap()), now).await.unwrap();
        tx.commit().await.unwrap();
        let how = by(1, policy(OnMatch::Overwrite));
        for (words, barred) in [
            (&["email=john+x@googlemail.com"][..], true),
            (&["email=ada@uk.acme.example"], true),
            (&["email=ada@other.example", "domain=acme.example"], true),
            (&["email=ada@other.example", "personal_email=john@gmail.com"], true),
            (&["email=ada@notacme.example"], false),
        ] {
            let applied = upsert(&db, &ids, WS, &[row(words)], &how, 5).await;
            let skipped = Outcome::Skipped { reason: SkipReason::Suppressed };
            assert_eq!(applied[0].outcome == skipped, barred, "{words:?} {applied:?}");
        }
        let other = WorkspaceId::from(uuid::Uuid::from_u128(77));
        let applied = upsert(&db, &ids, other, &[row(&["email=john@gmail.com"])], &how, 5).await;
        assert_eq!(applied[0].outcome, Outcome::Created, "another workspace bars nobody");
        let mut tx = db.writer().await.unwrap();
        assert!(unsuppress(&mut tx, WS, &address).await.unwrap());
        assert!(!unsuppress(&mut tx, WS, &address).await.unwrap());
        tx.commit().await.unwrap();
        let applied = upsert(&db, &ids, WS, &[row(&["email=john@gmail.com"])], &how, 5).await;
        assert_eq!(applied[0].outcome, Outcome::Created);
    }

    async fn tags_and_consents_are_added(db) {
        let ids = ids();
        let consent = |stance| NewConsent { channel: Channel::Email, stance, evidence: "Opt-in: x".into() };
        let mut refused = row(&["email=a@x.example", "tag=b", "tag=a", "tag=a"]);
        refused.consents = vec![consent(Stance::Refused)];
        let mut given = row(&["email=a@x.example", "tag=a", "tag=c"]);
        given.consents = vec![consent(Stance::Given), consent(Stance::Given)];
        upsert(&db, &ids, WS, &[refused.clone()], &by(1, Policy::default()), 5).await;
        let applied = upsert(&db, &ids, WS, &[given, refused], &by(2, Policy::default()), 6).await;
        assert_eq!((applied[0].outcome, &applied[0].changed[..]), (Outcome::Updated, &["tags".into(), "consents".into()][..]));
        assert_eq!(applied[1].outcome, Outcome::Unchanged);
        let tags: Vec<(String,)> = all(&db, "SELECT DISTINCT tag FROM contact_tag WHERE workspace_id IS NOT NULL ORDER BY tag").await;
        assert_eq!(tags, ["a", "b", "c"].map(|tag| (tag.to_owned(),)));
        let stances: Vec<(String, i64)> =
            all(&db, "SELECT stance, at FROM contact_consent WHERE workspace_id IS NOT NULL ORDER BY at").await;
        let mut said = ["refused 5", "given 6", "refused 6"].map(str::to_owned);
        let mut stances: Vec<_> = stances.into_iter().map(|(stance, at)| format!("{stance} {at}")).collect();
        stances.sort();
        said.sort();
        assert_eq!(stances, said, "each list is a witness of its own");
    }

    async fn two_processes_and_the_same_people(db) {
        let people: Vec<_> = (0..400).map(|n| row(&[&format!("email=p{}@x.example", n % 300), "company=X"])).collect();
        let (one, two) = (db.another_process().await, db.another_process().await);
        let act = async |db: &captely_platform::db::Db, seed: u64, origin: u128| {
            let clock = std::sync::Arc::new(captely_testkit::TestClock::default());
            let ids = captely_testkit::ids_at(clock, seed);
            for chunk in people.chunks(40) {
                let mut tx = db.writer().await.unwrap();
                let how = by(origin, policy(OnMatch::Overwrite));
                upsert_contacts(&mut tx, &ids, None, WS, chunk, &how, Timestamp::micros(5)).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        tokio::join!(act(&one, 1, 1), act(&two, 2, 2));
        let mut tx = db.reader().await.unwrap();
        assert_eq!(count(&mut tx, WS).await.unwrap(), 300);
        let rows: Vec<(i64,)> = all(&db, "SELECT COUNT(*) FROM contact WHERE workspace_id IS NOT NULL").await;
        let companies: Vec<(i64,)> = all(&db, "SELECT COUNT(*) FROM company WHERE workspace_id IS NOT NULL").await;
        assert_eq!((rows[0].0, companies[0].0), (300, 1));
    }
}
