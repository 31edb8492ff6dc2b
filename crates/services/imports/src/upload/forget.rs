use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::files::Listed;
use captely_platform::ids::{ImportId, WorkspaceId};

use super::UploadError;
use super::key::{Keys, ROOT};
use crate::Imports;
use crate::store::raw;

/// An upload that is not at its end after this long is given up.
const UNFINISHED_KEPT: Duration = Duration::from_hours(48);
/// Imports of one statement, and files of one list.
const AT_ONCE: u32 = 500;
const DAY: Duration = Duration::from_hours(24);
/// Why an upload ended, for whoever looks at the import.
const GIVEN_UP: &str = "The upload did not come to its end within two days.";

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Uploads that never came to their end.
    pub uploads: u64,
    /// Raw files that were kept as long as they are to be.
    pub raw_files: u64,
    /// Files that no import has, and what writing had left.
    pub strays: u64,
}

impl Imports {
    /// Removes old unfinished uploads, raw files beyond their time, and files that no import has. It may be
    /// done twice at once and die anywhere: what is left is found the next time. Errors: `Files`, `Db`.
    pub async fn forget_files(&self) -> Result<Forgotten, UploadError> {
        let now = self.clock.now();
        Ok(Forgotten {
            uploads: self.give_up(now.minus(UNFINISHED_KEPT)).await?,
            raw_files: self.forget_raw(now).await?,
            strays: self.forget_strays(now.minus(UNFINISHED_KEPT)).await?,
        })
    }

    async fn give_up(&self, before: Timestamp) -> Result<u64, UploadError> {
        let mut gone = 0_u64;
        loop {
            let mut tx = self.db.reader().await?;
            let some = raw::unfinished(&mut tx, before, AT_ONCE).await?;
            drop(tx);
            for whose in &some {
                match self.abort_upload(*whose, Some(GIVEN_UP)).await {
                    Ok(()) => gone = gone.saturating_add(1),
                    Err(UploadError::Over { .. } | UploadError::NotFound) => {}
                    Err(why) => return Err(why),
                }
            }
            if some.is_empty() {
                return Ok(gone);
            }
        }
    }

    async fn forget_raw(&self, now: Timestamp) -> Result<u64, UploadError> {
        let days = self.settings.raw_file_days;
        let before = now.minus(DAY.saturating_mul(days));
        let why =
            format!("Its file was removed {days} days after it came, and nobody had begun it.");
        let mut gone = 0_u64;
        loop {
            let mut tx = self.db.reader().await?;
            let some = raw::old(&mut tx, before, AT_ONCE).await?;
            drop(tx);
            for (workspace, id, key) in &some {
                let mut tx = self.db.writer().await?;
                // First, so that nobody begins to read it; a file that a kill then leaves is a stray.
                if raw::forget(&mut tx, (*workspace, *id), &why, now).await? {
                    tx.commit().await?;
                    self.files.delete(key).await?;
                    self.files.delete(&Keys(*workspace, *id).dry_run()).await?;
                    gone = gone.saturating_add(1);
                }
            }
            if some.is_empty() {
                return Ok(gone);
            }
        }
    }

    async fn forget_strays(&self, before: Timestamp) -> Result<u64, UploadError> {
        let mut gone = self.files.sweep_unfinished(before).await?;
        let mut after: Option<String> = None;
        let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        loop {
            let page = self.files.list(ROOT, after.as_deref(), most).await?;
            for file in page.iter().filter(|file| file.written_at < before) {
                if self.is_stray(file).await? && self.files.delete(&file.name).await? {
                    gone = gone.saturating_add(1);
                }
            }
            match page.last() {
                Some(last) if page.len() >= most => after = Some(last.name.clone()),
                _ => return Ok(gone),
            }
        }
    }

    /// Whether no import has the file: one of results was made for a link that has run out long since. What is no
    /// file of an import is none of ours.
    async fn is_stray(&self, file: &Listed) -> Result<bool, UploadError> {
        let Some(Keys(workspace, id)) = Keys::of(&file.name) else { return Ok(false) };
        let whose: (WorkspaceId, ImportId) = (workspace, id);
        let mut tx = self.db.reader().await?;
        let found = raw::find(&mut tx, whose).await?;
        let has = found.is_some_and(|found| {
            let (raw, dry_run) = (found.file_key, found.dry_run_key);
            found.state == "uploading" || [raw, dry_run].contains(&Some(file.name.clone()))
        });
        Ok(!has)
    }
}
