//! What a dry run tries, and what is kept of it until the import starts.

use captely_crm::Policy;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ImportId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::mapping::ColumnMap;
use crate::store::{json, of_json, outcome};
use crate::{DryRunReport, ImportJob, ImportOptions, Imports, ImportsError, Start};

/// What is tried or started: whatever changes what becomes of the rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trial {
    pub(crate) import: ImportId,
    pub(crate) header: Vec<String>,
    /// What the columns go to.
    pub(crate) columns: Vec<String>,
    /// How the file is read.
    pub(crate) options: ImportOptions,
    pub(crate) policy: Policy,
    pub(crate) tags: Vec<String>,
}

impl Trial {
    /// Of an import whose columns are settled. The country that was said when the file was looked at counts where
    /// `start` says none.
    pub(crate) fn of(job: &ImportJob, columns: &ColumnMap, start: &Start) -> Result<Self, DbError> {
        let looked: ImportOptions = of_json(&job.options, "an import's options")?;
        let country = start.country.clone().or(looked.country);
        Ok(Self {
            import: job.id,
            header: job.header.clone(),
            columns: columns.words(),
            options: ImportOptions { country, ..looked },
            policy: start.policy.clone(),
            tags: start.tags.clone(),
        })
    }

    /// By what it is known: BLAKE3 of all of it.
    pub(crate) fn mark(&self) -> Result<String, DbError> {
        Ok(blake3::hash(json(self)?.as_bytes()).to_hex().to_string())
    }
}

/// A dry run as it is kept with its import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DryRunKept {
    /// The mark of what was tried.
    pub(crate) of: String,
    /// What was found; none while a worker has it before it.
    pub(crate) report: Option<DryRunReport>,
}

impl DryRunKept {
    /// What the column of an import holds.
    pub(crate) fn read(text: Option<String>) -> Option<Self> {
        // One of an earlier version may be of another form: it can be made again.
        text.and_then(|text| serde_json::from_str(&text).ok())
    }
}

impl Imports {
    /// What a dry run of just this found; none where there was none, or it is not done yet.
    pub(crate) async fn tried_so(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        trial: &Trial,
    ) -> Result<Option<DryRunReport>, ImportsError> {
        let left = outcome::load(tx, workspace, trial.import).await?.unwrap_or_default();
        let mark = trial.mark()?;
        let kept = DryRunKept::read(left.dry_run).filter(|kept| kept.of == mark);
        Ok(kept.and_then(|kept| kept.report))
    }
}
