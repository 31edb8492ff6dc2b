//! An installation: a database with a list in it, processes that work on runs, and a look at what
//! they left.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_contact::{Confidence, Credits, Field, Usd};
use captely_credits::Ledger;
use captely_enrichment::{
    ENRICH_BATCH, EnrichError, Enricher, Progress, RowResult, Run, RunSettings, Stopper, Summary,
    results_page, start_or_resume,
};
use captely_imports::{Import, ImportRow, Importer};
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock, SystemClock};
use captely_platform::db::{Db, DbOptions, Engine, Migration, Stmt};
use captely_platform::ids::{ContactId, Ids, RunId, WorkspaceId};
use captely_platform::jobs;
use captely_sandbox::Provider;
use captely_tabular::ReadOptions;
use captely_testkit::{TestClock, TestDb, db_options};
use captely_waterfall::{Budget, Order, Policy};
use uuid::Uuid;

use crate::halting::Halting;
use crate::world::Doors;

pub(crate) fn migrations() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_crm::MIGRATIONS,
        captely_imports::MIGRATIONS,
        captely_enrichment::MIGRATIONS,
    ]
    .concat()
}

/// E-mail alone, unchecked, so that providers are paid for as many rows as possible.
pub(crate) fn settings() -> RunSettings {
    RunSettings {
        policy: Policy {
            wants: vec![Field::Email],
            stop_at: Confidence::percent(90),
            verify: false,
            retries_max: 2,
            budget: Budget::default(),
        },
        order: Order::Fixed,
        cache_days: 30,
        world: "test".to_owned(),
        credits_max: None,
    }
}

/// Ids of their own for every process.
fn ids() -> Arc<Ids> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let chance = Chance::from_seed(SEED.fetch_add(1, Ordering::Relaxed));
    Ids::new(Arc::new(SystemClock), Arc::new(chance)).into()
}

fn ledger_of(db: &Db, clock: Arc<dyn Clock>) -> Ledger {
    Ledger::new(db.clone(), ids(), clock, captely_credits::Policy::unlimited())
}

/// A process of an installation as another one finds it: where the database is, and the doors.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) db: Db,
    pub(crate) workspace: WorkspaceId,
    pub(crate) doors: Doors,
    pub(crate) name: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) stopper: Stopper,
    /// What this process itself has done.
    pub(crate) progress: Arc<Progress>,
}

impl Process {
    pub(crate) fn new(db: &Db, doors: Doors, name: &str) -> Self {
        Self {
            db: db.clone(),
            workspace: WorkspaceId::LOCAL,
            doors,
            name: name.to_owned(),
            clock: Arc::new(SystemClock),
            stopper: Stopper::default(),
            progress: Arc::default(),
        }
    }

    /// As a process whose clock is so far ahead that it takes every other one for dead.
    pub(crate) fn ahead(mut self) -> Self {
        let later = SystemClock.now().plus(Duration::from_mins(2));
        self.clock = Arc::new(TestClock::at(later));
        self
    }

