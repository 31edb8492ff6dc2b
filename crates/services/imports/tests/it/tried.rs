//! A dry run says what the run then does, and changes nothing.

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_crm::{OnMatch, Policy};
use captely_imports::{Ask, DryRun, ImportOptions, ImportState, Start};
use captely_platform::clock::Clock;
use captely_platform::db::Stmt;
use captely_platform::jobs::{self, Handler as _, Verdict};
use captely_tabular::ReadOptions;
use captely_testkit::{TestClock, both_dbs};

use crate::desk::{Desk, people};
use crate::works::{Works, migrations};

/// Half a minute goes by whenever it is looked at.
struct Hasty(TestClock);

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        self.0.advance(std::time::Duration::from_secs(30));
        self.0.now()
    }
}

/// The dry run's counts and rows, without the ids of contacts.
async fn tried(
    works: &Works,
    id: captely_platform::ids::ImportId,
) -> (captely_imports::Counts, Vec<String>) {
    let report = works.imports.whole(works.workspace, id).await.unwrap().dry_run.expect("a report");
    assert_eq!(report.trouble, None);
    let name = format!("imports/{}/{id}/dry-run.csv", works.workspace);
    let mut bytes = Vec::new();
    let mut pieces = works.imports.files.get_stream(&name).await.unwrap();
    while let Some(piece) = futures::StreamExt::next(&mut pieces).await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    let text = String::from_utf8(bytes).unwrap();
    (report.counts, text.lines().map(str::to_owned).collect())
}

