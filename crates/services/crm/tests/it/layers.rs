//! What was done upon each other, and taken back in another order.

use captely_contact::Timestamp;
use captely_crm::{
    Choices, MergePair, OnMatch, Outcome, Policy, Take, merge_contacts, unmerge_contacts,
};
use captely_platform::ids::{ContactId, Ids};
use captely_testkit::{TestDb, both_dbs, ids};

use crate::desk::migrations;
use crate::world::{WS, all, by, dump, row, undo, upsert};

fn over(origin: u128) -> captely_crm::Upsert {
    by(origin, Policy { usual: OnMatch::Overwrite, ..Policy::default() })
}

async fn merge(
    db: &TestDb,
    ids: &Ids,
    (kept, gone): (ContactId, ContactId),
    choices: Choices,
) -> captely_crm::MergeId {
    let mut tx = db.writer().await.unwrap();
    let pair = MergePair { kept, gone, origin: None, choices };
    let merge = merge_contacts(&mut tx, ids, None, WS, &pair, Timestamp::micros(20)).await.unwrap();
    tx.commit().await.unwrap();
    merge
}

async fn unmerge(db: &TestDb, ids: &Ids, merge: captely_crm::MergeId) {
    let mut tx = db.writer().await.unwrap();
    unmerge_contacts(&mut tx, ids, None, WS, merge, Timestamp::micros(30)).await.unwrap();
    tx.commit().await.unwrap();
}

/// The dump without what only says that something was done and undone.
async fn left(db: &TestDb) -> Vec<String> {
    let all = dump(db).await.into_iter();
    all.filter(|line| !line.starts_with("contact_merge ")).collect()
}

async fn title_of(db: &TestDb, email: &str) -> String {
    let sql = "SELECT original_email, title FROM contact WHERE workspace_id IS NOT NULL";
    let rows: Vec<(String, String)> = all(db, sql).await;
    rows.into_iter().find(|(own, _)| own == email).unwrap().1
}

/// Contacts that are at a company that there is not.
async fn nowhere(db: &TestDb) -> i64 {
    let sql = "SELECT COUNT(*) FROM contact AS c WHERE workspace_id IS NOT NULL AND company_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM company AS o WHERE o.workspace_id = c.workspace_id AND o.id = c.company_id)";
    all::<(i64,)>(db, sql).await[0].0
}

async fn title(db: &TestDb) -> (String, i64) {
    let sql = "SELECT title, updated_at FROM contact WHERE workspace_id IS NOT NULL ORDER BY id";
    all(db, sql).await.remove(0)
}