    pub(crate) async fn import(&self, csv: &str) -> Import {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, csv).unwrap();
        let importer = Importer {
            db: self.db.clone(),
            ids: ids(),
            clock: Arc::new(SystemClock),
            workspace: self.workspace,
            ledger: None,
        };
        importer.import(&path, ReadOptions::default(), |_| ()).await.unwrap()
    }

    pub(crate) async fn start(&self, import: &Import, settings: &RunSettings) -> Run {
        start_or_resume(&self.db, &ids(), self.workspace, import.id, settings, SystemClock.now())
            .await
            .unwrap()
    }

    /// The credits of the workspace, as this process sees them.
    pub(crate) fn ledger(&self) -> Ledger {
        ledger_of(&self.db, Arc::clone(&self.clock))
    }

    /// Works on a run to its end.
    pub(crate) async fn work(&self, run: RunId, settings: &RunSettings) -> Summary {
        self.try_work(run, settings).await.unwrap()
    }

    pub(crate) async fn try_work(
        &self,
        run: RunId,
        settings: &RunSettings,
    ) -> Result<Summary, EnrichError> {
        let ids = ids();
        let ledger = self.ledger();
        let enricher = Enricher {
            db: self.db.clone(),
            ids,
            ledger,
            member: None,
            clock: Arc::clone(&self.clock),
            chance: Arc::new(Chance::from_seed(11)),
            workspace: self.workspace,
            worker: self.name.clone(),
            providers: self.doors.seats(),
            verifier: self.doors.verifier(),
        };
        let progress = Arc::clone(&self.progress);
        enricher.work(run, settings.clone(), progress, self.stopper.clone()).await
    }

    /// Starts a run and works on it to its end.
    pub(crate) async fn enrich(&self, import: &Import, settings: &RunSettings) -> (RunId, Summary) {
        let run = self.start(import, settings).await;
        (run.id, self.work(run.id, settings).await)
    }

    /// Every row of the list with what the run found.
    pub(crate) async fn results(
        &self,
        import: &Import,
        run: RunId,
    ) -> Vec<(ImportRow, Option<RowResult>)> {
        results_page(&self.db, self.workspace, import.id, run, 0, 100_000).await.unwrap()
    }

    pub(crate) async fn look(&self, run: RunId) -> Look {
        Look::at(&self.db, self.workspace, run).await
    }

    /// What is counted and was not charged: Dropcontact's documents do not say whether somebody who
    /// asked not to be contacted costs a credit; its client believes so, the sandbox does not.
    pub(crate) async fn counted_to_be_safe(&self) -> Usd {
        const SQL: &str = "SELECT count(*) FROM attempt AS a JOIN attempt_end AS e \
            ON e.workspace_id = a.workspace_id AND e.id = a.id WHERE a.workspace_id = $1 \
            AND a.provider = 'dropcontact' AND e.state = 'answered' \
            AND (e.answer LIKE '%Do_Not_Contact%' OR e.answer LIKE '%Ne_Pas_Contacter%')";
        Usd::micros(Provider::Dropcontact.price_per_credit().as_micros() * self.count(SQL).await)
    }

    /// How many rows a question about this workspace counts.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.db.reader().await.unwrap();
        let row: Option<(i64,)> = tx.one(Stmt::text(sql, [self.workspace.into()])).await.unwrap();
        row.unwrap().0
    }
}

/// Works on a run by two processes. Both get a part of it, however fast either is: half of the jobs are kept from the
/// first one until it has taken the others, and then become due at a time that its clock does not reach before the
/// second one has done something.
pub(crate) async fn work_together(
    one: &Process,
    other: &Process,
    run: RunId,
    settings: &RunSettings,
) -> (Summary, Summary) {
    let minute = Duration::from_mins(1);
    let group = (one.workspace, run.as_uuid());
    let pending = async || {
        let mut tx = one.db.reader().await.unwrap();
        jobs::counts(&mut tx, group.0, group.1).await.unwrap().pending
    };
    let half = u32::try_from(pending().await / 2).unwrap();
    let now = SystemClock.now();
    jobs::claim_group(&one.db, "kept", ENRICH_BATCH, group, half, minute, now).await.unwrap();
    let clock = Arc::<Halting>::default();
    let first = Process { clock: Arc::<Halting>::clone(&clock), ..one.clone() };
    let second = async {
        while pending().await > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        clock.halt();
        jobs::release(&one.db, "kept", SystemClock.now()).await.unwrap();
        other.work(run, settings).await
    };
    let hand_over = async {
        while other.progress.read().0 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        clock.go_on();
    };
    let (mine, theirs, ()) = tokio::join!(first.work(run, settings), second, hand_over);
    let parts = (one.progress.read().0, other.progress.read().0);
    assert!(parts.0 > 0 && parts.1 > 0, "both had a part: {parts:?} rows");
    assert_eq!(parts.0 + parts.1, mine.done, "and no row two");
    (mine, theirs)
}

