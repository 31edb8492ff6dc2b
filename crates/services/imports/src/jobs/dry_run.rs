use async_trait::async_trait;
use captely_crm::Upsert;
use captely_platform::db::DbError;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, NewJob, Verdict};
use captely_tabular::Format;
use serde_json::json;

use super::{DRY_RUN, verdict};
use crate::dry_run::Rehearsal;
use crate::enter::Entry;
use crate::kept::keep;
use crate::mapping::{ColumnMap, MappingError};
use crate::results::results;
use crate::start::{check_tags, settled};
use crate::store::outcome;
use crate::trial::{DryRunKept, Trial};
use crate::{DryRunReport, ImportError, ImportJob, ImportState, Imports, ImportsError, Start};

/// How often a dry run is begun.
const ATTEMPTS_MAX: u32 = 3;

/// Finds out what an import would do.
pub struct DryRun(pub Imports);

#[async_trait]
impl Handler for DryRun {
    fn queue(&self) -> &'static str {
        DRY_RUN
    }

    async fn run(&self, job: &Job) -> Verdict {
        match serde_json::from_value(job.payload.clone()) {
            Ok(trial) => verdict(self.0.try_out(job.workspace, trial).await),
            Err(why) => Verdict::Fail { why: format!("its payload cannot be read: {why}") },
        }
    }
}

impl Imports {
    /// Leaves a dry run to a worker; what an earlier one found is forgotten.
    pub async fn dry_run(
        &self,
        tx: &mut captely_platform::db::Tx,
        workspace: WorkspaceId,
        id: ImportId,
        start: &Start,
    ) -> Result<(), ImportsError> {
        let job = self.get(tx, workspace, id).await?;
        if job.state != ImportState::Ready {
            let can = "only one that is ready can be tried";
            return Err(ImportsError::State { state: job.state, can });
        }
        let columns = settled(&job, &start.columns)?;
        check_tags(&start.tags)?;
        let trial = Trial::of(&job, &columns, start)?;
        if !outcome::ask_dry_run(tx, workspace, id, asked(&trial)?).await? {
            let can = "it was started meanwhile";
            return Err(ImportsError::State { state: ImportState::Pending, can });
        }
        let work = NewJob {
            workspace,
            queue: DRY_RUN,
            group: Some(id.as_uuid()),
            payload: json!(trial),
            run_at: self.clock.now(),
            attempts_max: ATTEMPTS_MAX,
        };
        Ok(captely_platform::jobs::push(tx, &self.ids, vec![work]).await?)
    }

    async fn try_out(&self, workspace: WorkspaceId, trial: Trial) -> Result<(), ImportsError> {
        let mut tx = self.db.reader().await?;
        let job = self.get(&mut tx, workspace, trial.import).await?;
        let left = outcome::load(&mut tx, workspace, trial.import).await?.unwrap_or_default();
        drop(tx);
        let (asked, mark) = (asked(&trial)?, trial.mark()?);
        if left.dry_run.as_ref() != Some(&asked) {
            // Something else was asked for since, or the file is read in another way now.
            return Ok(());
        }
        let report = match self.rehearse(workspace, &job, trial).await {
            Ok(report) => report,
            Err(ImportsError::Import(why @ (ImportError::Read(_) | ImportError::Columns(_)))) => {
                DryRunReport::failed(why.to_string())
            }
            Err(other) => return Err(other),
        };
        let key = report.trouble.is_none().then(|| dry_run_key(workspace, job.id));
        let mut tx = self.db.writer().await?;
        let kept = DryRunKept { of: mark, report: Some(report.clone()) };
        let found = (crate::store::json(&kept)?, key);
        if !outcome::keep_dry_run(&mut tx, workspace, job.id, asked, found).await? {
            return Ok(());
        }
        self.publish(&mut tx, workspace, job.id, "import.tried", json!(report)).await?;
        Ok(tx.commit().await?)
    }

    /// Tries all rows. The plan's contacts are no limit here: the start has to know how many there would be.
    async fn rehearse(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        trial: Trial,
    ) -> Result<DryRunReport, ImportsError> {
        let opened = self.open_file(job, &trial.options).await?;
        let broken = |why: MappingError| ImportError::Columns(why.to_string());
        let columns = ColumnMap::of_words(&trial.header, &trial.columns, "").map_err(broken)?;
        let how = Upsert { policy: trial.policy, ..Upsert::default() };
        let entry = Entry { how, tags: trial.tags };
        let rehearsal = Rehearsal {
            real: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            workspace,
            import: job.id,
            file_name: job.file_name.clone(),
            country: trial.options.country,
        };
        let done = rehearsal.run(opened, &columns, &entry, &mut |_reached| ()).await?;
        let report = DryRunReport {
            counts: done.job.counts,
            contacts_new: done.contacts_new,
            notes: done.job.notes.clone(),
            trouble: None,
        };
        let rows = results(done.db, workspace, done.job, None, Format::Csv);
        let rows = rows.map_err(|why| ImportError::Io(why.to_string()))?;
        keep(&self.files, &dry_run_key(workspace, job.id), rows).await?;
        Ok(report)
    }
}

/// What the import says while this waits for a worker.
fn asked(trial: &Trial) -> Result<String, DbError> {
    crate::store::json(&DryRunKept { of: trial.mark()?, report: None })
}

pub(crate) fn dry_run_key(workspace: WorkspaceId, id: ImportId) -> String {
    format!("imports/{workspace}/{id}/dry-run.csv")
}

impl DryRunReport {
    fn failed(why: String) -> Self {
        Self { trouble: Some(why), ..Self::default() }
    }
}
