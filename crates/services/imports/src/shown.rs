//! Imports as they are asked for.

use captely_contact::Timestamp;
use captely_platform::ids::{ImportId, WorkspaceId};

use crate::store::{list, outcome, rows};
use crate::trial::DryRunKept;
use crate::{
    DryRunReport, ImportJob, ImportRow, Imports, ImportsError, Outcome, Preview, UndoReport,
    Verified, checked,
};

/// An import with what was found out and done.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The import.
    pub job: ImportJob,
    /// What was found out about the file before; none where it was not looked at.
    pub preview: Option<Preview>,
    /// What the last dry run found; none where there was none, or it is not done yet.
    pub dry_run: Option<DryRunReport>,
    /// The name of the dry run's rows in the file store.
    pub(crate) dry_run_key: Option<String>,
    /// What undoing it did; none where it was not undone, or that goes on.
    pub undo: Option<UndoReport>,
    /// What is known of its addresses; none where nobody asked for that.
    pub verified: Option<Verified>,
}

impl Imports {
    /// An import of the workspace with all that is known of it.
    pub async fn whole(&self, workspace: WorkspaceId, id: ImportId) -> Result<Whole, ImportsError> {
        let mut tx = self.db.reader().await?;
        let job = self.get(&mut tx, workspace, id).await?;
        let left = outcome::load(&mut tx, workspace, id).await?.unwrap_or_default();
        let verified = checked(&mut tx, workspace, id).await?;
        Ok(Whole {
            verified: verified.map(|checked| checked.shown(job.state)),
            job,
            // One of an earlier version may be of another form: it can be made again.
            preview: left.preview.and_then(|text| serde_json::from_str(&text).ok()),
            dry_run: DryRunKept::read(left.dry_run).and_then(|kept| kept.report),
            dry_run_key: left.dry_run_key,
            // While it goes on, this is how far it is.
            undo: left.undo.and_then(|text| serde_json::from_str(&text).ok()),
        })
    }

    /// Up to `most` imports, the newest first, behind the one of this moment and id.
    pub(crate) async fn newest(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, ImportId)>,
        most: u32,
    ) -> Result<Vec<ImportJob>, ImportsError> {
        let mut tx = self.db.reader().await?;
        Ok(list::page(&mut tx, workspace, before, most).await?)
    }

    /// Up to `most` rows of an import behind data row `after`: all, or those that became `only`.
    pub(crate) async fn rows(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
        only: Option<Outcome>,
        (after, most): (u64, u32),
    ) -> Result<Vec<ImportRow>, ImportsError> {
        let mut tx = self.db.reader().await?;
        Ok(rows::page(&mut tx, workspace, id, only, (after, most)).await?)
    }
}
