//! Imports as a server does them: a file in the store, jobs that a worker claims.

use std::sync::Arc;
use std::time::Duration;

use captely_credits::{Ledger, Policy as Plan};
use captely_crm::Search;
use captely_imports::{
    DryRun, ForgetPerson, ImportJob, ImportSettings, ImportState, Imports, ImportsError, NewUpload,
    RunImport, Start, TagImport, UndoImport,
};
use captely_platform::chance::Chance;
use captely_platform::clock::Clock as _;
use captely_platform::db::{Db, Migration, Row, Stmt, Tx};
use captely_platform::files::{Files, Links};
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{self, Handler, Verdict};
use captely_platform::secrets::Keyring;
use captely_testkit::{TestClock, ids_at};
use tempfile::TempDir;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// How long a job is its worker's.
pub(crate) const LEASE: Duration = Duration::from_hours(24);

/// The tables that a server's imports touch.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_crm::MIGRATIONS,
        captely_imports::MIGRATIONS,
    ]
    .concat()
}

/// A server's imports with a folder for their files, and a worker that is told when to work.
pub(crate) struct Works {
    pub(crate) imports: Imports,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) workspace: WorkspaceId,
    _folder: TempDir,
}

impl Works {
    pub(crate) fn new(db: &Db) -> Self {
        Self::with(db, Plan::unlimited())
    }

    pub(crate) fn with(db: &Db, plan: Plan) -> Self {
        Self::seeded(db, plan, 1)
    }

