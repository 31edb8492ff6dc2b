//! Long lists, whose marks are written in pages.

use captely_contact::Timestamp;
use captely_crm::{
    NewContact, Outcome, Policy, Sieve, Upsert, copy_known, erase_contact, settle, upsert_contacts,
};
use captely_platform::db::Stmt;
use captely_platform::ids::Ids;
use captely_testkit::{Engine, TestDb, both_dbs, ids};
use uuid::Uuid;

use crate::desk::migrations;
use crate::world::{WS, all, by, marks, row, somebody_waits, undo, upsert};

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

/// The version of all marks, and how many there are.
async fn state(db: &TestDb) -> (Uuid, i64) {
    let sql = "SELECT version, n_marks FROM contact_key_state WHERE workspace_id IS NOT NULL";
    all(db, sql).await.remove(0)
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

    async fn marks_that_are_no_more_are_not_counted(db) {
        let ids = ids();
        let mut who = Vec::new();
        for (origin, people, sieve) in
            [(1, people(0, 3), Sieve::default()), (2, people(3, 7), Sieve::paging_from(1))]
        {
            let how = Upsert { sieve: Some(sieve), ..by(origin, Policy::default()) };
            let made = upsert(&db, &ids, WS, &people, &how, 5).await;
            who.push(made.into_iter().map(|one| one.contact.unwrap()).collect::<Vec<_>>());
        }
        assert_eq!(state(&db).await.1, 14);
        undo(&db, 2, &who[1], 3).await;
        assert_eq!(state(&db).await.1, 6);
        let mut tx = db.writer().await.unwrap();
        erase_contact(&mut tx, WS, who[0][1], Timestamp::micros(6)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(state(&db).await.1, 4);
    }

    async fn runs_joined_while_they_are_read_are_not_missed(db) {
        // SQLite shows each reader one picture.
        if db.engine() == Engine::Sqlite {
            return;
        }
        let ids = ids();
        for n in 0..3 {
            assert_eq!(new(&db, &ids, &people(n, n + 1), &walk(&Sieve::paging_from(1))).await, 1);
        }
        let scratch = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
        let sieve = Sieve::default();
        let mut joins = db.writer().await.unwrap();
        let lock = "LOCK TABLE contact_key_page IN ACCESS EXCLUSIVE MODE";
        joins.run(Stmt::text(lock, [])).await.unwrap();
        let reads = async {
            let (mut from, mut to) = (db.reader().await.unwrap(), scratch.writer().await.unwrap());
            let rows = people(0, 3);
            copy_known((&mut from, Some(&sieve)), (&mut to, None), WS, &rows).await.unwrap();
            to.commit().await.unwrap();
        };
        let settles = async {
            somebody_waits(&db).await;
            settle(&mut joins, &ids, WS).await.unwrap();
            joins.commit().await.unwrap();
        };
        tokio::join!(reads, settles);
        assert_eq!(runs(&db).await, [6]);
        let copied: Vec<(i64,)> =
            all(&scratch, "SELECT count(*) FROM contact WHERE workspace_id IS NOT NULL").await;
        assert_eq!(copied, [(3,)]);
    }

    async fn small_runs_are_joined_and_lose_nothing(db) {
        let (ids, sieve) = (ids(), Sieve::paging_from(1));
        for n in 0..20 {
            assert_eq!(new(&db, &ids, &people(n * 40, n * 40 + 40), &walk(&sieve)).await, 40);
        }
        let some = runs(&db).await;
        assert!(some.len() < 8, "{some:?}");
        assert_eq!(some.iter().sum::<i64>(), 1_600);
        let (before, _) = state(&db).await;
        let mut tx = db.writer().await.unwrap();
        settle(&mut tx, &ids, WS).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(runs(&db).await, [1_600]);
        let (settled, n) = state(&db).await;
        assert!(settled != before && n == 1_600, "whoever reads all marks meanwhile begins anew");
        assert_eq!(marks(&db, WS).await.len(), 1_600);
        assert_eq!(new(&db, &ids, &people(0, 800), &by(2, Policy::default())).await, 0);
    }
}
