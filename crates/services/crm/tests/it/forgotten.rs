//! Of who was erased nothing is left, and nothing comes back by what was under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use captely_contact::{Confidence, Field, Provenance, Timestamp, Usd};
use captely_crm::{
    Choices, Crm, Erased, Finding, Found, MergePair, Policy, Search, erase_contact, merge_contacts,
    queue_pairs, save_findings, save_found, unmerge_contacts,
};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::ContactId;
use captely_testkit::{Engine, TestClock, both_dbs, ids};

use crate::desk::{Desk, con, migrations};
use crate::world::{WS, by, dump, import, row, somebody_waits, undo, upsert};

fn finding(contact: ContactId) -> Finding {
    let provenance = Provenance {
        source: "hunter".into(),
        at: Timestamp::micros(7),
        cost: Usd::micros(0),
        confidence: Confidence::percent(90),
        verification: String::new(),
    };
    let value = "asha@found.example".to_owned();
    Finding { contact, field: Field::Email, value, status: "valid", provenance, best: true }
}

/// Erases a contact at the first moment somebody asks for the time, by another process.
struct ErasingClock {
    clock: TestClock,
    db: Mutex<Option<Db>>,
    who: ContactId,
    done: AtomicBool,
}

impl Clock for ErasingClock {
    fn now(&self) -> Timestamp {
        if let Some(db) = self.db.lock().unwrap().take() {
            let who = self.who;
            let erase = async move {
                let mut tx = db.writer().await.unwrap();
                erase_contact(&mut tx, WS, who, Timestamp::micros(9)).await.unwrap();
                tx.commit().await.unwrap();
            };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            std::thread::spawn(move || runtime.unwrap().block_on(erase)).join().unwrap();
            self.done.store(true, Ordering::Relaxed);
        }
        self.clock.now()
    }
}

