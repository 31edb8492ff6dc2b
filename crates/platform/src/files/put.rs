use std::error::Error;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, PutPayloadMut, WriteMultipart};
use std::sync::Arc;
use tokio::runtime::Handle;

use super::error::failed;
use super::name::path;
use super::{Files, FilesError};

/// Parts of one upload that may be on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// A file below this size goes in one request. It is the least size of a part that is not the last
/// (Amazon S3 User Guide, "Multipart upload limits"), and what `WriteMultipart` makes of its parts.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// A file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of it.
    pub hash: [u8; 32],
}

impl Files {
    /// Writes a file from pieces as they come, whole or not at all, replacing one of that name. What was
    /// begun is taken back where the pieces break off, are too many, or the caller is dropped.
    pub async fn put_stream<E>(
        &self,
        name: &str,
        mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        bytes_max: u64,
    ) -> Result<Written, FilesError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut writing = Writing::begin(&self.store, path(name)?);
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0_u64;
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|why| {
                let (name, source) = (name.to_owned(), why.into());
                FilesError::BrokenOff { name, source }
            })?;
            bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if bytes > bytes_max {
                return Err(FilesError::TooLarge { name: name.into(), bytes_max });
            }
            hasher.update(&piece);
            writing.push(&piece).await.map_err(|why| failed(name, why))?;
        }
        writing.finish().await.map_err(|why| failed(name, why))?;
        Ok(Written { bytes, hash: *hasher.finalize().as_bytes() })
    }

    /// Writes a file that is in memory, whole or not at all, replacing one of that name.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<Written, FilesError> {
        let hash = *blake3::hash(&bytes).as_bytes();
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let put = self.store.put(&path(name)?, PutPayload::from_bytes(bytes)).await;
        put.map_err(|why| failed(name, why))?;
        Ok(Written { bytes: size, hash })
    }
}

/// A file that is being written; aborted where it is dropped before its end.
struct Writing {
    store: Arc<dyn ObjectStore>,
    path: Path,
    /// What came before it was known whether one request does. Pieces are copied: a piece of one byte
    /// keeps what it was cut from.
    early: PutPayloadMut,
    upload: Option<WriteMultipart>,
}

impl Writing {
    fn begin(store: &Arc<dyn ObjectStore>, path: Path) -> Self {
        Self { store: Arc::clone(store), path, early: PutPayloadMut::new(), upload: None }
    }

    async fn push(&mut self, piece: &[u8]) -> object_store::Result<()> {
        if let Some(upload) = &mut self.upload {
            upload.wait_for_capacity(PARTS_AT_ONCE).await?;
            upload.write(piece);
            return Ok(());
        }
        self.early.extend_from_slice(piece);
        if self.early.content_length() >= PART_BYTES {
            let begun = self.store.put_multipart(&self.path).await?;
            let mut upload = WriteMultipart::new_with_chunk_size(begun, PART_BYTES);
            for block in std::mem::take(&mut self.early).freeze() {
                upload.put(block);
            }
            self.upload = Some(upload);
        }
        Ok(())
    }

    async fn finish(mut self) -> object_store::Result<()> {
        let Some(upload) = self.upload.take() else {
            let payload = std::mem::take(&mut self.early).freeze();
            return self.store.put(&self.path, payload).await.map(drop);
        };
        // In a task of its own: cut in the middle, a bucket would keep its parts for good.
        let finished = tokio::spawn(async move { upload.finish().await.map(drop) }).await;
        finished.unwrap_or_else(|why| {
            let source = Box::new(why);
            Err(object_store::Error::Generic { store: "upload", source })
        })
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        if let Ok(runtime) = Handle::try_current() {
            // Where it fails nobody is left to be told; a rule of the bucket takes old parts away.
            runtime.spawn(async move { drop(upload.abort().await) });
        }
    }
}