    /// `seed` makes ids differ from those of other works.
    pub(crate) fn seeded(db: &Db, plan: Plan, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let links = Links {
            keys: Keyring::from_text(KEY, Arc::new(Chance::from_seed(7))).unwrap(),
            public_url: "http://127.0.0.1:1".to_owned(),
            clock: Arc::<TestClock>::clone(&clock),
        };
        let files = Files::local(folder.path()).unwrap().with_links(links);
        let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), seed));
        let ledger =
            Ledger::new(db.clone(), Arc::clone(&ids), Arc::<TestClock>::clone(&clock), plan);
        let settings = ImportSettings::default();
        let clock_too = Arc::<TestClock>::clone(&clock);
        let imports = Imports { db: db.clone(), ids, clock: clock_too, files, ledger, settings };
        Self { imports, clock, workspace: WorkspaceId::LOCAL, _folder: folder }
    }

    /// A file that was uploaded and waits for its start.
    pub(crate) async fn ready(&self, name: &str, content: &str) -> ImportId {
        let bytes = content.to_owned().into_bytes();
        let size = u64::try_from(bytes.len()).unwrap();
        let new = NewUpload { file_name: name.to_owned(), bytes: size, hash: None, by: None };
        let upload = self.imports.begin_upload(self.workspace, new).await.unwrap();
        let whose = (self.workspace, upload.id);
        self.imports.put_part(whose, 1, bytes.into()).await.unwrap();
        self.imports.complete_upload(whose, (None, None), |_| ()).await.unwrap();
        self.imports.look(self.workspace, upload.id, None).await.unwrap();
        upload.id
    }

    pub(crate) async fn job(&self, id: ImportId) -> ImportJob {
        let mut tx = self.imports.db.reader().await.unwrap();
        self.imports.get(&mut tx, self.workspace, id).await.unwrap()
    }

    pub(crate) async fn state(&self, id: ImportId) -> ImportState {
        self.job(id).await.state
    }

    /// Does something in a transaction of its own.
    pub(crate) async fn ask(
        &self,
        what: impl AsyncFnOnce(&Imports, &mut Tx) -> Result<(), ImportsError>,
    ) -> Result<(), ImportsError> {
        let mut tx = self.imports.db.writer().await.unwrap();
        what(&self.imports, &mut tx).await?;
        tx.commit().await.unwrap();
        Ok(())
    }

    pub(crate) async fn start(&self, id: ImportId, start: &Start) -> Result<(), ImportsError> {
        self.ask(async |imports, tx| imports.start(tx, self.workspace, id, start).await).await
    }

    /// Does what jobs there are, and those that they push, until there are none.
    pub(crate) async fn work(&self) {
        loop {
            let verdicts = self.turn().await;
            if verdicts.is_empty() {
                return;
            }
            for verdict in verdicts {
                assert!(matches!(verdict, Verdict::Done), "{verdict:?}");
            }
        }
    }

    /// Does what jobs there are, once; what came of each.
    pub(crate) async fn turn(&self) -> Vec<Verdict> {
        let handlers: [Arc<dyn Handler>; 5] = [
            Arc::new(RunImport(self.imports.clone())),
            Arc::new(DryRun(self.imports.clone())),
            Arc::new(TagImport(self.imports.clone())),
            Arc::new(UndoImport(self.imports.clone())),
            Arc::new(ForgetPerson(self.imports.clone())),
        ];
        let queues: Vec<&str> = handlers.iter().map(|handler| handler.queue()).collect();
        let now = self.clock.now();
        let mut verdicts = Vec::new();
        for job in jobs::claim(&self.imports.db, "test", &queues, 10, LEASE, now).await.unwrap() {
            let handler = handlers.iter().find(|one| one.queue() == job.queue).unwrap();
            verdicts.push(handler.run(&job).await);
        }
        verdicts
    }

    /// A worker begins an import, and dies when some of its rows are in.
    pub(crate) async fn die_behind_some_rows(self: &Arc<Self>, id: ImportId) {
        let other = Arc::clone(self);
        let running = tokio::spawn(async move { other.work().await });
        while self.job(id).await.counts.rows == 0 {
            tokio::task::yield_now().await;
        }
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled(), "it ended before it died");
    }

    /// Transactions of a PostgreSQL that wait for another.
    pub(crate) async fn waiting(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        let row: Option<(i64,)> = self.imports.db.one(Stmt::text(sql, [])).await.unwrap();
        row.unwrap().0
    }

    /// What listeners were told of an import, its progress left out, in order.
    pub(crate) async fn told(&self, id: ImportId) -> Vec<String> {
        let sql = "SELECT kind FROM event WHERE workspace_id = $1 AND subject = $2 \
            AND kind <> 'import.progress' ORDER BY tx, seq";
        let stmt = Stmt::text(sql, [self.workspace.into(), id.into()]);
        let rows: Vec<(String,)> = self.imports.db.all(stmt).await.unwrap();
        rows.into_iter().map(|(kind,)| kind).collect()
    }

    /// The searches for duplicates that were asked for, in order.
    pub(crate) async fn searches(&self) -> Vec<Search> {
        let sql = "SELECT payload FROM job WHERE workspace_id = $1 \
            AND queue = 'crm_find_duplicates.v1' ORDER BY id";
        let rows: Vec<(String,)> = self.all(sql).await;
        rows.iter().map(|(payload,)| serde_json::from_str(payload).unwrap()).collect()
    }

    /// Uploads, starts and runs.
    pub(crate) async fn import(&self, content: &str, start: &Start) -> ImportJob {
        let id = self.ready("list.csv", content).await;
        self.start(id, start).await.unwrap();
        self.work().await;
        self.job(id).await
    }

    pub(crate) async fn all<T: Row>(&self, sql: &'static str) -> Vec<T> {
        self.imports.db.all(Stmt::text(sql, [self.workspace.into()])).await.unwrap()
    }

    /// Everything that contacts and companies are, in texts that do not depend on their ids.
    pub(crate) async fn people(&self) -> Vec<String> {
        type Person = (String, String, String, Option<String>, String, Option<String>, String);
        let rows: Vec<Person> = self
            .all(
                "SELECT first_name, last_name, company, domain, title, original_email, details \
                 FROM contact WHERE workspace_id = $1 AND merged_into IS NULL",
            )
            .await;
        let companies: Vec<(String, Option<String>, String)> =
            self.all("SELECT name, domain, details FROM company WHERE workspace_id = $1").await;
        let mut all: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        all.extend(companies.iter().map(|row| format!("company {row:?}")));
        all.sort();
        all
    }

    /// How many rows a table has of this workspace.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let rows: Vec<(i64,)> = self.all(sql).await;
        rows.first().map_or(0, |(n,)| *n)
    }
}
