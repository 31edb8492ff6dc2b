//! The store of files, as a folder and as a bucket of the sandbox.

mod bucket;
mod links;
mod parts;
mod store;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use captely_platform::chance::Chance;
use captely_platform::clock::TestClock;
use captely_platform::files::{Files, FilesError, Links};
use captely_platform::secrets::Keyring;
use captely_sandbox::s3::S3Server;
use captely_testkit::Bucket;
use futures::{TryStreamExt as _, stream};
use tempfile::TempDir;

pub(crate) type Piece = Result<Bytes, String>;

pub(crate) fn pieces(all: &[&'static str]) -> stream::Iter<std::vec::IntoIter<Piece>> {
    stream::iter(all.iter().map(|p| Ok(Bytes::from_static(p.as_bytes()))).collect::<Vec<_>>())
}

/// `n` million bytes, a piece each, none like the other.
pub(crate) fn millions(n: u8) -> impl futures::Stream<Item = Piece> + Unpin {
    stream::iter((0..n).map(|at| Ok(Bytes::from(vec![at; 1_000_000]))))
}

pub(crate) async fn read(files: &Files, name: &str) -> Result<Vec<u8>, FilesError> {
    let all: Vec<Bytes> = files.get_stream(name).await?.try_collect().await?;
    Ok(all.concat())
}

/// A store, and what it stands on.
pub(crate) struct Shelf {
    pub(crate) files: Files,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) folder: Option<TempDir>,
    pub(crate) bucket: Option<Bucket>,
}

impl Shelf {
    pub(crate) fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let keys = Keyring::from_text(&"7".repeat(64), Arc::new(Chance::from_seed(1))).unwrap();
        let public_url = "http://captely.example".to_owned();
        let files = Files::local(&folder.path().join("files")).unwrap();
        let files = files.with_links(Links { keys, public_url, clock: clock.clone() });
        Self { files, clock, folder: Some(folder), bucket: None }
    }

    pub(crate) async fn bucket() -> Self {
        let bucket = captely_testkit::bucket().await;
        let files = Files::s3(&bucket.config).unwrap();
        let clock = Arc::new(TestClock::default());
        Self { files, clock, folder: None, bucket: Some(bucket) }
    }

    pub(crate) fn server(&self) -> &S3Server {
        &self.bucket.as_ref().unwrap().server
    }

    /// What lies there, finished or not.
    pub(crate) fn left(&self) -> Vec<String> {
        match (&self.folder, &self.bucket) {
            (Some(folder), _) => below(folder.path().join("files")),
            (_, Some(Bucket { server: bucket, .. })) => {
                let unfinished = (0..bucket.unfinished()).map(|n| format!("unfinished {n}"));
                bucket.keys().into_iter().chain(unfinished).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The names of all files below a folder.
pub(crate) fn below(folder: PathBuf) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { out.push(path.display().to_string()) }
        }
    }
    out
}

/// The same test on a folder and on a bucket.
pub(crate) fn on_both(test: &impl AsyncFn(&Shelf)) {
    captely_testkit::run(async {
        test(&Shelf::folder()).await;
        test(&Shelf::bucket().await).await;
    });
}

/// Waits until what was dropped is cleared away.
pub(crate) async fn cleared(shelf: &Shelf) {
    for _try in 0..500 {
        if shelf.left().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is left: {:?}", shelf.left());
}
