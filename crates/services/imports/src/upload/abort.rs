use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ImportId, WorkspaceId};

use super::UploadError;
use crate::stop::end;
use crate::store::{parts, raw};
use crate::{ImportState, Imports};

impl Imports {
    /// Ends an upload before its file is here, and removes what came of it; `why` is for whoever looks at
    /// the import. Errors: `NotFound`, `Over`, `Files`, `Db`.
    pub async fn abort_upload(
        &self,
        whose: (WorkspaceId, ImportId),
        why: Option<&str>,
    ) -> Result<(), UploadError> {
        let mut tx = self.db.writer().await?;
        if !self.end_upload(&mut tx, whose, why).await? {
            let found = raw::find(&mut tx, whose).await?.ok_or(UploadError::NotFound)?;
            return Err(UploadError::Over { state: found.state });
        }
        tx.commit().await?;
        // What a kill leaves from here on the daily job finds: no import has it.
        Ok(self.clear_parts(whose).await?)
    }

    /// The same in the caller's transaction, but for the files of what came; false where it is no upload.
    pub(crate) async fn end_upload(
        &self,
        tx: &mut Tx,
        whose: (WorkspaceId, ImportId),
        why: Option<&str>,
    ) -> Result<bool, DbError> {
        let ended =
            end(tx, &self.ids, whose, (ImportState::Uploading, why), self.clock.now()).await?;
        if ended {
            parts::delete(tx, whose).await?;
        }
        Ok(ended)
    }
}
