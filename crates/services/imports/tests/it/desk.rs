//! What the tests import with, and how they look at what came of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use captely_crm::{Contact, load_contacts};
use captely_imports::{Fault, Import, ImportError, ImportRow, Importer, first_faults, rows_page};
use captely_platform::db::{Db, Migration, Stmt};
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_tabular::ReadOptions;
use captely_testkit::{TestClock, ids_at};
use tempfile::TempDir;

/// The tables of this service and of the one below it.
pub(crate) fn migrations() -> Vec<Migration> {
    [captely_crm::MIGRATIONS, captely_imports::MIGRATIONS].concat()
}

/// An importer of one workspace over `db`, with a folder for its lists.
pub(crate) struct Desk {
    pub(crate) importer: Importer,
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new(db: &Db) -> Self {
        Self::of(db, WorkspaceId::LOCAL, 1)
    }

    /// `seed` makes ids differ from those of other desks.
    pub(crate) fn of(db: &Db, workspace: WorkspaceId, seed: u64) -> Self {
        let clock = Arc::new(TestClock::default());
        let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), seed));
        let importer = Importer { db: db.clone(), ids, clock, workspace, ledger: None };
        Self { importer, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) async fn import_file(
        &self,
        path: &Path,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Import, ImportError> {
        self.importer.import(path, ReadOptions::default(), progress).await
    }

    pub(crate) async fn try_import(
        &self,
        content: impl AsRef<[u8]>,
    ) -> Result<Import, ImportError> {
        self.import_file(&self.file("list.csv", content), |_| ()).await
    }

    pub(crate) async fn import(&self, content: impl AsRef<[u8]>) -> Import {
        self.try_import(content).await.unwrap()
    }

    /// All rows of an import, read in small pages.
    pub(crate) async fn rows(&self, import: &Import) -> Vec<ImportRow> {
        let (db, workspace) = (&self.importer.db, self.importer.workspace);
        let mut rows: Vec<ImportRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.number);
            let mut tx = db.reader().await.unwrap();
            let page = rows_page(&mut tx, workspace, import.id, after, 700).await.unwrap();
            if page.is_empty() {
                return rows;
            }
            rows.extend(page);
        }
    }

    pub(crate) async fn faults(&self, import: &Import) -> Vec<Fault> {
        let mut tx = self.importer.db.reader().await.unwrap();
        first_faults(&mut tx, self.importer.workspace, import.id, 1_000).await.unwrap()
    }

    pub(crate) async fn contact(&self, id: ContactId) -> Contact {
        let mut tx = self.importer.db.reader().await.unwrap();
        let found = load_contacts(&mut tx, self.importer.workspace, &[id]).await.unwrap();
        found.into_iter().next().expect("the contact is there")
    }

    /// How many rows a table has of this workspace.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.importer.db.reader().await.unwrap();
        let values = [self.importer.workspace.into()];
        let row: Option<(i64,)> = tx.one(Stmt::text(sql, values)).await.unwrap();
        row.unwrap().0
    }

    pub(crate) async fn contacts(&self) -> i64 {
        self.count("SELECT count(*) FROM contact WHERE workspace_id = $1").await
    }
}

/// A list of `n` people with every tenth the same as the one before, as CSV.
pub(crate) fn people(n: u64) -> String {
    let mut csv = String::from("first_name,last_name,company,domain,note\n");
    for i in 0..n {
        let who = if i % 10 == 9 { i - 1 } else { i };
        writeln!(csv, "Ada{who},Rao,Mills {who},mills{who}.example,row {i}").unwrap();
    }
    csv
}
