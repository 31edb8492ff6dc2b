//! People who are erased: what lists keep of them goes too.

use std::sync::Arc;

use bytes::Bytes;
use captely_crm::{OnMatch, Policy};
use captely_imports::{ImportRow, ImportState, Outcome, Start, rows_page};
use captely_platform::ids::{ContactId, ImportId};
use captely_testkit::both_dbs;

use crate::desk::people;
use crate::works::{LEASE, Works, migrations};

const FIRST: &str = "\
Name,Email,Company,Title,Phone
Asha Rao,asha@mills.example,Mills,,12ab
Ravi Iyer,ravi@looms.example,Looms,Buyer,77cd
";
const SECOND: &str = "\
Name,Email,Company,Title,Phone
Asha Rao,asha@mills.example,Mills,Buyer,
Asha Rao,ASHA@mills.example,Mills,,98ef
Eve Noor,eve@third.example,Third,Clerk,
";

/// What the lists say of her, in small letters.
const HERS: [&str; 5] = ["asha", "mills", "12ab", "98ef", "rao"];

fn blanks() -> Start {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    Start { policy, ..Start::default() }
}

async fn erase(works: &Works, whom: ContactId) -> usize {
    let mut tx = works.imports.db.writer().await.unwrap();
    let gone = works.imports.erase_person(&mut tx, works.workspace, whom).await.unwrap();
    tx.commit().await.unwrap();
    gone.len()
}

async fn rows(works: &Works, import: ImportId) -> Vec<ImportRow> {
    let mut tx = works.imports.db.reader().await.unwrap();
    rows_page(&mut tx, works.workspace, import, 0, 20_000).await.unwrap()
}

/// Everything that imports keep in the database, in small letters.
async fn kept(works: &Works) -> String {
    let mut all = String::new();
    for sql in [
        "SELECT cells || COALESCE(reason, '') FROM import_row WHERE workspace_id = $1",
        "SELECT value || reason FROM import_problem WHERE workspace_id = $1",
        "SELECT COALESCE(preview, '') || notes || COALESCE(dry_run, '') || COALESCE(trouble, '') \
         FROM import_job WHERE workspace_id = $1",
    ] {
        for (text,) in works.all::<(String,)>(sql).await {
            all.push_str(&text.to_lowercase());
            all.push('\n');
        }
    }
    all
}

async fn files(works: &Works) -> Vec<String> {
    let all = works.imports.files.list("imports", None, 1_000).await.unwrap();
    all.into_iter().map(|file| file.name).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn nothing_of_them_is_left_in_lists(db) {
        let works = Works::new(&db);
        let ws = works.workspace;
        let first = works.ready("list.csv", FIRST).await;
        works.ask(async |imports, tx| imports.dry_run(tx, ws, first, &blanks()).await).await.unwrap();
        works.work().await;
        works.start(first, &blanks()).await.unwrap();
        works.work().await;
        let second = works.import(SECOND, &blanks()).await.id;
        let other = works.import("Name,Email\nBo Li,bo@fourth.example\n", &blanks()).await.id;
        for id in [first, second] {
            let name = format!("imports/{ws}/{id}/results-all.csv");
            works.imports.files.put(&name, Bytes::from_static(b"Asha Rao")).await.unwrap();
        }
        let before = rows(&works, first).await;
        let there = kept(&works).await;
        assert!(HERS.iter().all(|word| there.contains(word)), "{there}");
        assert_eq!(files(&works).await.len(), 6);

        assert_eq!(erase(&works, before[0].contact.unwrap()).await, 1);
        works.work().await;
        let kept = kept(&works).await;
        for word in HERS {
            assert!(!kept.contains(word), "{word}: {kept}");
        }
        assert_eq!(files(&works).await, [works.job(other).await.file_key.unwrap()]);
        let after = rows(&works, first).await;
        let blank = ImportRow { contact: None, cells: vec![String::new(); 5], ..before[0].clone() };
        assert_eq!(after, [blank, before[1].clone()]);
        let outcomes: Vec<Outcome> = rows(&works, second).await.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Outcome::Updated, Outcome::Updated, Outcome::Created]);
        assert!(kept.contains("77cd") && kept.contains("eve@third"), "others stay: {kept}");
        let (first, second) = (works.job(first).await, works.job(second).await);
        assert_eq!((first.file_key, second.counts.problems), (None, 1), "how many stays known");

        // She is in a list once more: the row is there, and says nothing.
        let again = works.import(FIRST, &blanks()).await;
        let seen = rows(&works, again.id).await;
        assert_eq!((seen[0].outcome, seen[0].cells.concat().as_str()), (Outcome::Skipped, ""));
        assert_eq!(seen[1].outcome, Outcome::Unchanged);
        let values = works.all::<(String,)>("SELECT value FROM import_problem WHERE workspace_id = $1").await;
        assert!(!values.iter().any(|(value,)| value.contains("12ab")), "{values:?}");
        // What was forgotten does not keep a list from being taken back.
        works.ask(async |imports, tx| imports.undo(tx, ws, first.id).await).await.unwrap();
        works.work().await;
        assert_eq!(works.state(first.id).await, ImportState::Undone);
    }

    async fn the_file_of_one_that_runs_stays_to_its_end(db) {
        let works = Arc::new(Works::new(&db));
        let list = people(9_000) + "Ada0,Rao,Mills 0,mills0.example,the last\n";
        let id = works.ready("list.csv", &list).await;
        works.start(id, &blanks()).await.unwrap();
        works.die_behind_some_rows(id).await;
        let raw = [works.job(id).await.file_key.unwrap()];
        let first = rows(&works, id).await[0].clone();
        erase(&works, first.contact.unwrap()).await;
        // The worker that died has the import; what is written of it goes now.
        works.turn().await;
        assert_eq!((works.state(id).await, files(&works).await.as_slice()), (ImportState::Processing, &raw[..]));
        assert_eq!(rows(&works, id).await[0].cells.concat(), "");
        works.clock.advance(2 * LEASE);
        works.work().await;
        let job = works.job(id).await;
        assert_eq!((job.state, job.file_key, job.counts.skipped), (ImportState::Done, None, 1));
        assert_eq!(files(&works).await, [""; 0]);
        let rows = rows(&works, id).await;
        assert_eq!((rows.len(), rows[9_000].cells.concat().as_str()), (9_001, ""));
        assert_eq!(rows[1].cells[4], "row 1");
    }

    async fn nobody_is_forgotten_where_the_transaction_ends(db) {
        let works = Works::new(&db);
        let import = works.import(FIRST, &blanks()).await;
        let before = rows(&works, import.id).await;
        let mut tx = works.imports.db.writer().await.unwrap();
        works.imports.erase_person(&mut tx, works.workspace, before[0].contact.unwrap()).await.unwrap();
        drop(tx);
        works.work().await;
        assert_eq!(rows(&works, import.id).await, before);
        assert_eq!(works.people().await.len(), 4);
        assert_eq!(files(&works).await.len(), 1);
    }
}
