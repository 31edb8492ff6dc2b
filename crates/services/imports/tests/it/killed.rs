//! `kill -9` behind any statement of a process that imports a list or takes it back, then another that goes on: in the
//! end every row is there once and each person once, or nothing is left.

use std::path::Path;
use std::sync::Arc;

use captely_crm::{OnMatch, Policy};
use captely_imports::{Ask, ImportState, Importer, import_jobs};
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;
use captely_testkit::{TestClock, TestDb, Victim, both_dbs, db_options, ids_at, kills};

use crate::desk::{Desk, people};
use crate::works::migrations;

const ROWS: u64 = 4_000;
/// Of each database, while it imports and while it takes back.
const KILLS: u64 = 12;
/// A victim dies behind one of this many statements; a chunk of rows is about twenty.
const STATEMENTS_MAX: u64 = 60;

fn importer(db: &Db, seed: u64) -> Importer {
    let clock = Arc::new(TestClock::default());
    let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), seed));
    Importer { db: db.clone(), ids, clock, workspace: WorkspaceId::LOCAL, ledger: None }
}

async fn import(importer: &Importer, list: &Path) {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    let ask = Ask { policy, ..Ask::default() };
    importer.import_with(list, ReadOptions::default(), ask, |_rows| ()).await.unwrap();
}

async fn undo(importer: &Importer) {
    let all = import_jobs(&importer.db, importer.workspace, 1).await.unwrap();
    importer.undo(all[0].id, |_row| ()).await.unwrap();
}

/// The process that is killed: not a test of its own.
#[test]
fn worker() {
    let Some(told) = Victim::told() else { return };
    let words: Vec<&str> = told.split(' ').collect();
    let [what, url, list, n] = words[..] else { panic!("{told}") };
    captely_testkit::run(async {
        let db = Db::open(url, &db_options()).await.unwrap();
        let importer = importer(&db, u64::from(std::process::id()));
        Victim::die_after_statements(n.parse().unwrap());
        match what {
            "import" => import(&importer, Path::new(list)).await,
            _ => undo(&importer).await,
        }
    });
}

/// Lets processes work and die until one comes to its end; how many died.
async fn kill_some(db: &TestDb, what: &str, list: &Path) -> u64 {
    for kill in 0..kills(KILLS) {
        let n = 1 + (kill * 17) % STATEMENTS_MAX;
        let told = format!("{what} {} {} {n}", db.url(), list.display());
        let ended = tokio::task::spawn_blocking(move || {
            Victim::start("killed::worker", &told).ended_by_itself()
        });
        if ended.await.unwrap() {
            return kill;
        }
    }
    kills(KILLS)
}

both_dbs! {
    migrations = &migrations();

    async fn whatever_was_cut_off_goes_on(db) {
        let db: TestDb = db;
        let desk = Desk::new(&db);
        let list = desk.file("list.csv", people(ROWS));
        let died = kill_some(&db, "import", &list).await;
        let importer = importer(&db, 1);
        let begun = import_jobs(&db, WorkspaceId::LOCAL, 2).await.unwrap();
        assert!(died > 2 && begun.len() == 1, "{died} died, {} imports", begun.len());
        if begun[0].state != ImportState::Done {
            import(&importer, &list).await;
        }
        let rows = "SELECT count(*) FROM import_row WHERE workspace_id = $1";
        assert_eq!(desk.count(rows).await, 4_000);
        assert_eq!(desk.contacts().await, 3_600);
        let counted = "SELECT contacts FROM contact_count WHERE workspace_id = $1";
        assert_eq!(desk.count(counted).await, 3_600);
        let created = "SELECT n_created FROM import_job WHERE workspace_id = $1";
        assert_eq!(desk.count(created).await, 3_600);

        let died = kill_some(&db, "undo", &list).await;
        let left = import_jobs(&db, WorkspaceId::LOCAL, 2).await.unwrap();
        if left.iter().any(|job| job.state != ImportState::Undone) {
            undo(&importer).await;
        }
        assert!(died > 0, "none died while it was taken back");
        assert_eq!((desk.contacts().await, desk.count(counted).await), (0, 0));
        for table in [
            "SELECT count(*) FROM company WHERE workspace_id = $1",
            "SELECT count(*) FROM contact_key WHERE workspace_id = $1",
            "SELECT count(*) FROM company_key WHERE workspace_id = $1",
        ] {
            assert_eq!(desk.count(table).await, 0, "{table}");
        }
    }
}
