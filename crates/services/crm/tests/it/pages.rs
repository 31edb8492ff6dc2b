//! Long lists, whose marks are written in pages.

use captely_contact::Timestamp;
use captely_crm::{NewContact, Outcome, Policy, Sieve, Upsert, settle, upsert_contacts};
use captely_platform::ids::Ids;
use captely_testkit::{TestDb, both_dbs, ids};

use crate::desk::migrations;
use crate::world::{WS, all, by, marks, row, upsert};

fn people(from: usize, to: usize) -> Vec<NewContact> {
    let one = |n: usize| row(&[&format!("email=p{n}@x.example"), &format!("linkedin_url=in/p{n}")]);
    (from..to).map(one).collect()
}

fn walk(sieve: &Sieve) -> Upsert {
    Upsert { sieve: Some(sieve.clone()), ..by(1, Policy::default()) }
}

/// How many of these are new.
async fn new(db: &TestDb, ids: &Ids, rows: &[NewContact], how: &Upsert) -> usize {
    let applied = upsert(db, ids, WS, rows, how, 5).await;
    applied.iter().filter(|applied| applied.outcome == Outcome::Created).count()
}

async fn runs(db: &TestDb) -> Vec<i64> {
    let rows: Vec<(i64,)> =
        all(db, "SELECT n_marks FROM contact_key_run WHERE workspace_id IS NOT NULL").await;
    rows.into_iter().map(|(marks,)| marks).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn a_long_list_is_known_again(db) {
        let (ids, sieve) = (ids(), Sieve::default());
        assert_eq!(new(&db, &ids, &people(0, 1_500), &walk(&sieve)).await, 1_500);
        assert_eq!(runs(&db).await, [3_000], "3,000 marks are enough for pages");
        let rows: Vec<(Vec<u8>,)> =
            all(&db, "SELECT mark FROM contact_key WHERE workspace_id IS NOT NULL").await;
        assert_eq!(rows.len(), 0);
        for how in [walk(&sieve), walk(&Sieve::default()), by(2, Policy::default())] {
            assert_eq!(new(&db, &ids, &people(0, 1_500), &how).await, 0, "{how:?}");
            assert_eq!(new(&db, &ids, &people(700, 703), &how).await, 0, "{how:?}");
        }
        assert_eq!(new(&db, &ids, &people(1_499, 1_501), &walk(&sieve)).await, 1);
        assert_eq!(marks(&db, WS).await.len(), 3_002);
    }

    async fn whom_another_adds_meanwhile_is_met(db) {
        let (ids, sieve) = (ids(), Sieve::paging_from(1));
        assert_eq!(new(&db, &ids, &people(0, 3), &walk(&sieve)).await, 3);
        assert_eq!(new(&db, &ids, &people(3, 6), &by(2, Policy::default())).await, 3);
        assert_eq!(new(&db, &ids, &people(0, 7), &walk(&sieve)).await, 1);
    }

    async fn a_call_that_was_rolled_back_is_forgotten(db) {
        let (ids, sieve) = (ids(), Sieve::paging_from(1));
        assert_eq!(new(&db, &ids, &people(0, 3), &walk(&sieve)).await, 3);
        let mut tx = db.writer().await.unwrap();
        let now = Timestamp::micros(5);
        upsert_contacts(&mut tx, &ids, None, WS, &people(3, 6), &walk(&sieve), now).await.unwrap();
        drop(tx);
        // As many marks as were rolled back, of others.
        assert_eq!(new(&db, &ids, &people(6, 9), &by(2, Policy::default())).await, 3);
        assert_eq!(new(&db, &ids, &people(3, 9), &walk(&sieve)).await, 3);
    }

    async fn small_runs_are_joined_and_lose_nothing(db) {
        let (ids, sieve) = (ids(), Sieve::paging_from(1));
        for n in 0..20 {
            assert_eq!(new(&db, &ids, &people(n * 40, n * 40 + 40), &walk(&sieve)).await, 40);
        }
        let some = runs(&db).await;
        assert!(some.len() < 8, "{some:?}");
        assert_eq!(some.iter().sum::<i64>(), 1_600);
        let mut tx = db.writer().await.unwrap();
        settle(&mut tx, &ids, WS).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(runs(&db).await, [1_600]);
        assert_eq!(marks(&db, WS).await.len(), 1_600);
        assert_eq!(new(&db, &ids, &people(0, 800), &by(2, Policy::default())).await, 0);
    }
}
