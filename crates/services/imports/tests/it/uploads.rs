//! Files that come in, into a folder and into a bucket.

mod broken;
mod forget;
mod parts;
mod people;
mod routes;

use std::sync::Arc;

use bytes::Bytes;
use captely_imports::{ImportSettings, Imports, NewUpload, PART_BYTES, UploadError, Uploaded};
use captely_platform::chance::Chance;
use captely_platform::db::{Db, Stmt};
use captely_platform::files::{Files, Links};
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::secrets::Keyring;
use captely_sandbox::s3::S3Server;
use captely_testkit::{TestClock, ids_at};
use futures::TryStreamExt as _;
use tempfile::TempDir;

pub(crate) const HERE: WorkspaceId = WorkspaceId::LOCAL;

/// The service over a store.
pub(crate) struct Dock {
    pub(crate) imports: Imports,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) keys: Keyring,
    pub(crate) bucket: Option<S3Server>,
    seed: u64,
    folder: Option<TempDir>,
}

impl Dock {
    pub(crate) fn folder(db: &Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut dock = Self::over(db, Files::local(folder.path()).unwrap(), 1);
        dock.folder = Some(folder);
        dock
    }

    pub(crate) async fn bucket(db: &Db) -> Self {
        let bucket = captely_testkit::bucket().await;
        let mut dock = Self::over(db, Files::s3(&bucket.config).unwrap(), 3);
        dock.bucket = Some(bucket.server);
        dock
    }

    /// `seed` makes ids differ from those of other docks on the database.
    fn over(db: &Db, files: Files, seed: u64) -> Self {
        let clock = Arc::new(TestClock::default());
        let keys = Keyring::from_text(&"7".repeat(64), Arc::new(Chance::from_seed(7))).unwrap();
        let public_url = "http://127.0.0.1:8080".to_owned();
        let links = Links { keys: keys.clone(), public_url, clock: clock.clone() };
        let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), seed));
        let plan = captely_credits::Policy::unlimited();
        let ledger = captely_credits::Ledger::new(
            db.clone(),
            Arc::clone(&ids),
            Arc::<TestClock>::clone(&clock),
            plan,
        );
        let imports = Imports {
            db: db.clone(),
            ids,
            clock: clock.clone(),
            files: files.with_links(links),
            ledger,
            settings: ImportSettings::default(),
        };
        Self { imports, clock, keys, seed, bucket: None, folder: None }
    }

    /// The same service in another process.
    pub(crate) async fn another(&self, db: &captely_testkit::TestDb) -> Imports {
        let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&self.clock), self.seed + 1));
        Imports { db: db.another_process().await, ids, ..self.imports.clone() }
    }

    pub(crate) async fn begin(&self, file: &[u8]) -> Uploaded {
        let bytes = u64::try_from(file.len()).unwrap();
        let new = NewUpload { file_name: "leads.csv".into(), bytes, hash: None, by: None };
        self.imports.begin_upload(HERE, new).await.unwrap()
    }

    /// A part of `file`, as it should come.
    pub(crate) async fn put(&self, id: ImportId, file: &[u8], n: u32) -> Result<(), UploadError> {
        let part = part(file, n);
        self.imports.put_part((HERE, id), n, part).await.map(drop)
    }

    pub(crate) async fn complete(&self, id: ImportId) -> Result<[u8; 32], UploadError> {
        let done = self.imports.complete_upload((HERE, id), (None, None), drop).await;
        done.map(|file| file.hash)
    }

    pub(crate) async fn read(&self, name: &str) -> Vec<u8> {
        let pieces = self.imports.files.get_stream(name).await.unwrap();
        let all: Vec<Bytes> = pieces.try_collect().await.unwrap();
        all.concat()
    }

    /// The names of all files in the store.
    pub(crate) async fn left(&self) -> Vec<String> {
        let all = self.imports.files.list("imports", None, 1_000).await.unwrap();
        all.into_iter().map(|file| file.name).collect()
    }

    /// State, name in the store, and size of an import.
    pub(crate) async fn row(&self, id: ImportId) -> (String, Option<String>, i64) {
        let sql = "SELECT state, file_key, file_bytes FROM import_job WHERE workspace_id = $1 AND id = $2";
        let row = self.imports.db.one(Stmt::text(sql, [HERE.into(), id.into()])).await.unwrap();
        row.unwrap()
    }

    /// The import is ready with this file, and nothing else of it is left.
    pub(crate) async fn check_ready(&self, id: ImportId, file: &[u8]) {
        let size = i64::try_from(file.len()).unwrap();
        let (state, key, bytes) = self.row(id).await;
        assert_eq!((state.as_str(), bytes), ("ready", size));
        let key = key.expect("a file");
        assert!(key.starts_with(&format!("imports/{HERE}/{id}/raw-")), "{key}");
        assert!(self.read(&key).await == file, "the file is another one");
        assert_eq!(self.left().await, [key]);
        if let Some(bucket) = &self.bucket {
            assert_eq!(bucket.unfinished(), 0);
        }
    }
}

/// A list of which no piece is like one further on.
pub(crate) fn file(bytes: u64) -> Vec<u8> {
    let size = usize::try_from(bytes).unwrap();
    let mut list = b"Name,Email\n".to_vec();
    for n in 0_u32.. {
        if list.len() >= size {
            break;
        }
        list.extend_from_slice(format!("Asha Rao,asha{n}@mills.example\n").as_bytes());
    }
    list.truncate(size);
    list
}

pub(crate) fn part(file: &[u8], n: u32) -> Bytes {
    let size = usize::try_from(PART_BYTES).unwrap();
    let chunk = file.chunks(size).nth(usize::try_from(n).unwrap() - 1).unwrap_or_default();
    Bytes::copy_from_slice(chunk)
}

/// Three parts, the last of them small.
pub(crate) const THREE: u64 = 2 * PART_BYTES + 1_000;