both_dbs! {
    migrations = &migrations();

    async fn a_value_that_is_no_more_does_not_return(db) {
        let ids = ids();
        let said = |title: &str| [row(&["email=a@x.example", &format!("title={title}")])];
        upsert(&db, &ids, WS, &said("Head"), &over(1), 5).await;
        let before = dump(&db).await;
        let mut who = Vec::new();
        for (origin, title, now) in [(2, "Chief", 6), (2, "Boss", 7), (3, "Owner", 8), (4, "Founder", 9)] {
            who = upsert(&db, &ids, WS, &said(title), &over(origin), now).await;
        }
        let who = [who[0].contact.unwrap()];
        let (stayed, _) = undo(&db, 2, &who, 1).await;
        assert_eq!(stayed.len(), 2, "{stayed:?}");
        assert_eq!(title(&db).await, ("Founder".into(), 9));
        undo(&db, 4, &who, 10).await;
        assert_eq!(title(&db).await, ("Owner".into(), 8));
        undo(&db, 3, &who, 10).await;
        assert_eq!(dump(&db).await, before);
    }

    async fn whatever_the_clocks_say(db) {
        let ids = ids();
        let said = |title: &str| [row(&["email=a@x.example", &format!("title={title}")])];
        upsert(&db, &ids, WS, &said("Head"), &over(1), 5).await;
        let before = dump(&db).await;
        upsert(&db, &ids, WS, &said("Chief"), &over(2), 102).await;
        let who = upsert(&db, &ids, WS, &said("Owner"), &over(3), 101).await[0].contact.unwrap();
        undo(&db, 2, &[who], 1).await;
        undo(&db, 3, &[who], 1).await;
        assert_eq!(dump(&db).await, before);
    }

    async fn what_an_import_gave_goes_from_whom_it_passed_to(db) {
        let ids = ids();
        let there = [row(&["email=a@x.example", "title=Head"]), row(&["email=k@x.example"]), row(&["email=c@x.example"])];
        let made = upsert(&db, &ids, WS, &there, &over(1), 5).await;
        let [a, k, c] = [0, 1, 2].map(|n| made[n].contact.unwrap());
        let before = left(&db).await;
        for replaced in [false, true] {
            for title in ["Boss", "Owner"] {
                let gives = row(&["email=a@x.example", &format!("title={title}"), "tag=vip"]);
                upsert(&db, &ids, WS, &[gives], &over(2), 6).await;
            }
            let first = merge(&db, &ids, (k, a), Choices::new()).await;
            let second = merge(&db, &ids, (c, k), Choices::new()).await;
            if replaced {
                let since = row(&["email=c@x.example", "title=Founder"]);
                upsert(&db, &ids, WS, &[since], &over(3), 21).await;
            }
            undo(&db, 2, &[a], 1).await;
            undo(&db, 3, &[c], 10).await;
            for email in ["a@x.example", "k@x.example", "c@x.example"] {
                assert_eq!(title_of(&db, email).await, "Head", "{email} {replaced}");
            }
            let tags: Vec<(String,)> = all(&db, "SELECT tag FROM contact_tag WHERE workspace_id IS NOT NULL").await;
            assert_eq!(tags, []);
            unmerge(&db, &ids, second).await;
            unmerge(&db, &ids, first).await;
            assert_eq!(left(&db).await, before, "{replaced}");
        }
    }

    async fn nobody_goes_back_to_a_company_that_is_no_more(db) {
        let ids = ids();
        let at = |email: &str, company: &str| [row(&[&format!("email={email}"), &format!("company={company}")])];
        let a = upsert(&db, &ids, WS, &at("a@x.example", "Yarns"), &over(1), 5).await[0].contact.unwrap();
        let one = upsert(&db, &ids, WS, &at("k@x.example", "Xylos"), &over(2), 6).await[0].contact.unwrap();
        let two = upsert(&db, &ids, WS, &at("l@x.example", "Xylos"), &over(2), 6).await[0].contact.unwrap();
        upsert(&db, &ids, WS, &at("k@x.example", "Zed"), &over(3), 7).await;
        let choices = Choices::from([("company".to_owned(), Take::Gone)]);
        let done = merge(&db, &ids, (two, a), choices).await;
        undo(&db, 2, &[one, two], 10).await;
        undo(&db, 3, &[one], 10).await;
        unmerge(&db, &ids, done).await;
        let names: Vec<(String,)> = all(&db, "SELECT name FROM company WHERE workspace_id IS NOT NULL").await;
        assert_eq!(names, [("Yarns".to_owned(),)]);
        assert_eq!(nowhere(&db).await, 0);
    }

    async fn nor_by_way_of_a_merge(db) {
        let ids = ids();
        let there = [row(&["email=a@x.example", "title=Head"]), row(&["email=b@x.example", "title=Boss"])];
        let made = upsert(&db, &ids, WS, &there, &over(1), 5).await;
        let pair = (made[0].contact.unwrap(), made[1].contact.unwrap());
        let before = left(&db).await;
        upsert(&db, &ids, WS, &[row(&["email=a@x.example", "title=Chief"])], &over(2), 6).await;
        let choices = || Choices::from([("title".to_owned(), Take::Gone)]);
        let done = merge(&db, &ids, pair, choices()).await;
        undo(&db, 2, &[pair.0], 10).await;
        assert_eq!(title(&db).await, ("Boss".into(), 5));
        unmerge(&db, &ids, done).await;
        assert_eq!(left(&db).await, before);
        // And the other way: the merge first.
        let done = merge(&db, &ids, pair, choices()).await;
        upsert(&db, &ids, WS, &[row(&["email=a@x.example", "title=Chief"])], &over(3), 21).await;
        unmerge(&db, &ids, done).await;
        undo(&db, 3, &[pair.0], 10).await;
        assert_eq!(left(&db).await, before);
    }

    async fn a_later_merge_still_knows_what_it_gave(db) {
        let ids = ids();
        let phone = "phone=+4930123456";
        let there = [row(&["email=k@x.example"]), row(&["email=a@x.example"]), row(&["email=b@x.example", phone])];
        let made = upsert(&db, &ids, WS, &there, &over(1), 5).await;
        let [k, a, b] = [0, 1, 2].map(|n| made[n].contact.unwrap());
        let before = left(&db).await;
        let first = merge(&db, &ids, (k, a), Choices::new()).await;
        let second = merge(&db, &ids, (k, b), Choices::new()).await;
        let new = row(&["email=k@x.example", "phone=+4930999999"]);
        upsert(&db, &ids, WS, &[new], &over(2), 21).await;
        unmerge(&db, &ids, first).await;
        unmerge(&db, &ids, second).await;
        undo(&db, 2, &[k], 10).await;
        assert_eq!(left(&db).await, before, "the number is that of whom it came with");
    }

    async fn marks_of_an_import_go_from_whom_they_passed_to(db) {
        let ids = ids();
        let there = ["a", "b", "c"].map(|who| row(&[&format!("email={who}@x.example")]));
        let made = upsert(&db, &ids, WS, &there, &over(1), 5).await;
        let [a, b, c] = [0, 1, 2].map(|n| made[n].contact.unwrap());
        let before = left(&db).await;
        let adds = row(&["email=a@x.example", "linkedin_url=in/ada"]);
        upsert(&db, &ids, WS, &[adds], &over(2), 6).await;
        let mut merges = Vec::new();
        for pair in [(b, a), (c, b)] {
            merges.push(merge(&db, &ids, pair, Choices::new()).await);
        }
        undo(&db, 2, &[a], 10).await;
        let rows = [row(&["linkedin_url=in/ada"])];
        let met = upsert(&db, &ids, WS, &rows, &over(3), 21).await;
        assert_eq!(met[0].outcome, Outcome::Created, "nobody has that profile");
        undo(&db, 3, &[met[0].contact.unwrap()], 10).await;
        for merge in merges.into_iter().rev() {
            unmerge(&db, &ids, merge).await;
        }
        assert_eq!(left(&db).await, before);
    }
}
