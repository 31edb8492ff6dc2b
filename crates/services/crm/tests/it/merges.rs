use std::sync::Arc;

use captely_contact::{Credits, Timestamp};
use captely_credits::{Action, GrantSource, Key, NewGrant, Order, Purpose};
use captely_crm::{
    Choices, Found, MergeError, Outcome, Policy, Take, save_found, unmerge_origin, upsert_contacts,
};
use captely_platform::db::Stmt;
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_testkit::{TestDb, both_dbs};
use uuid::Uuid;

use crate::desk::{Desk, con, migrations};
use crate::world::{by, row, upsert};

async fn two(db: &TestDb) -> (Desk, ContactId, ContactId) {
    let desk = Desk::new(db, 1);
    desk.open().await;
    let (kept, gone) = (con(1), con(2));
    desk.add(kept, &[("first_name", "A."), ("company", "Mills")]).await;
    let fields = [
        ("first_name", "Asha"),
        ("company", "Mills Ltd"),
        ("domain", "mills.example"),
        ("city", "Pune"),
    ];
    desk.add(gone, &fields).await;
    (desk, kept, gone)
}

async fn paid(desk: &Desk, key: &str, subject: ContactId) {
    let purpose = Purpose { subject: Some(subject.as_uuid()), ..Purpose::default() };
    let (key, action) = (Key::new(key), Action::EmailReveal);
    let order = Order { key, action, quantity: 1, purpose, run_max: None };
    let mut tx = desk.db.writer().await.unwrap();
    desk.ledger.charge(&mut tx, desk.workspace, &[order]).await.unwrap().remove(0).unwrap();
    tx.commit().await.unwrap();
}

