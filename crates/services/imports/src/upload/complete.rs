use captely_platform::files::FilesError;
use captely_platform::ids::{ImportId, WorkspaceId};

use super::key::Keys;
use super::part::Arrived;
use super::{BytesAndHash, UploadError, parts_of};
use crate::Imports;
use crate::store::raw::RawFile;
use crate::store::{parts, raw};

/// Why an upload ended whose hash was wrong, for whoever looks at the import.
const WRONG_HASH: &str = "What was uploaded is another file than was announced.";

impl Imports {
    /// Puts together what came, checks it, and makes the import ready; tells `progress` how many bytes of it
    /// are copied. May be asked for again, also while it is being done. Errors: `NotFound`, `Over`,
    /// `Missing`, `Size`, `Hash`, `Files`, `Db`.
    pub async fn complete_upload(
        &self,
        whose: (WorkspaceId, ImportId),
        said: (Option<u64>, Option<[u8; 32]>),
        progress: impl FnMut(u64) + Send,
    ) -> Result<BytesAndHash, UploadError> {
        let file = match self.upload(whose).await {
            Err(UploadError::Over { .. }) => return self.completed(whose).await,
            found => found?,
        };
        let (bytes, hash) = said;
        if let Some(bytes) = bytes.filter(|bytes| *bytes != file.bytes) {
            return Err(UploadError::Size { bytes, expected: file.bytes });
        }
        let keys = Keys(whose.0, whose.1);
        let raw = keys.raw(self.ids.uuid());
        let made = match self.sources(keys, &file).await {
            Ok(sources) => self
                .files
                .compose(sources, &raw, file.bytes, progress)
                .await
                .map_err(UploadError::from),
            Err(why) => Err(why),
        };
        let made = match made {
            Ok(written) => BytesAndHash::from(written),
            // Somebody else was first, and has cleared the parts away.
            Err(UploadError::Files(FilesError::NotFound { .. }) | UploadError::Missing { .. })
                if self.upload(whose).await.is_err() =>
            {
                return self.completed(whose).await;
            }
            Err(why) => return Err(why),
        };
        if let Err(why) = self.check(whose, &file, made, hash).await {
            self.files.clear(&raw).await?;
            return Err(why);
        }
        let mut tx = self.db.writer().await?;
        if !raw::ready(&mut tx, whose, &raw, made).await? {
            drop(tx);
            // Somebody else was first, or it ended otherwise.
            self.files.clear(&raw).await?;
            return self.completed(whose).await;
        }
        self.tell_uploaded(&mut tx, whose, &file.file_name, made.bytes).await?;
        parts::delete(&mut tx, whose).await?;
        tx.commit().await?;
        // The import is ready whatever becomes of this; the daily job clears what is left.
        if let Err(why) = self.clear_parts(whose).await {
            tracing::warn!(%why, import = %whose.1, "Parts of an upload could not be removed");
        }
        Ok(made)
    }

    /// The files that make up the whole: all parts, or what came by the link.
    async fn sources(&self, keys: Keys, file: &RawFile) -> Result<Vec<String>, UploadError> {
        let mut tx = self.db.reader().await?;
        let here = parts::all(&mut tx, (keys.0, keys.1)).await?;
        drop(tx);
        let parts = parts_of(file.bytes);
        let numbers: Vec<u32> = here.iter().map(|part| part.number).collect();
        let missing: Vec<u32> = (1..=parts).filter(|n| numbers.binary_search(n).is_err()).collect();
        if missing.is_empty() {
            let name = |part: &Arrived| keys.part(part.number, part.what.hash);
            return Ok(here.iter().map(name).collect());
        }
        match self.files.size(&keys.direct()).await? {
            Some(bytes) if bytes == file.bytes => Ok(vec![keys.direct()]),
            Some(bytes) => Err(UploadError::Size { bytes, expected: file.bytes }),
            None => Err(UploadError::Missing { missing, parts }),
        }
    }

    /// Whether the whole is what was said; otherwise the upload ends.
    async fn check(
        &self,
        whose: (WorkspaceId, ImportId),
        file: &RawFile,
        made: BytesAndHash,
        hash: Option<[u8; 32]>,
    ) -> Result<(), UploadError> {
        if made.bytes != file.bytes {
            // What the link wrote has changed while it was read.
            return Err(UploadError::Size { bytes: made.bytes, expected: file.bytes });
        }
        let announced = file.content_hash.is_empty() || file.content_hash == made.hash;
        if announced && hash.is_none_or(|hash| hash == made.hash) {
            return Ok(());
        }
        match self.abort_upload(whose, Some(WRONG_HASH)).await {
            // Or somebody else completed it, with the right hash or none.
            Ok(()) | Err(UploadError::Over { .. }) => Err(UploadError::Hash),
            Err(why) => Err(why),
        }
    }

    /// What an import has whose file somebody else completed.
    async fn completed(&self, whose: (WorkspaceId, ImportId)) -> Result<BytesAndHash, UploadError> {
        let mut tx = self.db.reader().await?;
        let found = raw::find(&mut tx, whose).await?.ok_or(UploadError::NotFound)?;
        match (found.file_key, <[u8; 32]>::try_from(found.content_hash)) {
            (Some(_), Ok(hash)) => Ok(BytesAndHash { bytes: found.bytes, hash }),
            _ => Err(UploadError::Over { state: found.state }),
        }
    }
}