/// A process on a runtime and with connections of its own that is killed `after` it began: every task
/// ends at whatever it waits for. Its leases are given back as the next start of a node would.
pub(crate) async fn killed(
    site: &TestDb,
    doors: &Doors,
    run: RunId,
    settings: &RunSettings,
    name: &str,
    after: Duration,
) {
    let options = DbOptions { application: format!("killed by a test of {run}"), ..db_options() };
    let db = Db::open(site.url(), &options).await.unwrap();
    let process = Process::new(&db, doors.clone(), name);
    let settings = settings.clone();
    let life = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let _ended = tokio::time::timeout(after, process.work(run, &settings)).await;
        });
        runtime.shutdown_background();
    };
    tokio::task::spawn_blocking(life).await.unwrap();
    db.close().await;
    gone(site, &options.application).await;
    jobs::release(site, name, SystemClock.now()).await.unwrap();
}

/// Waits until the server has noticed that a client is dead: what it had under way is done or undone.
async fn gone(site: &TestDb, application: &str) {
    const ALIVE: &str = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    while site.engine() == Engine::Postgres {
        let mut tx = site.reader().await.unwrap();
        let alive: Option<(i64,)> = tx.one(Stmt::text(ALIVE, [application.into()])).await.unwrap();
        if alive == Some((0,)) {
            return;
        }
        drop(tx);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A run as its tables have it.
pub(crate) struct Look {
    pub(crate) spent: Usd,
    pub(crate) held: Usd,
    pub(crate) n_calls: i64,
    pub(crate) n_in_doubt: i64,
    pub(crate) n_done: i64,
    pub(crate) state: String,
    /// Contacts with their state and what they cost.
    pub(crate) contacts: HashMap<Uuid, (String, Usd)>,
    /// Attempts of this run.
    pub(crate) attempts: Vec<Asked>,
    /// What is wrong in the ledger of credits.
    pub(crate) credit_faults: Vec<String>,
    pub(crate) credits_held: Credits,
    /// Calls of providers that are counted against monthly limits, of all runs of the workspace.
    pub(crate) calls_counted: i64,
    /// Questions of all those runs that may have reached their provider.
    pub(crate) calls_made: i64,
}

/// An attempt of a run.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) contact: Uuid,
    pub(crate) provider: String,
    pub(crate) state: String,
    pub(crate) cost: Usd,
    pub(crate) held: Usd,
}

const RUN: &str = "SELECT spent_micros, held_micros, n_calls, n_in_doubt, n_done, state FROM run \
    WHERE workspace_id = $1 AND id = $2";
const CONTACTS: &str = "SELECT c.contact_id, CASE WHEN r.spent_micros IS NULL THEN 'pending' \
    ELSE 'done' END, COALESCE(r.spent_micros, 0) FROM run_contact AS c LEFT JOIN run_result AS r \
    ON r.workspace_id = c.workspace_id AND r.run_id = c.run_id AND r.contact_id = c.contact_id \
    WHERE c.workspace_id = $1 AND c.run_id = $2";
const ATTEMPTS: &str = "SELECT a.contact_id, a.provider, COALESCE(e.state, 'open'), \
    COALESCE(e.cost_micros, 0), CASE WHEN e.state IS NULL THEN a.held_micros ELSE 0 END \
    FROM attempt AS a LEFT JOIN attempt_end AS e ON e.workspace_id = a.workspace_id AND e.id = a.id \
    WHERE a.workspace_id = $1 AND a.run_id = $2 ORDER BY a.id";
const CALLS: &str = "SELECT \
    (SELECT CAST(COALESCE(SUM(used), 0) AS BIGINT) FROM credit_counter \
        WHERE workspace_id = $1 AND kind = 'provider'), \
    (SELECT COUNT(*) FROM attempt AS a WHERE a.workspace_id = $1 AND NOT EXISTS ( \
        SELECT 1 FROM attempt_end AS e WHERE e.workspace_id = a.workspace_id AND e.id = a.id \
        AND (e.error LIKE 'could not be reached:%' OR e.error LIKE 'address is refused:%')))";

impl Look {
    async fn at(db: &Db, workspace: WorkspaceId, run: RunId) -> Self {
        let of_run = |sql: &'static str| Stmt::text(sql, [workspace.into(), run.into()]);
        let mut tx = db.reader().await.unwrap();
        let (spent, held, n_calls, n_in_doubt, n_done, state): (i64, i64, i64, i64, i64, String) =
            tx.one(of_run(RUN)).await.unwrap().unwrap();
        let contacts: Vec<(Uuid, String, i64)> = tx.all(of_run(CONTACTS)).await.unwrap();
        let attempts: Vec<(Uuid, String, String, i64, i64)> =
            tx.all(of_run(ATTEMPTS)).await.unwrap();
        let calls = Stmt::text(CALLS, [workspace.into()]);
        let (calls_counted, calls_made): (i64, i64) = tx.one(calls).await.unwrap().unwrap();
        drop(tx);
        let ledger = ledger_of(db, Arc::new(SystemClock));
        let credit_faults = ledger.verify(workspace).await.unwrap().faults;
        let credits_held = ledger.standing(workspace).await.unwrap().held;
        let asked = |(contact, provider, state, cost, held)| Asked {
            contact,
            provider,
            state,
            cost: Usd::micros(cost),
            held: Usd::micros(held),
        };
        Self {
            spent: Usd::micros(spent),
            held: Usd::micros(held),
            n_calls,
            n_in_doubt,
            n_done,
            state,
            contacts: contacts.into_iter().map(|(id, s, m)| (id, (s, Usd::micros(m)))).collect(),
            attempts: attempts.into_iter().map(asked).collect(),
            credit_faults,
            credits_held,
            calls_counted,
            calls_made,
        }
    }

    /// What is true of every run that has ended, whatever happened on its way.
    #[track_caller]
    pub(crate) fn check_ended(&self, rows: usize) {
        assert_eq!(self.state, "done");
        let contacts = self.contacts.len();
        // a sandbox's list may have two people of one name at one company
        assert!(contacts <= rows && contacts * 100 >= rows * 98, "{contacts} contacts");
        assert_eq!(usize::try_from(self.n_done).unwrap(), contacts, "each contact counted once");
        assert!(self.contacts.values().all(|(state, _)| state == "done"));
        let open: Vec<&Asked> = self.attempts.iter().filter(|a| a.is_open()).collect();
        assert!(open.is_empty(), "nothing is left open: {open:?}");
        assert_eq!(self.held, Usd::ZERO, "no money is left held");
        assert!(self.credit_faults.is_empty(), "{:#?}", self.credit_faults);
        assert_eq!(self.credits_held, Credits::ZERO, "no credits are left held");
        assert_eq!(
            self.calls_counted, self.calls_made,
            "a call is counted if it may have been made"
        );
        assert!(self.attempts.iter().all(|a| a.held == Usd::ZERO));
        let paid: Usd = self.attempts.iter().map(|a| a.cost).sum();
        assert_eq!(self.spent, paid, "the run's money is that of its calls");
        assert_eq!(usize::try_from(self.n_calls).unwrap(), self.attempts.len());
        let doubtful = self.attempts.iter().filter(|a| a.state == "in_doubt").count();
        assert_eq!(usize::try_from(self.n_in_doubt).unwrap(), doubtful);
        for (id, (_, spent)) in &self.contacts {
            let own = self.attempts.iter().filter(|a| a.contact == *id);
            assert_eq!(*spent, own.map(|a| a.cost).sum(), "the row's money is that of its calls");
        }
    }

    /// The most that was answered by one provider about one contact.
    pub(crate) fn answers_most(&self) -> usize {
        let mut answers: HashMap<(Uuid, &str), usize> = HashMap::new();
        for asked in self.attempts.iter().filter(|a| a.state == "answered") {
            *answers.entry((asked.contact, &asked.provider)).or_default() += 1;
        }
        answers.into_values().max().unwrap_or(0)
    }
}

impl Asked {
    fn is_open(&self) -> bool {
        self.state == "asked" || self.state == "pending"
    }
}

/// The contacts of a list's rows, all of which name somebody.
#[track_caller]
pub(crate) fn contacts(results: &[(ImportRow, Option<RowResult>)]) -> Vec<ContactId> {
    results.iter().map(|(row, _)| row.contact.expect("the row names somebody")).collect()
}
