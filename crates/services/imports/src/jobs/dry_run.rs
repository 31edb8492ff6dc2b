use std::time::Duration;

use async_trait::async_trait;
use captely_platform::db::DbError;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, NewJob, Verdict};
use captely_tabular::Format;
use serde_json::json;

use super::{DRY_RUN, verdict};
use crate::asked::check;
use crate::dry_run::Rehearsal;
use crate::enter::Entry;
use crate::kept::keep;
use crate::mapping::{ColumnMap, MappingError};
use crate::results::results;
use crate::start::settled;
use crate::store::outcome;
use crate::trial::{DryRunKept, Trial};
use crate::upload::Keys;
use crate::{DryRunReport, ImportError, ImportJob, ImportState, Imports, ImportsError, Start};

/// How often a dry run is begun.
const ATTEMPTS_MAX: u32 = 3;
/// After so long it is told what was found until then, so that none takes longer than jobs may; its rows are
/// written after that.
const TIME_MAX: Duration = Duration::from_mins(5);

/// Finds out what an import would do.
pub struct DryRun(pub Imports);

#[async_trait]
impl Handler for DryRun {
    fn queue(&self) -> &'static str {
        DRY_RUN
    }

    async fn run(&self, job: &Job) -> Verdict {
        let last = job.attempt > ATTEMPTS_MAX;
        match serde_json::from_value(job.payload.clone()) {
            Ok(trial) if last => verdict(self.0.tell_no_end(job.workspace, &trial).await),
            Ok(trial) => verdict(self.0.try_out(job.workspace, &trial).await),
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
        // Held, so that another look is behind this and forgets it, or before it and is tried.
        let job = self.held(tx, workspace, id).await?;
        if job.state != ImportState::Ready {
            let can = "only one that is ready can be tried";
            return Err(ImportsError::State { state: job.state, can });
        }
        let columns = settled(&job, &start.columns)?;
        check(&start.policy, &start.tags)?;
        let trial = Trial::of(&job, &columns, start)?;
        outcome::ask_dry_run(tx, workspace, id, asked(&trial)?).await?;
        let work = NewJob {
            workspace,
            queue: DRY_RUN,
            group: Some(id.as_uuid()),
            payload: json!(trial),
            run_at: self.clock.now(),
            // Once more, to tell that it came to no end: a worker that dies cannot.
            attempts_max: ATTEMPTS_MAX.saturating_add(1),
        };
        Ok(captely_platform::jobs::push(tx, &self.ids, vec![work]).await?)
    }

    async fn try_out(&self, workspace: WorkspaceId, trial: &Trial) -> Result<(), ImportsError> {
        let mut tx = self.db.reader().await?;
        let job = self.get(&mut tx, workspace, trial.import).await?;
        let left = outcome::load(&mut tx, workspace, trial.import).await?.unwrap_or_default();
        drop(tx);
        if left.dry_run != Some(asked(trial)?) {
            // Something else was asked for since, or the file is read in another way now.
            return Ok(());
        }
        let report = match self.rehearse(workspace, &job, trial).await {
            Ok(report) => report,
            Err(
                why @ (ImportsError::FileGone
                | ImportsError::Import(ImportError::Read(_) | ImportError::Columns(_))),
            ) => DryRunReport::failed(why.to_string()),
            Err(other) => return Err(other),
        };
        self.keep_report(workspace, trial, report).await
    }

    async fn tell_no_end(&self, workspace: WorkspaceId, trial: &Trial) -> Result<(), ImportsError> {
        let why = format!(
            "the dry run was begun {ATTEMPTS_MAX} times and came to no end: try it again later, or import the \
             list; an import that is cut off goes on, and can be taken back"
        );
        self.keep_report(workspace, trial, DryRunReport::failed(why)).await
    }

    /// Keeps and tells what was found, unless something else was asked for since.
    async fn keep_report(
        &self,
        workspace: WorkspaceId,
        trial: &Trial,
        report: DryRunReport,
    ) -> Result<(), ImportsError> {
        let id = trial.import;
        let key = report.trouble.is_none().then(|| Keys(workspace, id).dry_run());
        let kept = DryRunKept { of: trial.mark()?, report: Some(report.clone()) };
        let found = (crate::store::json(&kept)?, key);
        let mut tx = self.db.writer().await?;
        if outcome::keep_dry_run(&mut tx, workspace, id, asked(trial)?, found).await? {
            self.publish(&mut tx, workspace, id, "import.tried", json!(report)).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Tries all rows. The plan's contacts are no limit here: the start has to know how many there would be.
    async fn rehearse(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        trial: &Trial,
    ) -> Result<DryRunReport, ImportsError> {
        let opened = self.open_file(job, &trial.options).await?;
        let broken = |why: MappingError| ImportError::Columns(why.to_string());
        let columns = ColumnMap::of_words(&trial.header, &trial.columns, "").map_err(broken)?;
        let entry = Entry::of(trial.policy.clone(), trial.tags.clone());
        let rehearsal = Rehearsal {
            real: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            workspace,
            import: job.id,
            file_name: job.file_name.clone(),
            country: trial.options.country.clone(),
            until: Some(self.clock.now().plus(TIME_MAX)),
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
        keep(&self.files, &Keys(workspace, job.id).dry_run(), rows).await?;
        Ok(report)
    }
}

/// What the import says while this waits for a worker.
fn asked(trial: &Trial) -> Result<String, DbError> {
    crate::store::json(&DryRunKept { of: trial.mark()?, report: None })
}

impl DryRunReport {
    fn failed(why: String) -> Self {
        Self { trouble: Some(why), ..Self::default() }
    }
}
