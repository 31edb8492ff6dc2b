use captely_contact::Timestamp;
use captely_crm::{
    Choices, Crm, DuplicateError, FindDuplicates, PairQuery, PairShown, PairState, PairWhy, Policy,
    Search, Searched, find_duplicates_job, queue_pairs,
};
use captely_platform::db::{Stmt, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_platform::jobs::{self, Handler as _, Verdict};
use captely_testkit::{TestClock, TestDb, both_dbs, ids, ids_at};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

use crate::desk::migrations;
use crate::world::{WS, by, row, upsert};

fn crm(db: &TestDb) -> Crm {
    let clock = Arc::new(TestClock::default());
    let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), 7));
    Crm { db: (**db).clone(), ids, clock, ledger: None }
}

/// Two of one person under two companies' names, two alike, and others.
async fn people(db: &TestDb) -> Vec<ContactId> {
    let rows = [
        row(&[
            "first_name=Asha",
            "last_name=Raonovskaya",
            "email=asha@mills.example",
            "company=Mills",
            "title=Head of Sales",
            "city=Pune",
        ]),
        row(&[
            "first_name=Asha",
            "last_name=Raonovskaya",
            "phone=+912025551234",
            "company=Mills Group",
            "title=Head of Sales",
            "city=Pune",
        ]),
        row(&[
            "first_name=Kofi",
            "last_name=Mensahbrandt",
            "company=Looms",
            "email=k@looms.example",
        ]),
        row(&["first_name=Ravi", "last_name=Iyerson", "company=Dyes", "email=ravi@dyes.example"]),
    ];
    let done = upsert(db, &ids(), WS, &rows, &by(1, Policy::default()), 1).await;
    done.into_iter().map(|applied| applied.contact.unwrap()).collect()
}

async fn open(crm: &Crm) -> Vec<PairShown> {
    state(crm, PairState::Open).await
}

async fn state(crm: &Crm, state: PairState) -> Vec<PairShown> {
    let query = PairQuery { state, millionths_min: 0, after: None };
    crm.duplicates(WS, &query, 50).await.unwrap()
}

async fn search(crm: &Crm, merge_same: bool) -> Searched {
    crm.find_duplicates(WS, Search { after: None, merge_same }).await.unwrap()
}

