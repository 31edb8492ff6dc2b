use captely_platform::chance::Chance;
use captely_platform::clock::Clock as _;
use captely_platform::db::Stmt;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, NewJob};
use captely_testkit::Victim;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Act, Told};
use crate::app::TestApp;

/// What only grows: when it did, something was committed.
const PROGRESS: &str = "SELECT CAST((SELECT count(*) FROM credit_entry)
    + (SELECT count(*) FROM credit_hold)
    + (SELECT count(*) FROM invoice) + (SELECT count(*) FROM invoice WHERE status <> 'draft')
    + (SELECT count(*) FROM billing_transaction) + (SELECT count(*) FROM billing_subscription)
    + (SELECT count(*) FROM mail) + (SELECT count(*) FROM idempotency)
    + (SELECT count(*) FROM stripe_event) + (SELECT count(*) FROM stripe_event WHERE outcome IS NOT NULL)
    + (SELECT count(*) FROM stripe_intent) + (SELECT count(*) FROM stripe_intent WHERE state <> 'open')
    + (SELECT count(*) FROM job) + (SELECT count(*) FROM job WHERE state > 1) AS BIGINT)";

/// An installation whose processes are killed.
pub(crate) struct Site {
    stripe: Option<[String; 3]>,
    /// Statements between two kills.
    stride: u64,
    chance: Chance,
    folder: TempDir,
    processes: u64,
    pub(crate) kills: u64,
}

impl Site {
    /// Kills about `kills` times where a whole life takes so many `statements`.
    pub(crate) fn new(kills: u64, statements: u64, stripe: Option<[String; 3]>) -> Self {
        let stride = (statements / kills.max(1)).max(1);
        let (folder, chance) = (tempfile::tempdir().unwrap(), Chance::from_seed(stride));
        Self { stripe, stride, chance, folder, processes: 0, kills: 0 }
    }

    /// Has an act done by processes that die over it, until one does not; what that one says.
    pub(crate) async fn done(&mut self, app: &TestApp, act: Act) -> Value {
        let first = self.chance.u64() % self.stride + 1;
        let (mut n, mut before) = (first, progress(app).await);
        loop {
            if let Some(said) = self.one_process(app, &act, Some(n)).await {
                return said;
            }
            self.kills += 1;
            let faults = app.ledger.verify(app.workspace).await.unwrap().faults;
            assert!(faults.is_empty(), "after {n} statements of {act:?}: {faults:#?}");
            let now = progress(app).await;
            n = if now == before { n + self.stride } else { first };
            before = now;
        }
    }

    /// What it says; none where it was killed before.
    async fn one_process(&mut self, app: &TestApp, act: &Act, dies: Option<u64>) -> Option<Value> {
        self.processes += 1;
        let told = Told {
            url: app.db.url().to_owned(),
            now: app.at().as_micros(),
            seed: 1_000 + self.processes,
            token: app.token.clone(),
            workspace: app.workspace.to_string(),
            stripe: self.stripe.clone(),
            act: act.clone(),
            dies_after: dies,
        };
        let file = self.folder.path().join("told.json");
        std::fs::write(&file, serde_json::to_vec(&told).unwrap()).unwrap();
        let life = move || {
            let mut victim = Victim::start("killed::victim", &file.to_string_lossy());
            let said = victim.says("victim: ");
            let _killed_afterwards = victim.ended_by_itself();
            said
        };
        let said = tokio::task::spawn_blocking(life).await.unwrap();
        said.map(|said| serde_json::from_str(&said).unwrap())
    }

    /// Puts a job of the installation, as its schedule does, and has it done.
    pub(crate) async fn scheduled(&mut self, app: &TestApp, queue: &'static str) {
        let job = NewJob {
            workspace: WorkspaceId::INSTALLATION,
            queue,
            group: None,
            payload: json!({}),
            run_at: app.at(),
            // More than that are killed over it here.
            attempts_max: 10_000,
        };
        let mut tx = app.db.writer().await.unwrap();
        jobs::push(&mut tx, &app.billing.ids, vec![job]).await.unwrap();
        tx.commit().await.unwrap();
        self.done(app, Act::Work { queue: queue.to_owned() }).await;
    }

    /// Fails unless so many whole credits can be spent, so many were ever granted, and nothing is held.
    pub(crate) async fn stands(&self, app: &TestApp, what: &str, (left, granted): (i64, i64)) {
        let standing = app.ledger.standing(app.workspace).await.unwrap();
        let found = [standing.available, standing.granted, standing.held];
        let expected = [left * 1_000, granted * 1_000, 0];
        assert_eq!(found.map(captely_contact::Credits::as_millis), expected, "after {what}");
    }
}

async fn progress(app: &TestApp) -> i64 {
    let row: Option<(i64,)> = app.db.one(Stmt::text(PROGRESS, [])).await.unwrap();
    row.unwrap().0
}

impl TestApp {
    /// The present moment of its clock.
    pub(crate) fn at(&self) -> captely_contact::Timestamp {
        self.clock.now()
    }
}