async fn grant(desk: &Desk) {
    let amount = Credits::whole(10);
    let (source, note) = (GrantSource::Package, String::new());
    let new = NewGrant {
        source,
        amount,
        priority: None,
        effective_at: None,
        expires_at: None,
        rollover: None,
        note,
    };
    let mut tx = desk.db.writer().await.unwrap();
    desk.ledger.grant(&mut tx, desk.workspace, &Key::new("grant"), &new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn left(desk: &Desk) -> i64 {
    desk.ledger.standing(desk.workspace).await.unwrap().available.as_millis()
}

both_dbs! {
    migrations = &migrations();

    async fn a_contact_goes_into_another_and_comes_back(db) {
        let (desk, kept, gone) = two(&db).await;
        desk.tag(gone, "fair").await;
        desk.say(kept, 3, "given").await;
        desk.say(gone, 2, "refused").await;
        desk.find(gone, "hunter", 7).await;
        let before = (desk.picture(kept).await, desk.picture(gone).await);
        let merge = desk.merge(kept, gone).await.unwrap();
        assert_eq!(desk.merge(kept, gone).await.unwrap(), merge, "the same again");
        assert_eq!(desk.count().await, 1);
        let one = desk.picture(kept).await;
        let fields: Vec<_> = one.fields.iter().map(|(w, v)| format!("{w}={v}")).collect();
        let expected = ["city=Pune", "company=Mills", "domain=mills.example", "first_name=A.", "found_email=hunter@mills.example"];
        assert_eq!(fields, expected);
        assert_eq!((one.tags.len(), one.consents.len(), one.values.len(), one.marks.len()), (1, 2, 1, 6));
        let hidden = desk.picture(gone).await;
        assert_eq!((hidden.into, hidden.marks.len()), (Some(kept), 0));
        let done = desk.unmerge(merge).await.unwrap();
        assert!(done.stayed.is_empty() && !done.again);
        assert_eq!((desk.picture(kept).await, desk.picture(gone).await), before);
        assert_eq!(desk.count().await, 2);
        assert!(desk.unmerge(merge).await.unwrap().again);
        assert_eq!(desk.count().await, 2);
        let sql = "SELECT kind FROM event WHERE workspace_id = $1 ORDER BY seq";
        let told: Vec<(String,)> = desk.db.all(Stmt::text(sql, [desk.workspace.into()])).await.unwrap();
        let kinds: Vec<String> = told.into_iter().map(|(kind,)| kind).collect();
        assert_eq!(kinds, ["contact.merged", "contact.unmerged"]);
    }

    async fn what_somebody_changed_since_stays(db) {
        let (desk, kept, gone) = two(&db).await;
        let choices = Choices::from([("first_name".to_owned(), Take::Gone)]);
        let merge = desk.merge_by(kept, gone, choices, None).await.unwrap();
        assert_eq!(desk.picture(kept).await.fields["first_name"], "Asha");
        desk.edit(kept, "Aasha").await;
        let done = desk.unmerge(merge).await.unwrap();
        assert_eq!(done.stayed.into_iter().collect::<Vec<_>>(), ["first_name"]);
        let fields = desk.picture(kept).await.fields;
        assert_eq!((fields["first_name"].as_str(), fields.get("city")), ("Aasha", None));
    }

    async fn a_later_merge_fills_what_an_undone_one_leaves(db) {
        let (desk, kept, gone) = two(&db).await;
        desk.tag(gone, "fair").await;
        desk.add(con(3), &[("city", "Goa"), ("custom.size", "9")]).await;
        desk.tag(con(3), "fair").await;
        let first = desk.merge(kept, gone).await.unwrap();
        let second = desk.merge(kept, con(3)).await.unwrap();
        assert_eq!(desk.picture(kept).await.fields["city"], "Pune");
        desk.unmerge(first).await.unwrap();
        let now = desk.picture(kept).await;
        assert_eq!((now.fields["city"].as_str(), now.tags.len(), now.marks.len()), ("Goa", 1, 4));
        desk.unmerge(second).await.unwrap();
        let now = desk.picture(kept).await;
        assert_eq!((now.fields.get("city"), now.tags.len(), now.marks.len()), (None, 0, 2));
    }

    async fn a_merge_says_nothing_new_of_a_contact(db) {
        let (desk, kept, gone) = two(&db).await;
        let before = (desk.picture(kept).await.updated_at, desk.picture(gone).await.updated_at);
        assert_eq!(before, (4, 7));
        let merge = desk.merge(kept, gone).await.unwrap();
        assert_eq!((desk.picture(kept).await.updated_at, desk.picture(gone).await.updated_at), (7, 7));
        desk.unmerge(merge).await.unwrap();
        assert_eq!((desk.picture(kept).await.updated_at, desk.picture(gone).await.updated_at), before);
        let merge = desk.merge(gone, kept).await.unwrap();
        let newer = "UPDATE contact SET updated_at = 9 WHERE workspace_id = $1 AND id = $2";
        desk.run(newer, vec![gone.into()]).await;
        desk.unmerge(merge).await.unwrap();
        assert_eq!((desk.picture(kept).await.updated_at, desk.picture(gone).await.updated_at), (4, 9));
    }

    async fn a_finding_beside_a_merge_is_not_overwritten(db) {
        let (desk, kept, gone) = two(&db).await;
        let (one, two) = (Arc::new(desk), Arc::new(Desk::new(&db.another_process().await, 2)));
        grant(&one).await;
        for round in 0..10 {
            let (merging, finding) = (Arc::clone(&one), Arc::clone(&two));
            let merge = tokio::spawn(async move { merging.merge(kept, gone).await });
            let find = tokio::spawn(async move {
                let mut tx = finding.db.writer().await.unwrap();
                // As a run does: the account, then what was found.
                let purpose = Purpose { subject: Some(kept.as_uuid()), ..Purpose::default() };
                let key = Key::new(format!("round {round}"));
                let order = Order { key, action: Action::EmailReveal, quantity: 1, purpose, run_max: None };
                finding.ledger.charge(&mut tx, finding.workspace, &[order]).await.unwrap();
                let found = [kept, gone].map(|contact| {
                    Found { contact, email: None, phone: Some(format!("+49301234{round:03}")) }
                });
                save_found(&mut tx, finding.workspace, found.into(), Timestamp::micros(7)).await?;
                tx.commit().await
            });
            let (merge, found) = (merge.await.unwrap(), find.await.unwrap());
            found.unwrap();
            let sql = "SELECT phone FROM contact_best WHERE workspace_id = $1 AND contact_id = $2";
            let values = [one.workspace.into(), kept.into()];
            let best: Option<(Option<String>,)> = one.db.one(Stmt::text(sql, values)).await.unwrap();
            assert_eq!(best, Some((Some(format!("+49301234{round:03}")),)));
            one.unmerge(merge.unwrap()).await.unwrap();
        }
    }

    async fn what_cannot_be_merged_is_refused(db) {
        let (desk, kept, gone) = two(&db).await;
        desk.add(con(3), &[("first_name", "Ravi")]).await;
        let same = desk.merge(kept, kept).await.unwrap_err();
        assert!(matches!(same, MergeError::Same(_)), "{same}");
        let none = desk.merge(kept, con(99)).await.unwrap_err();
        assert!(matches!(none, MergeError::NoContact(id) if id == con(99)), "{none}");
        let wrong = Choices::from([("shoe_size".to_owned(), Take::Gone)]);
        let wrong = desk.merge_by(kept, gone, wrong, None).await.unwrap_err();
        assert!(wrong.to_string().contains("shoe_size"), "{wrong}");
        let first = desk.merge(kept, gone).await.unwrap();
        for (keep, go) in [(gone, kept), (con(3), gone), (gone, con(3))] {
            let why = desk.merge(keep, go).await.unwrap_err();
            assert!(matches!(why, MergeError::Merged { contact, into } if (contact, into) == (gone, kept)), "{why}");
        }
        let second = desk.merge(con(3), kept).await.unwrap();
        assert_eq!(desk.picture(con(3)).await.marks.len(), 7);
        let why = desk.unmerge(first).await.unwrap_err();
        assert!(matches!(why, MergeError::KeptWentOn { by, .. } if by == second), "{why}");
        let other = Desk { workspace: WorkspaceId::from(Uuid::from_u128(77)), ..Desk::new(&db, 3) };
        assert!(matches!(other.merge(kept, gone).await, Err(MergeError::NoContact(_))));
        assert!(matches!(other.unmerge(first).await, Err(MergeError::NoMerge(_))));
        desk.unmerge(second).await.unwrap();
        desk.unmerge(first).await.unwrap();
        assert_eq!(desk.count().await, 3);
    }

    async fn what_was_paid_for_twice_is_given_back_once(db) {
        let (desk, kept, gone) = two(&db).await;
        grant(&desk).await;
        paid(&desk, "k", kept).await;
        paid(&desk, "g", gone).await;
        assert_eq!(left(&desk).await, 8_000);
        let merge = desk.merge(kept, gone).await.unwrap();
        desk.merge(kept, gone).await.unwrap();
        assert_eq!(left(&desk).await, 9_000);
        desk.unmerge(merge).await.unwrap();
        assert_eq!(left(&desk).await, 9_000);
        let checked = desk.ledger.verify(desk.workspace).await.unwrap();
        assert!(checked.is_right(), "{:?}", checked.faults);
    }

    async fn a_merge_by_a_list_gives_back_too(db) {
        let desk = Desk::new(&db, 1);
        grant(&desk).await;
        let there = [row(&["email=a@x.example"]), row(&["linkedin_url=in/ada"])];
        let made = upsert(&db, &desk.ids, desk.workspace, &there, &by(1, Policy::default()), 5).await;
        for (key, made) in ["k", "g"].into_iter().zip(&made) {
            paid(&desk, key, made.contact.unwrap()).await;
        }
        assert_eq!(left(&desk).await, 8_000);
        let rows = [row(&["email=a@x.example", "linkedin_url=in/ada"])];
        let how = by(2, Policy { merge_known: true, ..Policy::default() });
        let mut tx = desk.db.writer().await.unwrap();
        let (ledger, now) = (Some(&desk.ledger), Timestamp::micros(6));
        let done = upsert_contacts(&mut tx, &desk.ids, ledger, desk.workspace, &rows, &how, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(done[0].outcome, Outcome::Merged { merge: Some(_) }), "{done:?}");
        assert_eq!(left(&desk).await, 9_000);
    }

    async fn an_import_is_undone_by_pages(db) {
        let (desk, kept, gone) = two(&db).await;
        let import = Uuid::from_u128(9);
        for n in 3..=6 {
            desk.add(con(n), &[("custom.n", "x")]).await;
        }
        let mut before = Vec::new();
        for n in 1..=6 {
            before.push(desk.picture(con(n)).await);
        }
        for n in 3..=5 {
            desk.merge_by(kept, con(n), Choices::new(), Some(import)).await.unwrap();
        }
        desk.merge_by(gone, kept, Choices::new(), Some(import)).await.unwrap();
        let by_hand = desk.merge(con(6), gone).await.unwrap();
        let mut stuck = Vec::new();
        for round in 0..2 {
            let (mut next, mut undone, mut pages) = (None, 0, 0);
            loop {
                let mut tx = desk.db.writer().await.unwrap();
                let at = (import, next, 3);
                let now = Timestamp::micros(8);
                let page = unmerge_origin(&mut tx, &desk.ids, None, desk.workspace, at, now).await.unwrap();
                tx.commit().await.unwrap();
                (next, undone, pages) = (page.next, undone + page.undone, pages + 1);
                stuck.extend(page.left);
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(pages, 2);
            assert_eq!(undone, if round == 0 { 0 } else { 4 });
            assert_eq!(stuck.len(), 4, "{stuck:?}");
            if round == 0 {
                desk.unmerge(by_hand).await.unwrap();
            }
        }
        for n in 1..=6_u8 {
            assert_eq!(desk.picture(con(n.into())).await, before[usize::from(n) - 1], "{n}");
        }
    }

    async fn of_two_at_once_one_is_done(db) {
        let (desk, kept, gone) = two(&db).await;
        let other = Arc::new(Desk::new(&db.another_process().await, 2));
        let desk = Arc::new(desk);
        for _round in 0..10 {
            let (one, two) = (Arc::clone(&desk), Arc::clone(&other));
            let one = tokio::spawn(async move { one.merge(kept, gone).await });
            let two = tokio::spawn(async move { two.merge(gone, kept).await });
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!(desk.count().await, 1);
            let merge = match (one, two) {
                (Ok(merge), Err(MergeError::Merged { .. })) | (Err(MergeError::Merged { .. }), Ok(merge)) => merge,
                other => panic!("{other:?}"),
            };
            let (one, two) = (Arc::clone(&desk), Arc::clone(&other));
            let one = tokio::spawn(async move { one.unmerge(merge).await });
            let two = tokio::spawn(async move { two.unmerge(merge).await });
            let again = [one.await.unwrap().unwrap().again, two.await.unwrap().unwrap().again];
            assert!(again[0] != again[1], "{again:?}");
            assert_eq!(desk.count().await, 2);
        }
    }
}
