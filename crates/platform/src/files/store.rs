use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};

/// Parts of one upload that may be on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// Pieces of a file, in order.
pub type ByteStream = BoxStream<'static, Result<Bytes, FilesError>>;

/// Why the file store did not do as it was told.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// No file of that name.
    #[error("there is no file {name}")]
    NotFound {
        /// The name that was asked for.
        name: String,
    },
    /// It grew over the limit; nothing of it was kept.
    #[error("{name} is larger than {bytes_max} bytes")]
    TooLarge {
        /// The name it was to have.
        name: String,
        /// The limit it was given.
        bytes_max: u64,
    },
    /// The name is no path below the store: empty, `..`, or with a control character.
    #[error("{name:?} is no name for a file")]
    BadName {
        /// The name.
        name: String,
    },
    /// Where the bytes came from broke off; nothing of it was kept.
    #[error("the upload of {name} broke off: {why}")]
    BrokenOff {
        /// The name it was to have.
        name: String,
        /// What the source said.
        why: String,
    },
    /// The store itself failed.
    #[error("the file store failed: {0}")]
    Store(object_store::Error),
}

/// Where the service keeps files. Names are paths such as `imports/imp_…/leads.csv`.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// A local folder, made if missing.
    pub fn local(folder: &Path) -> Result<Self, FilesError> {
        let failed = |source: std::io::Error| {
            FilesError::Store(object_store::Error::Generic {
                store: "local",
                source: Box::new(source),
            })
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(FilesError::Store)?;
        Ok(Self(Arc::new(store.with_automatic_cleanup(true).with_fsync(true))))
    }

    /// Any object store.
    pub fn of(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Writes a file from pieces as they come, whole or not at all, replacing one of that name.
    /// Returns its size in bytes.
    pub async fn put_stream<E: fmt::Display>(
        &self,
        name: &str,
        mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        bytes_max: u64,
    ) -> Result<u64, FilesError> {
        let path = path(name)?;
        let upload = self.0.put_multipart(&path).await.map_err(|why| failed(name, why))?;
        let mut upload = WriteMultipart::new(upload);
        let mut size = 0_u64;
        let fault = loop {
            let piece = match pieces.next().await {
                None => break None,
                Some(Ok(piece)) => piece,
                Some(Err(why)) => {
                    break Some(FilesError::BrokenOff { name: name.into(), why: why.to_string() });
                }
            };
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if size > bytes_max {
                break Some(FilesError::TooLarge { name: name.into(), bytes_max });
            }
            if let Err(why) = upload.wait_for_capacity(PARTS_AT_ONCE).await {
                break Some(failed(name, why));
            }
            upload.put(piece);
        };
        if let Some(fault) = fault {
            // The fault is what the caller must know; a part left behind by a failed abort is not.
            drop(upload.abort().await);
            return Err(fault);
        }
        upload.finish().await.map_err(|why| failed(name, why))?;
        Ok(size)
    }

    /// Reads a file piece by piece.
    pub async fn get_stream(&self, name: &str) -> Result<ByteStream, FilesError> {
        let got = self.0.get(&path(name)?).await.map_err(|why| failed(name, why))?;
        let name = name.to_owned();
        Ok(got.into_stream().map(move |piece| piece.map_err(|why| failed(&name, why))).boxed())
    }

    /// Removes a file. False where there is none.
    pub async fn delete(&self, name: &str) -> Result<bool, FilesError> {
        if !self.exists(name).await? {
            return Ok(false);
        }
        match self.0.delete(&path(name)?).await {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(why) => Err(failed(name, why)),
        }
    }

    /// Whether there is a file of that name.
    pub async fn exists(&self, name: &str) -> Result<bool, FilesError> {
        match self.0.head(&path(name)?).await {
            Ok(_meta) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(why) => Err(failed(name, why)),
        }
    }
}

fn path(name: &str) -> Result<object_store::path::Path, FilesError> {
    let bad = || FilesError::BadName { name: name.to_owned() };
    let control = name.chars().any(char::is_control);
    if name.is_empty() || control || name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(bad());
    }
    object_store::path::Path::parse(name).map_err(|_why| bad())
}

fn failed(name: &str, why: object_store::Error) -> FilesError {
    match why {
        object_store::Error::NotFound { .. } => FilesError::NotFound { name: name.to_owned() },
        other => FilesError::Store(other),
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.0)
    }
}
