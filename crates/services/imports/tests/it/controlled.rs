//! Imports that are paused, resumed, cancelled, refused by the plan.

use std::sync::Arc;

use captely_credits::{Gates, Policy as Plan};
use captely_crm::{OnMatch, Policy};
use captely_imports::{ImportState, Start};
use captely_platform::db::Engine;
use captely_platform::ids::ContactId;
use captely_testkit::both_dbs;

use crate::desk::people;
use crate::works::{LEASE, Works, migrations};

fn blanks() -> Start {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    Start { policy, ..Start::default() }
}

fn plan(imports: Option<u32>, contacts: Option<u32>) -> Plan {
    let gates = Gates { imports_per_month: imports, contacts_max: contacts, ..Gates::default() };
    Plan { gates, ..Plan::unlimited() }
}

const ROWS: u64 = 9_000;
const UPLOADED: &str = "import.uploaded";
const LOOKED_AT: &str = "import.looked_at";

both_dbs! {
    migrations = &migrations();

    async fn it_stops_where_it_is_told_and_goes_on_there(db) {
        let works = Works::new(&db);
        let ws = works.workspace;
        let id = works.ready("list.csv", &people(ROWS)).await;
        works.start(id, &blanks()).await.unwrap();
        works.ask(async |imports, tx| imports.pause(tx, ws, id).await).await.unwrap();
        assert_eq!(works.state(id).await, ImportState::Paused, "it had not begun");
        works.work().await;
        assert_eq!(works.people().await.len(), 0);
        works.ask(async |imports, tx| imports.resume(tx, ws, id).await).await.unwrap();
        // asked for while rows are entered
        let works = Arc::new(works);
        let other = Arc::clone(&works);
        let running = tokio::spawn(async move { other.work().await });
        loop {
            let job = works.job(id).await;
            if job.counts.rows > 0 {
                works.ask(async |imports, tx| imports.pause(tx, ws, id).await).await.unwrap();
                break;
            }
            tokio::task::yield_now().await;
        }
        while works.state(id).await == ImportState::Processing {
            tokio::task::yield_now().await;
        }
        // As soon as the state is seen, nothing that a worker still does is missing.
        let begun = [UPLOADED, LOOKED_AT, "import.started", "import.paused", "import.resumed", "import.paused"];
        assert_eq!(works.told(id).await, begun);
        running.await.unwrap();
        let job = works.job(id).await;
        assert_eq!(job.state, ImportState::Paused, "{:?}", job.counts);
        assert!((1..ROWS).contains(&job.counts.rows), "{:?}", job.counts);
        works.ask(async |imports, tx| imports.resume(tx, ws, id).await).await.unwrap();
        works.work().await;
        let job = works.job(id).await;
        assert_eq!((job.state, job.counts.rows), (ImportState::Done, ROWS));
        assert_eq!(job.counts.created, ROWS / 10 * 9);
        let refused = works.ask(async |imports, tx| imports.pause(tx, ws, id).await).await.unwrap_err();
        assert_eq!(refused.to_string(), "the import is done: only one that runs can be paused");
    }

    async fn what_was_cancelled_can_be_undone(db) {
        let works = Arc::new(Works::new(&db));
        let ws = works.workspace;
        let id = works.ready("list.csv", &people(ROWS)).await;
        works.start(id, &blanks()).await.unwrap();
        let other = Arc::clone(&works);
        let running = tokio::spawn(async move { other.work().await });
        while works.job(id).await.counts.rows == 0 {
            tokio::task::yield_now().await;
        }
        works.ask(async |imports, tx| imports.cancel(tx, ws, id).await).await.unwrap();
        running.await.unwrap();
        let job = works.job(id).await;
        assert_eq!(job.state, ImportState::Cancelled, "{:?}", job.counts);
        works.work().await;
        assert_eq!(works.job(id).await.counts, job.counts, "it does not go on");
        works.ask(async |imports, tx| imports.undo(tx, ws, id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, Vec::<String>::new());
    }

    async fn what_is_asked_for_between_two_turns_is_done_by_the_next(db) {
        for (wish, state, events) in [
            (false, ImportState::Paused, [UPLOADED, LOOKED_AT, "import.started", "import.paused"]),
            (true, ImportState::Cancelled, [UPLOADED, LOOKED_AT, "import.started", "import.cancelled"]),
        ] {
            let works = Arc::new(Works::seeded(&db, Plan::unlimited(), 1 + u64::from(wish)));
            let ws = works.workspace;
            let id = works.ready("list.csv", &people(ROWS)).await;
            works.start(id, &blanks()).await.unwrap();
            works.die_behind_some_rows(id).await;
            assert_eq!(works.state(id).await, ImportState::Processing);
            works.ask(async |imports, tx| if wish {
                imports.cancel(tx, ws, id).await
            } else {
                imports.pause(tx, ws, id).await
            }).await.unwrap();
            assert_eq!(works.state(id).await, ImportState::Processing, "nobody is at it");
            works.clock.advance(2 * LEASE);
            works.work().await;
            let job = works.job(id).await;
            assert_eq!(job.state, state);
            assert!((1..ROWS).contains(&job.counts.rows), "{:?}", job.counts);
            assert_eq!(works.told(id).await, events);
            works.ask(async |imports, tx| if wish {
                imports.undo(tx, ws, id).await
            } else {
                imports.resume(tx, ws, id).await
            }).await.unwrap();
            works.work().await;
            let (rows, people) = (works.job(id).await.counts.rows, works.people().await.len());
            assert_eq!((rows == ROWS, people > 0), (!wish, !wish), "{rows} rows, {people} people");
            if !wish {
                works.ask(async |imports, tx| imports.undo(tx, ws, id).await).await.unwrap();
                works.work().await;
            }
        }
    }

    async fn who_ends_it_while_it_is_started_ends_it(db) {
        let works = Arc::new(Works::new(&db));
        let ws = works.workspace;
        let id = works.ready("list.csv", &people(10)).await;
        let mut tx = works.imports.db.writer().await.unwrap();
        works.imports.start(&mut tx, ws, id, &blanks()).await.unwrap();
        let other = Arc::clone(&works);
        let ending = tokio::spawn(async move {
            other.ask(async |imports, tx| imports.cancel(tx, ws, id).await).await
        });
        // SQLite lets nobody else begin to write; PostgreSQL lets them come as far as the import.
        while tx.engine() == Engine::Postgres && works.waiting().await == 0 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
        ending.await.unwrap().unwrap();
        assert_eq!(works.state(id).await, ImportState::Cancelled);
        works.work().await;
        assert_eq!((works.state(id).await, works.people().await.len()), (ImportState::Cancelled, 0));
        assert_eq!(works.told(id).await, [UPLOADED, LOOKED_AT, "import.started", "import.cancelled"]);
    }

    async fn what_was_cancelled_is_not_paused(db) {
        let works = Arc::new(Works::new(&db));
        let ws = works.workspace;
        let id = works.ready("list.csv", &people(ROWS)).await;
        works.start(id, &blanks()).await.unwrap();
        works.die_behind_some_rows(id).await;
        works.ask(async |imports, tx| imports.cancel(tx, ws, id).await).await.unwrap();
        let refused = works.ask(async |imports, tx| imports.pause(tx, ws, id).await).await.unwrap_err();
        assert_eq!(refused.to_string(), "the import is processing: somebody has cancelled it");
        works.clock.advance(2 * LEASE);
        works.work().await;
        assert_eq!(works.state(id).await, ImportState::Cancelled);
    }

    async fn duplicates_are_sought_among_those_made_since_the_start(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", &people(20)).await;
        works.import("Name,Email\nEve Noor,eve@third.example\n", &blanks()).await;
        // The file waits; its id is older than whoever was made meanwhile.
        works.clock.advance(std::time::Duration::from_hours(24 * 20));
        works.start(id, &blanks()).await.unwrap();
        works.clock.advance(std::time::Duration::from_hours(1));
        works.work().await;
        assert_eq!(works.job(id).await.counts.created, 18);
        let after = works.searches().await.last().unwrap().after.expect("not all are compared");
        let ids: Vec<(ContactId,)> = works.all("SELECT id FROM contact WHERE workspace_id = $1").await;
        assert_eq!(ids.iter().filter(|(one,)| *one > after).count(), 18);
    }

    async fn one_whose_file_is_gone_fails(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", &people(10)).await;
        let job = works.job(id).await;
        works.imports.files.clear(job.file_key.as_deref().unwrap()).await.unwrap();
        works.start(id, &blanks()).await.unwrap();
        works.work().await;
        let job = works.job(id).await;
        assert_eq!(job.state, ImportState::Failed);
        assert!(job.trouble.unwrap().contains("is gone"));
    }

    async fn plans_refuse_before_any_work(db) {
        let works = Works::with(&db, plan(Some(2), None));
        let list = "Name,Email\nAsha Rao,asha@mills.example\n";
        for _ in 0..2 {
            works.import(list, &blanks()).await;
        }
        let id = works.ready("list.csv", list).await;
        let refused = works.start(id, &blanks()).await.unwrap_err().to_string();
        assert!(refused.starts_with("the plan has 2 import(s) a month, and 2 were started until 2026-02-01"), "{refused}");
        works.clock.advance(std::time::Duration::from_hours(24 * 31));
        works.start(id, &blanks()).await.unwrap();

        let works = Works::seeded(&db, plan(None, Some(1)), 2);
        let id = works.ready("list.csv", list).await;
        let refused = works.start(id, &blanks()).await.unwrap_err().to_string();
        assert!(refused.starts_with("the plan has room for 1 contacts; 1 are there"), "{refused}");
        assert_eq!(works.state(id).await, ImportState::Ready);
    }

    async fn a_dry_run_finds_out_whether_the_plan_has_room(db) {
        let works = Works::with(&db, plan(None, Some(3)));
        let ws = works.workspace;
        works.import("Name,Email\nAsha Rao,asha@mills.example\n", &blanks()).await;
        let ignored = [("Name", "ignore")].map(|(name, word)| (name.to_owned(), word.to_owned()));
        let places = Start { columns: ignored.into(), ..blanks() };
        let named = "Name,Company\nEve Noor,Third\nRavi Iyer,Looms\nAsha Rao,Mills\n";
        let companies = "Name,Company\n,One\n,Two\n,Three\n,Four\n,Five\n";
        for (list, tried, start, contacts_new, refused) in [
            // three new ones where there is room for two
            (named, blanks(), blanks(), 3, Some("; 1 are there and this file brings 3 new ones;")),
            // companies are no contacts, though they are made
            (companies, blanks(), blanks(), 0, None),
            // what was tried in another way is no reason
            (named, blanks(), places, 3, None),
        ] {
            let id = works.ready("list.csv", list).await;
            works.ask(async |imports, tx| imports.dry_run(tx, ws, id, &tried).await).await.unwrap();
            works.work().await;
            let report = works.imports.whole(ws, id).await.unwrap().dry_run.unwrap();
            assert_eq!((report.contacts_new, report.counts.skipped), (contacts_new, 0), "{list}");
            let said = works.start(id, &start).await.err().map(|why| why.to_string());
            match (refused, said) {
                (None, None) => works.work().await,
                (Some(refused), Some(said)) => assert!(said.contains(refused), "{said}"),
                (_, said) => panic!("{list}: {said:?}"),
            }
        }
    }

    async fn rows_beyond_the_plan_are_left_out_and_told(db) {
        let works = Works::with(&db, plan(None, Some(10)));
        let job = works.import(&people(20), &blanks()).await;
        assert_eq!((job.state, job.counts.created, job.counts.skipped), (ImportState::Done, 10, 9));
        let why: Vec<(String,)> = works
            .all("SELECT DISTINCT reason FROM import_row WHERE workspace_id = $1 AND outcome = 'skipped'")
            .await;
        assert_eq!(why, [("the plan has no room for more contacts".to_owned(),)]);
    }
}
