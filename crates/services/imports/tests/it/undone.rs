//! Imports that are taken back.

use std::time::Duration;

use captely_crm::{OnMatch, Policy};
use captely_imports::{ImportState, Start};
use captely_platform::clock::{Clock as _, SystemClock};
use captely_testkit::both_dbs;

use crate::works::{Works, migrations};

const FIRST: &str = "\
Name,Email,Company,Title,Phone
Asha Rao,asha@mills.example,Mills,,+49 30 901820
Ravi Iyer,ravi@looms.example,Looms,Buyer,
";
const SECOND: &str = "\
Name,Email,Company,Title,Phone
Asha Rao,asha@mills.example,Mills,Head of Purchasing,
Ravi Iyer,ravi@looms.example,Looms,Seller,
Eve Noor,eve@third.example,Third,Clerk,
Asha Rao,ASHA@mills.example ,Mills,,
";

fn overwrite() -> Start {
    let policy = Policy { usual: OnMatch::Overwrite, ..Policy::default() };
    Start { policy, ..Start::default() }
}

fn blanks() -> Start {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    Start { policy, ..Start::default() }
}

both_dbs! {
    migrations = &migrations();

    async fn all_is_as_before(db) {
        let works = Works::new(&db);
        works.import(FIRST, &blanks()).await;
        let before = works.people().await;
        for (start, outcomes) in [(overwrite(), (1, 2, 0, 1)), (blanks(), (1, 1, 0, 2))] {
            let job = works.import(SECOND, &start).await;
            let c = job.counts;
            assert_eq!((c.created, c.updated, c.merged, c.unchanged), outcomes, "{start:?}");
            assert_ne!(works.people().await, before);
            works.ask(async |imports, tx| imports.undo(tx, works.workspace, job.id).await).await.unwrap();
            assert_eq!(works.state(job.id).await, ImportState::Undoing);
            works.work().await;
            assert_eq!(works.state(job.id).await, ImportState::Undone);
            assert_eq!(works.people().await, before, "{start:?}");
        }
        let count = works.count("SELECT contacts FROM contact_count WHERE workspace_id = $1").await;
        assert_eq!(count, 2);
        let again = works.import(SECOND, &blanks()).await;
        assert_eq!(again.counts.created, 1, "nothing of the undone one is in the way");
    }

    async fn the_rows_of_its_dry_run_go_too(db) {
        let mut works = Works::new(&db);
        works.imports.settings.raw_file_days = 10_000;
        let (ws, id) = (works.workspace, works.ready("list.csv", FIRST).await);
        works.ask(async |imports, tx| imports.dry_run(tx, ws, id, &blanks()).await).await.unwrap();
        works.work().await;
        works.start(id, &blanks()).await.unwrap();
        works.work().await;
        works.clock.advance(SystemClock.now().since(works.clock.now()) + Duration::from_hours(49));
        let rows = format!("imports/{ws}/{id}/dry-run.csv");
        works.imports.forget_files().await.unwrap();
        assert!(works.imports.files.exists(&rows).await.unwrap(), "whoever imported may look at it");
        works.ask(async |imports, tx| imports.undo(tx, ws, id).await).await.unwrap();
        works.work().await;
        works.imports.forget_files().await.unwrap();
        assert!(!works.imports.files.exists(&rows).await.unwrap());
    }

    async fn what_it_merged_comes_apart(db) {
        let works = Works::new(&db);
        let two = "Name,Email,LinkedIn,Title\nAsha Rao,asha@mills.example,,\n\
            A. Rao,,https://www.linkedin.com/in/asha-rao,Buyer\n";
        works.import(two, &blanks()).await;
        let before = works.people().await;
        let both = "Name,Email,LinkedIn\nAsha Rao,asha@mills.example,https://www.linkedin.com/in/asha-rao\n";
        let policy = Policy { usual: OnMatch::FillBlanks, merge_known: true, ..Policy::default() };
        let job = works.import(both, &Start { policy, ..Start::default() }).await;
        assert_eq!(job.counts.merged, 1, "{:?}", job.counts);
        assert_eq!(works.people().await.iter().filter(|one| !one.starts_with("company")).count(), 1);
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, job.id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, before);
        let count = works.count("SELECT contacts FROM contact_count WHERE workspace_id = $1").await;
        assert_eq!(count, 2);
    }

    async fn whom_another_list_names_stays(db) {
        let works = Works::new(&db);
        let first = works.import(FIRST, &blanks()).await;
        let second = works.import(SECOND, &Start::default()).await;
        assert_eq!(second.counts.unchanged + second.counts.merged, 3, "{:?}", second.counts);
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, first.id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await.iter().filter(|one| !one.starts_with("company")).count(), 3);
        // undone as well, it is no other list any more
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, second.id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await.iter().filter(|one| !one.starts_with("company")).count(), 2);
    }

    async fn whoever_stays_is_counted_once(db) {
        let works = Works::new(&db);
        // everybody on three pages of the undo
        let head = "Name,Email\n";
        let page: Vec<String> = (0..1_000).map(|n| format!("Ada{n} Rao,a{n}@mills.example\n")).collect();
        let page = page.concat();
        let job = works.import(&format!("{head}{page}{page}{page}"), &blanks()).await;
        assert_eq!((job.counts.created, job.counts.merged), (1_000, 2_000));
        let some = page.lines().take(7).collect::<Vec<_>>().join("\n");
        works.import(&format!("{head}{some}\n"), &blanks()).await;
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, job.id).await).await.unwrap();
        works.work().await;
        let report = works.imports.whole(works.workspace, job.id).await.unwrap().undo.unwrap();
        assert_eq!((report.removed, report.kept), (993, 7));
        assert_eq!(report.kept_because, [("named_by_another_list".to_owned(), 7)].into());
    }

    async fn only_what_has_ended_and_only_once(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", FIRST).await;
        let undo = async |id| works.ask(async |imports, tx| imports.undo(tx, works.workspace, id).await).await;
        let refused = undo(id).await.unwrap_err().to_string();
        assert_eq!(refused, "the import is ready: it can be undone once it has ended; cancel it first");
        works.start(id, &blanks()).await.unwrap();
        works.work().await;
        undo(id).await.unwrap();
        undo(id).await.unwrap();
        works.work().await;
        undo(id).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, Vec::<String>::new());
        let events = works.count("SELECT COUNT(*) FROM event WHERE workspace_id = $1 AND kind = 'import.undone'").await;
        assert_eq!(events, 1);
    }
}
