use std::error::Error;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use object_store::{ObjectStoreExt as _, PutPayload};

use super::error::failed;
use super::name::path;
use super::writing::{Named, Writing};
use super::{Files, FilesError};

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
    /// begun is taken back where the pieces break off, are too many, or the caller is dropped before all have come;
    /// dropped after that, the file may still appear.
    pub async fn put_stream<E>(
        &self,
        name: &str,
        pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        bytes_max: u64,
    ) -> Result<Written, FilesError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.write((name, Named::Shared), pieces, bytes_max).await
    }

    /// The same under a name that nobody else writes, ever: wherever the caller is dropped, nothing is left of it.
    pub async fn put_new<E>(
        &self,
        name: &str,
        pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        bytes_max: u64,
    ) -> Result<Written, FilesError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.write((name, Named::Alone), pieces, bytes_max).await
    }

    async fn write<E>(
        &self,
        (name, named): (&str, Named),
        mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        bytes_max: u64,
    ) -> Result<Written, FilesError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut writing = Writing::begin(&self.store, path(name)?, named);
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
