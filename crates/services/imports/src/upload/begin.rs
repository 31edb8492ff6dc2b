use captely_platform::files::{LINK_TIME_MAX, Link, tame_file_name};
use captely_platform::ids::{ImportId, UserId, WorkspaceId};

use super::key::Keys;
use super::{UploadError, parts_of};
use crate::store::jobs::{self, NewJob, Sameness, Terms};
use crate::store::raw::{self, RawFile};
use crate::{ImportState, Imports, Source};

/// A file that is to come.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// What the client calls it; it is tamed.
    pub file_name: String,
    /// How large it is.
    pub bytes: u64,
    /// Its BLAKE3, where the client knows it.
    pub hash: Option<[u8; 32]>,
    /// Who brings it.
    pub by: Option<UserId>,
}

/// An upload that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The import that it is for.
    pub id: ImportId,
    /// The file's name, tamed.
    pub file_name: String,
    /// How many parts it has.
    pub parts: u32,
    /// Takes the whole file with one PUT, instead of parts, for an hour.
    pub put_url: String,
}

impl Imports {
    /// Begins an upload. Errors: `Empty`, `TooLarge`, `Files`, `Db`.
    pub async fn begin_upload(
        &self,
        workspace: WorkspaceId,
        new: NewUpload,
    ) -> Result<Uploaded, UploadError> {
        self.check_size(new.bytes)?;
        let id = ImportId::from(self.ids.uuid());
        let file_name = tame_file_name(&new.file_name);
        let name = Keys(workspace, id).direct();
        let link = Link { workspace, name: &name, ttl: LINK_TIME_MAX };
        let put_url = self.files.presigned_put(link, new.bytes).await?;
        let content_hash = new.hash.map(Vec::from).unwrap_or_default();
        let same = Sameness { content_hash, terms: Terms::unknown() };
        let job = NewJob {
            state: ImportState::Uploading,
            created_by: new.by,
            file_bytes: new.bytes,
            ..NewJob::of(Source::Upload, id, file_name.clone(), same, self.clock.now())
        };
        let mut tx = self.db.writer().await?;
        jobs::insert(&mut tx, workspace, job).await?;
        tx.commit().await?;
        Ok(Uploaded { id, file_name, parts: parts_of(new.bytes), put_url })
    }

    pub(super) fn check_size(&self, bytes: u64) -> Result<(), UploadError> {
        let bytes_max = self.settings.upload_bytes_max;
        match bytes {
            0 => Err(UploadError::Empty),
            bytes if bytes > bytes_max => Err(UploadError::TooLarge { bytes, bytes_max }),
            _ => Ok(()),
        }
    }

    /// An upload that is under way.
    pub(super) async fn upload(
        &self,
        whose: (WorkspaceId, ImportId),
    ) -> Result<RawFile, UploadError> {
        let mut tx = self.db.reader().await?;
        let found = raw::find(&mut tx, whose).await?.ok_or(UploadError::NotFound)?;
        if found.state == ImportState::Uploading.as_str() {
            return Ok(found);
        }
        Err(UploadError::Over { state: found.state })
    }
}