both_dbs! {
    migrations = &migrations();

    async fn erasing_reaches_questions_and_merges(db) {
        let ids = ids();
        let rows = [
            row(&["first_name=Asha", "last_name=Rao", "email=asha@mills.example", "title=Weaver"]),
            row(&["first_name=Ravi", "email=ravi@mills.example"]),
            row(&["first_name=Kofi", "email=kofi@mills.example"]),
        ];
        let made = upsert(&db, &ids, WS, &rows, &by(1, Policy::default()), 5).await;
        let [a, b, c] = [0, 1, 2].map(|n| made[n].contact.unwrap());
        let mut tx = db.writer().await.unwrap();
        let now = Timestamp::micros(6);
        queue_pairs(&mut tx, &ids, WS, &[(a, b), (c, a), (b, c)], now).await.unwrap();
        let mut merges = Vec::new();
        for (kept, gone) in [(b, a), (c, b)] {
            let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
            merges.push(merge_contacts(&mut tx, &ids, None, WS, &pair, now).await.unwrap());
        }
        for merge in merges.into_iter().rev() {
            unmerge_contacts(&mut tx, &ids, None, WS, merge, now).await.unwrap();
        }
        let erased = erase_contact(&mut tx, WS, a, now).await.unwrap();
        assert_eq!(erased, [Erased { contact: a, origin: Some(import(1)) }]);
        tx.commit().await.unwrap();
        let left = dump(&db).await;
        assert_eq!(left.iter().filter(|line| line.starts_with("duplicate_pair")).count(), 1, "{left:#?}");
        let left = left.join("\n").to_lowercase();
        for text in ["asha", "weaver", "rao"] {
            assert!(!left.contains(text), "{text} is still there:\n{left}");
        }
    }

    async fn undoing_an_import_leaves_no_question_about_nobody(db) {
        let ids = ids();
        let rows = ["asha", "ravi"].map(|who| row(&[&format!("email={who}@mills.example")]));
        let made = upsert(&db, &ids, WS, &rows, &by(1, Policy::default()), 5).await;
        let both: Vec<ContactId> = made.iter().filter_map(|made| made.contact).collect();
        let mut tx = db.writer().await.unwrap();
        let now = Timestamp::micros(6);
        queue_pairs(&mut tx, &ids, WS, &[(both[0], both[1])], now).await.unwrap();
        tx.commit().await.unwrap();
        undo(&db, 1, &both, 10).await;
        let left = dump(&db).await;
        assert!(!left.iter().any(|line| line.contains("@mills.example")), "{left:#?}");
    }

    async fn what_is_found_too_late_is_not_kept(db) {
        let ids = ids();
        let rows = ["asha", "ravi"].map(|who| row(&[&format!("email={who}@mills.example")]));
        let made = upsert(&db, &ids, WS, &rows, &by(1, Policy::default()), 5).await;
        let [gone, there] = [0, 1].map(|n| made[n].contact.unwrap());
        let mut tx = db.writer().await.unwrap();
        erase_contact(&mut tx, WS, gone, Timestamp::micros(6)).await.unwrap();
        let found = [gone, there].map(|contact| {
            Found { contact, email: Some("asha@found.example".into()), phone: None }
        });
        save_found(&mut tx, WS, found.into(), Timestamp::micros(7)).await.unwrap();
        save_findings(&mut tx, WS, &[finding(gone), finding(there)]).await.unwrap();
        tx.commit().await.unwrap();
        let left = dump(&db).await;
        let of = |who: ContactId| {
            let id = who.as_uuid().simple().to_string();
            left.iter().filter(|line| line.contains("found.example") && line.contains(&id)).count()
        };
        assert_eq!((of(gone), of(there)), (0, 2), "{left:#?}");
    }

    async fn who_is_erased_during_a_search_is_not_asked_about(db) {
        let twice = ["Pune", "Goa"].map(|city| {
            row(&["first_name=Asha", "last_name=Raonovskaya", "title=Head of Sales", &format!("city={city}"),
                &format!("company=Mills {city}")])
        });
        let made = upsert(&db, &ids(), WS, &twice, &by(1, Policy::default()), 5).await;
        let crm = |clock: Arc<dyn Clock>| {
            Crm { db: (*db).clone(), ids: Arc::new(ids()), clock, ledger: None }
        };
        let clock = Arc::new(ErasingClock {
            clock: TestClock::default(),
            db: Mutex::new(Some(db.another_process().await)),
            who: made[0].contact.unwrap(),
            done: AtomicBool::new(false),
        });
        let found = crm(Arc::<ErasingClock>::clone(&clock)).find_duplicates(WS, Search::default()).await.unwrap();
        assert!(clock.done.load(Ordering::Relaxed), "erased while they were compared");
        assert_eq!((found.contacts, found.asked), (2, 0));
        let left = dump(&db).await;
        assert!(!left.iter().any(|line| line.starts_with("duplicate_pair")), "{left:#?}");
    }

    async fn contacts_are_removed_in_the_order_in_which_they_are_held(db) {
        // SQLite has one writer.
        if db.engine() == Engine::Sqlite {
            return;
        }
        let desk = Desk::new(&db, 1);
        desk.open().await;
        let (first, kept) = (con(1), con(12));
        for n in (1..=12).rev() {
            desk.add(con(n), &[("first_name", "Asha")]).await;
        }
        for n in (1..12).rev() {
            desk.merge(kept, con(n)).await.unwrap();
        }
        let (mut holds, mut erases) = (db.writer().await.unwrap(), db.writer().await.unwrap());
        let sql = "SELECT id FROM contact WHERE workspace_id = $1 AND id = $2 FOR KEY SHARE";
        holds.run(Stmt::text(sql, [WS.into(), first.into()])).await.unwrap();
        // Where it sorts the ids, PostgreSQL deletes in their order by chance.
        erases.run(Stmt::text("SET LOCAL enable_sort = off", [])).await.unwrap();
        let erased = erase_contact(&mut erases, WS, kept, Timestamp::micros(7));
        let meanwhile = async {
            somebody_waits(&db).await;
            let sql = "SELECT id FROM contact WHERE workspace_id = $1 FOR KEY SHARE NOWAIT";
            let free = holds.all::<(ContactId,)>(Stmt::text(sql, [WS.into()])).await;
            drop(holds);
            free
        };
        let (erased, free) = tokio::join!(erased, meanwhile);
        assert_eq!(free.unwrap().len(), 12, "who waits for the first holds no other");
        assert_eq!(erased.unwrap().len(), 12);
    }
}
