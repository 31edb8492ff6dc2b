use captely_platform::ids::{ImportId, WorkspaceId};

use super::UploadError;
use crate::Imports;
use crate::stop::Stop;
use crate::store::{parts, raw};

impl Imports {
    /// Ends an upload before its file is here, and removes what came of it; `why` is for whoever looks at
    /// the import. Errors: `NotFound`, `Over`, `Files`, `Db`.
    pub async fn abort_upload(
        &self,
        whose: (WorkspaceId, ImportId),
        why: Option<&str>,
    ) -> Result<(), UploadError> {
        let mut tx = self.db.writer().await?;
        let now = self.clock.now();
        if !raw::abort(&mut tx, whose, why, now).await? {
            let found = raw::find(&mut tx, whose).await?.ok_or(UploadError::NotFound)?;
            return Err(UploadError::Over { state: found.state });
        }
        Stop::Cancelled.tell(&mut tx, &self.ids, whose, now).await?;
        parts::delete(&mut tx, whose).await?;
        tx.commit().await?;
        // What a kill leaves from here on the daily job finds: no import has it.
        Ok(self.clear_parts(whose).await?)
    }
}
