use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::files::{FilesError, Listed};
use captely_platform::ids::{ImportId, WorkspaceId};
use futures::StreamExt as _;

use super::UploadError;
use super::key::{Keys, ROOT};
use crate::stop::end;
use crate::store::raw;
use crate::{ImportState, Imports};

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
        let mut gone = 0_u64;
        loop {
            let mut tx = self.db.reader().await?;
            let some = raw::old(&mut tx, before, AT_ONCE).await?;
            drop(tx);
            let mut names = Vec::with_capacity(some.len().saturating_mul(2));
            for one in &some {
                let mut tx = self.db.writer().await?;
                let (waits, stood) = if one.paused {
                    (ImportState::Paused, "it stood paused")
                } else {
                    (ImportState::Ready, "nobody had begun it")
                };
                let why = format!("Its file was removed {days} days after it came, and {stood}.");
                end(&mut tx, &self.ids, one.whose, (waits, Some(&why)), now).await?;
                // First, so that nobody begins to read it; a file that a kill then leaves is a stray.
                if raw::forget(&mut tx, one.whose).await? {
                    tx.commit().await?;
                    let (workspace, id) = one.whose;
                    names.extend([one.file_key.clone(), Keys(workspace, id).dry_run()]);
                    gone = gone.saturating_add(1);
                }
            }
            self.files.clear_all(names).await?;
            if some.is_empty() {
                return Ok(gone);
            }
        }
    }

    async fn forget_strays(&self, before: Timestamp) -> Result<u64, UploadError> {
        let mut gone = self.files.sweep_unfinished(before).await?;
        let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        let mut pages = self.files.walk(ROOT)?.chunks(most);
        while let Some(page) = pages.next().await {
            let page = page.into_iter().collect::<Result<Vec<Listed>, FilesError>>()?;
            let old = page.iter().filter(|file| file.written_at < before);
            let mut strays: Vec<String> = Vec::new();
            for stray in self.strays(old.map(|file| file.name.as_str())).await? {
                // Some names are written again: it may have been, since the list was made.
                let found = self.files.find(stray).await?;
                if found.is_some_and(|file| file.written_at < before) {
                    strays.push(stray.to_owned());
                }
            }
            gone = gone.saturating_add(u64::try_from(strays.len()).unwrap_or(u64::MAX));
            self.files.clear_all(strays).await?;
        }
        Ok(gone)
    }

    /// Those of these files that no import has. A file of results was made for a link that has
    /// run out long since. What is no file of an import is none of ours.
    async fn strays<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<&'a str>, UploadError> {
        let ours: Vec<((WorkspaceId, ImportId), &str)> =
            names.filter_map(|name| Keys::of(name).map(|Keys(ws, id)| ((ws, id), name))).collect();
        let whose = ours.iter().map(|(whose, _)| *whose).collect();
        let mut tx = self.db.reader().await?;
        let had = raw::files_of(&mut tx, &whose).await?;
        let is_stray = |(whose, name): &((WorkspaceId, ImportId), &str)| {
            !had.get(whose).is_some_and(|files| files.has(name))
        };
        Ok(ours.into_iter().filter(is_stray).map(|(_, name)| name).collect())
    }
}