both_dbs! {
    migrations = &migrations();

    async fn a_look_counts_whom_the_workspace_has(db) {
        let works = Works::new(&db);
        works.import("Name,Email\nAsha Rao,asha@mills.example\n", &Start::default()).await;
        let list = "Name,Email\nAsha Rao,ASHA@mills.example\nRavi Iyer,ravi@looms.example\n,\n\
            R. Iyer,ravi@looms.example\n";
        let (before, id) = (works.people().await, works.ready("more.csv", list).await);
        let seen = works.imports.look(works.workspace, id, None).await.unwrap();
        let counts = seen.counts;
        assert_eq!((counts.valid, counts.known, counts.repeated, counts.barred), (3, 1, 1, 0));
        assert_eq!(works.people().await, before, "nobody was made");
    }

    async fn it_says_what_happens(db) {
        let works = Works::new(&db);
        let all = people(2_500);
        let some = all.lines().step_by(3).collect::<Vec<_>>().join("\n");
        let head = "first_name,last_name,company,domain,note\n";
        let start = Start {
            policy: Policy { usual: OnMatch::Overwrite, ..Policy::default() },
            tags: vec!["fair".to_owned()],
            ..Start::default()
        };
        works.import(&format!("{head}{}", some.trim_start_matches(head)), &start).await;
        let before = works.people().await;
        let list = people(2_500).replace(",Rao,", ",Rao-Noor,");
        let list = format!("{}{}", people(2_500), list.trim_start_matches(head));
        let id = works.ready("list.csv", &list).await;
        works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &start).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, before, "nothing has changed");
        let (counts, rows) = tried(&works, id).await;
        assert_eq!(rows.len(), 5_001);
        works.start(id, &start).await.unwrap();
        works.work().await;
        let job = works.job(id).await;
        assert_eq!(job.counts, counts);
        assert!(counts.created > 0 && counts.merged > 0 && counts.unchanged > 0, "{counts:?}");
        let outcomes: Vec<(String,)> = works
            .all("SELECT outcome FROM import_row WHERE workspace_id = $1 ORDER BY import_id DESC, number LIMIT 5000")
            .await;
        for ((outcome,), row) in outcomes.iter().zip(&rows[1..]) {
            assert_eq!(row.split(',').nth(2), Some(outcome.as_str()), "{row}");
        }
    }

    async fn names_that_stand_twice_are_told_as_they_were_chosen(db) {
        let works = Works::new(&db);
        let list = "Name,Email,Xtra,Xtra\nAsha Rao,asha@mills.example,Buyer,x\n";
        let chosen = [("4".to_owned(), "title".to_owned())];
        let start = Start { columns: chosen.clone().into(), ..Start::default() };
        let id = works.ready("list.csv", list).await;
        works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &start).await).await.unwrap();
        works.work().await;
        works.start(id, &start).await.unwrap();
        let tried = works.imports.whole(works.workspace, id).await.unwrap().dry_run.unwrap();
        works.work().await;
        let desk = Desk::of(&db, works.workspace, 2);
        let ask = Ask { columns: chosen.into(), ..Ask::default() };
        let path = desk.file("list.csv", list);
        let local = desk.importer.import_with(&path, ReadOptions::default(), ask, |_| ()).await.unwrap();
        let said = "columns 3, 4 are all called \"Xtra\": all are kept, column 4 is taken for title";
        for notes in [tried.notes, works.job(id).await.notes, local.notes] {
            assert_eq!(notes, [said]);
        }
    }

    async fn another_look_forgets_what_was_tried(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", &people(20)).await;
        let look = async || works.imports.look(works.workspace, id, Some(ImportOptions::default())).await;
        let report = async || works.imports.whole(works.workspace, id).await.unwrap().dry_run;
        let start = Start::default();
        let ask = async || {
            works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &start).await).await.unwrap();
        };
        ask().await;
        works.work().await;
        assert!(report().await.is_some());
        look().await.unwrap();
        assert_eq!(report().await, None, "it was of what the file was taken for before");
        ask().await;
        look().await.unwrap();
        works.work().await;
        assert_eq!(report().await, None, "it ended behind the other look");
        ask().await;
        works.start(id, &start).await.unwrap();
        works.work().await;
        assert_eq!(report().await, None, "the import had begun");
        let told = works.count("SELECT COUNT(*) FROM event WHERE workspace_id = $1 AND kind = 'import.tried'").await;
        assert_eq!(told, 1);
    }

    async fn one_of_an_earlier_version_counts_as_none(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", &people(20)).await;
        let old = r#"{"counts": {"rows": 20}, "contacts_new": 18, "notes": [], "trouble": null}"#;
        let sql = "UPDATE import_job SET dry_run = $3 WHERE workspace_id = $1 AND id = $2";
        let mut tx = db.writer().await.unwrap();
        tx.run(Stmt::text(sql, [works.workspace.into(), id.into(), old.into()])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(works.imports.whole(works.workspace, id).await.unwrap().dry_run, None);
        works.start(id, &Start::default()).await.unwrap();
    }

    async fn the_country_of_the_look_counts(db) {
        let works = Works::new(&db);
        works.import("Name,Phone\nAsha Rao,+49 30 901820\n", &Start::default()).await;
        let options = ImportOptions { country: Some("DE".to_owned()), ..ImportOptions::default() };
        for (country, expected) in [(None, (0, 1)), (Some("FR"), (1, 0))] {
            let id = works.ready("list.csv", "Name,Phone\nAsha Rao,030 901820\n").await;
            works.imports.look(works.workspace, id, Some(options.clone())).await.unwrap();
            let start = Start { country: country.map(str::to_owned), ..Start::default() };
            works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &start).await).await.unwrap();
            works.work().await;
            let (counts, _) = tried(&works, id).await;
            assert_eq!((counts.created, counts.unchanged), expected, "{country:?}");
            works.start(id, &start).await.unwrap();
            works.work().await;
            assert_eq!(works.job(id).await.counts, counts, "{country:?}");
        }
    }

    async fn what_cannot_be_tried_says_so(db) {
        let works = Works::new(&db);
        let whole = "Name,Email\nAsha Rao,a@mills.example\n";
        let broken = "[{\"Name\":\"Asha Rao\",\"Email\":\"a@mills.example\"},{\"Name\":\"Ra";
        for (name, list, gone, said) in [
            ("list.json", broken, false, "list.json"),
            ("list.csv", whole, true, "the file of this import is gone"),
        ] {
            let id = works.ready(name, list).await;
            if gone {
                let job = works.job(id).await;
                works.imports.files.clear(job.file_key.as_deref().unwrap()).await.unwrap();
            }
            works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &Start::default()).await)
                .await
                .unwrap();
            works.work().await;
            let report = works.imports.whole(works.workspace, id).await.unwrap().dry_run.expect("a report");
            let trouble = report.trouble.expect("it cannot be tried");
            assert!(trouble.contains(said), "{trouble}");
            assert_eq!(works.state(id).await, ImportState::Ready);
        }
        assert_eq!(works.people().await, Vec::<String>::new());
    }

    async fn trouble_is_tried_again_and_told_in_the_end(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", "Name,Email\nAsha Rao,a@mills.example\n").await;
        // a folder stands where the file of its rows is to be
        let name = format!("imports/{}/{id}/dry-run.csv/x", works.workspace);
        works.imports.files.put(&name, bytes::Bytes::from_static(b"x")).await.unwrap();
        works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &Start::default()).await).await.unwrap();
        let handler = DryRun(works.imports.clone());
        let (lease, now) = (std::time::Duration::from_hours(1), works.clock.now());
        let queues = [handler.queue()];
        let mut job = jobs::claim(&db, "test", &queues, 1, lease, now).await.unwrap().remove(0);
        let report = async || works.imports.whole(works.workspace, id).await.unwrap().dry_run;
        while job.attempt < job.attempts_max {
            let verdict = handler.run(&job).await;
            assert!(matches!(verdict, Verdict::Trouble { .. }), "{}: {verdict:?}", job.attempt);
            assert_eq!(report().await, None);
            job.attempt += 1;
        }
        assert!(matches!(handler.run(&job).await, Verdict::Done));
        let trouble = report().await.expect("a report").trouble.expect("it came to no end");
        assert!(trouble.starts_with("the dry run was begun 3 times"), "{trouble}");
    }

    async fn a_long_list_is_tried_in_part(db) {
        let mut works = Works::new(&db);
        let id = works.ready("list.csv", &people(20_000)).await;
        works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &Start::default()).await).await.unwrap();
        works.imports.clock = Arc::new(Hasty(TestClock::default()));
        works.work().await;
        let report = works.imports.whole(works.workspace, id).await.unwrap().dry_run.expect("a report");
        assert!((1..20_000).contains(&report.counts.rows), "{report:?}");
        assert!(report.notes[0].starts_with("only the first rows"), "{report:?}");
    }
}