/// Asks about two contacts, and says which pair that is.
async fn ask(crm: &Crm, a: ContactId, b: ContactId) -> PairShown {
    let mut tx = crm.db.writer().await.unwrap();
    let asked = [(b, a), (a, b), (a, a), (a, ContactId::from(Uuid::from_u128(404)))];
    let new = queue_pairs(&mut tx, &crm.ids, WS, &asked, Timestamp::micros(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(new, 1);
    let all = open(crm).await;
    all.into_iter().find(|shown| (shown.pair.a, shown.pair.b) == (a.min(b), a.max(b))).unwrap()
}

async fn dismiss(crm: &Crm, shown: &PairShown) -> Result<(), DuplicateError> {
    let mut tx = crm.db.writer().await.unwrap();
    crm.dismiss_pair(&mut tx, WS, shown.pair.id, None).await?;
    tx.commit().await.map_err(DuplicateError::from)
}

async fn change(crm: &Crm, sql: &'static str, id: ContactId) {
    let mut tx = crm.db.writer().await.unwrap();
    let values: [Value; 2] = [WS.into(), id.into()];
    tx.run(Stmt::text(sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn a_search_asks_once_and_says_why(db) {
        let (crm, all) = (crm(&db), people(&db).await);
        let found = search(&crm, false).await;
        assert_eq!((found.contacts, found.asked, found.merged), (4, 1, 0));
        let pairs = open(&crm).await;
        let [one] = pairs.as_slice() else { panic!("{pairs:?}") };
        assert_eq!((one.pair.a, one.pair.b), (all[0].min(all[1]), all[0].max(all[1])));
        assert_eq!(one.a.as_ref().unwrap()["last_name"], "Raonovskaya");
        let last_name = one.pair.parts.iter().find(|part| part.name == "last name").unwrap();
        assert!(last_name.weight > 0 && last_name.says.contains("equal"), "{last_name:?}");
        assert_eq!(search(&crm, false).await.asked, 0, "it is asked already");
        assert_eq!(open(&crm).await.len(), 1, "asked once");
        let other = WorkspaceId::from(Uuid::from_u128(77));
        let query = PairQuery { state: PairState::Open, millionths_min: 0, after: None };
        assert!(crm.duplicates(other, &query, 50).await.unwrap().is_empty());
        let none = crm.duplicate(other, one.pair.id).await.unwrap_err();
        assert!(matches!(none, DuplicateError::NoPair(_)), "{none}");
    }

    async fn what_is_dismissed_stays_so_until_one_changes(db) {
        let (crm, all) = (crm(&db), people(&db).await);
        search(&crm, false).await;
        dismiss(&crm, &open(&crm).await[0]).await.unwrap();
        assert_eq!(search(&crm, true).await, Searched { contacts: 4, ..Searched::default() });
        assert_eq!((open(&crm).await.len(), state(&crm, PairState::Dismissed).await.len()), (0, 1));
        // What is not compared changes nothing.
        change(&crm, "UPDATE contact SET version = version + 1 WHERE workspace_id = $1 AND id = $2", all[0]).await;
        assert_eq!(search(&crm, false).await.asked, 0);
        change(&crm, "UPDATE contact SET title = 'Head of all Sales' WHERE workspace_id = $1 AND id = $2", all[0]).await;
        assert_eq!(search(&crm, false).await.asked, 1);
        assert_eq!(open(&crm).await.len(), 1);
    }

    async fn a_pair_is_merged_and_its_undoing_is_an_answer(db) {
        let (crm, all) = (crm(&db), people(&db).await);
        let shown = ask(&crm, all[0], all[2]).await;
        assert_eq!(shown.pair.why, PairWhy::Marks);
        let mut merges = Vec::new();
        for _again in 0..2 {
            let mut tx = crm.db.writer().await.unwrap();
            let what = (shown.pair.id, Some(all[2]), Choices::new());
            merges.push(crm.merge_pair(&mut tx, WS, what, None).await.unwrap());
            tx.commit().await.unwrap();
        }
        assert_eq!(merges[0], merges[1]);
        assert_eq!(crm.merges(WS, None, 10).await.unwrap()[0].kept, all[2]);
        let merged = &state(&crm, PairState::Merged).await[0];
        assert_eq!(merged.pair.merge, Some(merges[0]));
        let refused = dismiss(&crm, merged).await.unwrap_err();
        assert!(matches!(refused, DuplicateError::Decided { .. }), "{refused}");
        for _again in 0..2 {
            let mut tx = crm.db.writer().await.unwrap();
            crm.undo_merge(&mut tx, WS, merges[0], None).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(state(&crm, PairState::Dismissed).await.len(), 1);
        let mut tx = crm.db.writer().await.unwrap();
        let what = (shown.pair.id, Some(all[3]), Choices::new());
        let wrong = crm.merge_pair(&mut tx, WS, what, None).await.unwrap_err();
        assert!(matches!(wrong, DuplicateError::Keep(_)), "{wrong}");
    }

    async fn questions_of_merged_contacts_are_not_asked(db) {
        let (crm, all) = (crm(&db), people(&db).await);
        let one = ask(&crm, all[0], all[2]).await;
        ask(&crm, all[0], all[3]).await;
        let mut tx = crm.db.writer().await.unwrap();
        let what = (one.pair.id, Some(all[2]), Choices::new());
        let merge = crm.merge_pair(&mut tx, WS, what, None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(open(&crm).await.is_empty());
        let mut tx = crm.db.writer().await.unwrap();
        let again = queue_pairs(&mut tx, &crm.ids, WS, &[(all[0], all[3])], Timestamp::micros(4)).await.unwrap();
        assert_eq!(again, 0);
        crm.undo_merge(&mut tx, WS, merge, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(open(&crm).await.len(), 1);
    }

    async fn those_beyond_doubt_are_merged_where_that_is_wanted(db) {
        let crm = crm(&db);
        let twice = ["Nkechukwu", "Nkechukwo"].map(|first| {
            row(&[&format!("first_name={first}"), "last_name=Okaforwitz", "company=Silks", "city=Lagos",
                "title=Dyer of fine cloth"])
        });
        upsert(&db, &ids_at(Arc::new(TestClock::default()), 9), WS, &twice, &by(2, Policy::default()), 1).await;
        assert_eq!(search(&crm, true).await.merged, 1);
        assert!(open(&crm).await.iter().all(|shown| shown.pair.why != PairWhy::Same));
        assert_eq!(search(&crm, true).await.merged, 0, "nothing is merged twice");
        // Whoever undoes it is not asked to undo it again.
        let merge = crm.merges(WS, None, 1).await.unwrap()[0].id;
        let mut tx = crm.db.writer().await.unwrap();
        crm.undo_merge(&mut tx, WS, merge, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(search(&crm, true).await.merged, 0);
        assert_eq!(state(&crm, PairState::Dismissed).await.len(), 1);
        // Nor once one of the two has changed, however often it is looked: a person is asked.
        let other = open(&crm).await.len();
        let gone = crm.merges(WS, None, 1).await.unwrap()[0].gone;
        change(&crm, "UPDATE contact SET country = 'NG' WHERE workspace_id = $1 AND id = $2", gone).await;
        for asked in [1, 0] {
            let found = search(&crm, true).await;
            assert_eq!((found.merged, found.asked), (0, asked));
            assert_eq!(open(&crm).await.len(), other + 1);
        }
    }

    async fn nor_does_a_list_merge_them_again(db) {
        let crm = crm(&db);
        let there = [row(&["email=a@x.example"]), row(&["linkedin_url=in/ada"])];
        let made = upsert(&db, &crm.ids, WS, &there, &by(1, Policy::default()), 1).await;
        let (a, b) = (made[0].contact.unwrap(), made[1].contact.unwrap());
        let how = by(2, Policy { merge_known: true, ..Policy::default() });
        let both = [row(&["email=a@x.example", "linkedin_url=in/ada"])];
        upsert(&db, &crm.ids, WS, &both, &how, 2).await;
        let merge = crm.merges(WS, None, 1).await.unwrap()[0].id;
        let mut tx = crm.db.writer().await.unwrap();
        crm.undo_merge(&mut tx, WS, merge, None).await.unwrap();
        tx.commit().await.unwrap();
        for _twice in 0..2 {
            change(&crm, "UPDATE contact SET title = 'Head' WHERE workspace_id = $1 AND id = $2", a).await;
            let again = upsert(&db, &crm.ids, WS, &both, &how, 3).await;
            assert_eq!((again[0].contact, &again[0].also[..]), (Some(a), &[b][..]));
            let mut tx = crm.db.writer().await.unwrap();
            queue_pairs(&mut tx, &crm.ids, WS, &[(a, b)], Timestamp::micros(4)).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(open(&crm).await.len(), 1);
        assert!(crm.merges(WS, None, 5).await.unwrap().len() == 1);
    }

    async fn who_is_said_to_be_two_is_not_merged_by_way_of_a_third(db) {
        let crm = crm(&db);
        let thrice = ["Nkechukwu", "Nkechukwo", "Nkechukwa"].map(|first| {
            row(&[&format!("first_name={first}"), "last_name=Okaforwitz", "company=Silks", "city=Lagos",
                "title=Dyer of fine cloth"])
        });
        let ids = ids_at(Arc::new(TestClock::default()), 9);
        let made = upsert(&db, &ids, WS, &thrice, &by(2, Policy::default()), 1).await;
        let [a, b, c] = [0, 1, 2].map(|n| made[n].contact.unwrap());
        // Of whom most is known is kept.
        change(&crm, "UPDATE contact SET country = 'NG' WHERE workspace_id = $1 AND id = $2", c).await;
        dismiss(&crm, &ask(&crm, a, b).await).await.unwrap();
        let found = search(&crm, true).await;
        assert_eq!(found.merged, 1, "{found:?}");
        let standing: Vec<(Uuid,)> = crm.db.all(Stmt::text(
            "SELECT id FROM contact WHERE workspace_id = $1 AND merged_into IS NULL", [WS.into()])).await.unwrap();
        assert_eq!(standing.len(), 2);
        assert_eq!(search(&crm, true).await.merged, 0);
    }

    async fn new_contacts_alone_are_compared_with_their_companies(db) {
        let (crm, all) = (crm(&db), people(&db).await);
        let newest = *all.iter().max().unwrap();
        let clock = Arc::new(TestClock::default());
        clock.advance(Duration::from_mins(1));
        let rows = ["Clerk", "Dyer"].map(|title| {
            row(&[&format!("first_name={title}"), "last_name=Iyersohn", "company=Dyes", &format!("title={title}")])
        });
        let new = upsert(&db, &ids_at(clock, 5), WS, &rows, &by(2, Policy::default()), 1).await;
        let new = new[1].contact.unwrap();
        assert!(!all.contains(&new) && new > newest);
        let search = Search { after: Some(newest), merge_same: false };
        let found = crm.find_duplicates(WS, search).await.unwrap();
        assert_eq!((found.contacts, found.partly), (3, false), "the new ones and their colleague");
        let none = crm.find_duplicates(WS, Search { after: Some(new), merge_same: false }).await.unwrap();
        assert_eq!(none.contacts, 0);
    }

    async fn a_search_that_waits_is_not_pushed_again(db) {
        let crm = crm(&db);
        let mut tx = crm.db.writer().await.unwrap();
        let list = Search { after: Some(ContactId::from(Uuid::max())), merge_same: false };
        for (merge_same, pushed) in [(false, true), (false, false), (true, true), (false, false), (true, false)] {
            assert_eq!(crm.push_search(&mut tx, WS, merge_same).await.unwrap(), pushed);
            // Those of lists wait in numbers.
            let lists = vec![find_duplicates_job(WS, list, crm.clock.now()); 250];
            jobs::push(&mut tx, &crm.ids, lists).await.unwrap();
        }
        let other = WorkspaceId::from(Uuid::from_u128(77));
        assert!(crm.push_search(&mut tx, other, true).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn the_job_does_it_and_tells(db) {
        let crm = crm(&db);
        people(&db).await;
        let mut tx = crm.db.writer().await.unwrap();
        let job = find_duplicates_job(WS, Search::default(), crm.clock.now());
        jobs::push(&mut tx, &crm.ids, vec![job]).await.unwrap();
        tx.commit().await.unwrap();
        let handler = FindDuplicates(crm.clone());
        let now = crm.clock.now();
        let claimed = jobs::claim(&crm.db, "w", &[handler.queue()], 5, Duration::from_mins(1), now).await.unwrap();
        assert_eq!(claimed.len(), 1);
        for _twice in 0..2 {
            assert!(matches!(handler.run(&claimed[0]).await, Verdict::Done));
        }
        assert_eq!(open(&crm).await.len(), 1);
        let sql = "SELECT data FROM event WHERE workspace_id = $1 AND kind = 'duplicates.found' ORDER BY seq";
        let told: Vec<(String,)> = crm.db.all(Stmt::text(sql, [WS.into()])).await.unwrap();
        assert!(told.len() == 2 && told[0].0.contains("\"asked\":1"), "{told:?}");
    }
}
