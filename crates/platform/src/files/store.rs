use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _};

use super::error::failed;
use super::name::path;
use super::{FilesError, Links};

/// Files of one [`Files::clear_all`] that are under way.
const CLEARED_AT_ONCE: usize = 10;

/// Pieces of a file, in order.
pub type ByteStream = BoxStream<'static, Result<Bytes, FilesError>>;

/// Where the service keeps files. Names are paths such as `imports/ws_…/imp_…/raw`. Clones are cheap.
#[derive(Clone)]
pub struct Files {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) place: Place,
    pub(super) links: Option<Links>,
}

/// What the store is, where that makes a difference.
#[derive(Clone)]
pub(super) enum Place {
    Folder { root: PathBuf, system: Arc<LocalFileSystem> },
    S3(Arc<AmazonS3>),
}

impl Files {
    /// A local folder, made if missing.
    pub fn local(folder: &Path) -> Result<Self, FilesError> {
        let unmade = |source: std::io::Error| {
            let source = Box::new(source);
            failed("", object_store::Error::Generic { store: "folder", source })
        };
        std::fs::create_dir_all(folder).map_err(unmade)?;
        let root = folder.canonicalize().map_err(unmade)?;
        let system = LocalFileSystem::new_with_prefix(&root).map_err(|why| failed("", why))?;
        let system = Arc::new(system.with_automatic_cleanup(true).with_fsync(true));
        let store: Arc<dyn ObjectStore> = Arc::<LocalFileSystem>::clone(&system);
        Ok(Self { store, place: Place::Folder { root, system }, links: None })
    }

    /// The same, able to give links to its files.
    #[must_use]
    pub fn with_links(mut self, links: Links) -> Self {
        self.links = Some(links);
        self
    }

    /// Whether clients can be sent to the store itself, past this program.
    pub(super) fn is_direct(&self) -> bool {
        matches!(self.place, Place::S3(_))
    }

    /// The file itself, where the store is a folder: whoever needs to seek need not copy it. It may be
    /// missing.
    pub(super) fn local_path(&self, name: &str) -> Result<Option<PathBuf>, FilesError> {
        let path = path(name)?;
        match &self.place {
            Place::Folder { system, .. } => {
                system.path_to_filesystem(&path).map(Some).map_err(|why| failed(name, why))
            }
            Place::S3(_) => Ok(None),
        }
    }

    /// Reads a file piece by piece.
    pub async fn get_stream(&self, name: &str) -> Result<ByteStream, FilesError> {
        self.get_sized(name).await.map(|(_bytes, pieces)| pieces)
    }

    /// The same, with its size in bytes.
    pub async fn get_sized(&self, name: &str) -> Result<(u64, ByteStream), FilesError> {
        let got = self.store.get(&path(name)?).await.map_err(|why| failed(name, why))?;
        Ok((got.meta.size, pieces(got, name)))
    }

    /// Its size in bytes; none where there is no such file.
    pub async fn size(&self, name: &str) -> Result<Option<u64>, FilesError> {
        self.find(name).await.map(|found| found.map(|file| file.bytes))
    }

    /// Whether there is a file of that name.
    pub async fn exists(&self, name: &str) -> Result<bool, FilesError> {
        self.size(name).await.map(|size| size.is_some())
    }

    /// Sees to it that there is no file of that name, in one request.
    pub async fn clear(&self, name: &str) -> Result<(), FilesError> {
        match self.store.delete(&path(name)?).await {
            // A folder says so, and a bucket does not.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(why) => Err(failed(name, why)),
        }
    }

    /// Sees to it that there are no files of these names, several at once. On an error some of them may be left. Each
    /// is a request of its own: several makers of buckets have no `DeleteObjects`.
    pub async fn clear_all(&self, names: Vec<String>) -> Result<(), FilesError> {
        let clear = |name: String| async move { self.clear(&name).await };
        stream::iter(names).map(clear).buffer_unordered(CLEARED_AT_ONCE).try_collect().await
    }
}

pub(super) fn pieces(got: object_store::GetResult, name: &str) -> ByteStream {
    let name = name.to_owned();
    got.into_stream().map(move |piece| piece.map_err(|why| failed(&name, why))).boxed()
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.store)
    }
}

/// Where they are, for people: the folder, or the bucket. No keys.
impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Folder { root, .. } => write!(f, "{}", root.display()),
            Place::S3(s3) => write!(f, "{s3}"),
        }
    }
}
