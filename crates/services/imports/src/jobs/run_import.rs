use std::time::Duration;

use async_trait::async_trait;
use captely_crm::{Search, Upsert, find_duplicates_job};
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, Verdict, push};
use serde_json::json;

use super::{RUN_IMPORT, verdict};
use crate::enter::Entry;
use crate::mapping::{ColumnMap, MappingError};
use crate::record::ReadingRules;
use crate::store::advance;
use crate::store::states;
use crate::walk::{Ended, Walk};
use crate::{ImportError, ImportJob, ImportOptions, ImportState, Imports, ImportsError};

/// After so long the rest is left to another job, so that none takes longer than jobs may.
const TURN: Duration = Duration::from_mins(5);

/// Enters the rows of an import that was started.
pub struct RunImport(pub Imports);

#[async_trait]
impl Handler for RunImport {
    fn queue(&self) -> &'static str {
        RUN_IMPORT
    }

    async fn run(&self, job: &Job) -> Verdict {
        match super::import_of(job) {
            Ok(id) => verdict(self.0.run_import(job.workspace, id).await),
            Err(why) => Verdict::Fail { why },
        }
    }
}

impl Imports {
    /// Enters rows until all are in, somebody stops it, or the turn is over. A file that cannot be read on
    /// ends the import with a reason; trouble of database or file store is tried again.
    pub(crate) async fn run_import(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let mut tx = self.db.writer().await?;
        let begun = states::begin(&mut tx, workspace, id).await?;
        let job = self.get(&mut tx, workspace, id).await?;
        let contacts_max = self.gates(&mut tx, workspace).await?.contacts_max;
        tx.commit().await?;
        if !begun {
            return Ok(());
        }
        match self.enter_rows(workspace, &job, contacts_max).await {
            Ok(ended) => self.ended(workspace, &job, ended).await,
            Err(ImportsError::Import(ImportError::Read(why))) => {
                self.failed(workspace, &job, why.to_string()).await
            }
            Err(ImportsError::Import(ImportError::Columns(why))) => {
                self.failed(workspace, &job, why).await
            }
            Err(gone @ ImportsError::FileGone) => {
                self.failed(workspace, &job, gone.to_string()).await
            }
            Err(other) => Err(other),
        }
    }

    async fn enter_rows(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        contacts_max: Option<u32>,
    ) -> Result<Ended, ImportsError> {
        let opened = self.open_file(job).await?;
        let broken = |why: MappingError| ImportError::Columns(why.to_string());
        let columns = ColumnMap::of_words(&job.header, &job.columns, "").map_err(broken)?;
        let policy = crate::store::of_json(&job.policy, "an import's policy")?;
        let how = Upsert { policy, contacts_max, ..Upsert::default() };
        let entry = Entry { how, tags: job.tags.clone() };
        let walk = Walk {
            db: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            workspace,
            import: job.id,
            entry: &entry,
            width: job.header.len(),
            known_from: None,
            tells: true,
            until: Some(self.clock.now().plus(TURN)),
        };
        let options: ImportOptions = crate::store::of_json(&job.options, "an import's options")?;
        let rules = ReadingRules::said(options.country, self.clock.as_ref());
        let records = opened.head.records(&columns, &rules);
        let mut rows = opened.rows(records, job.n_read);
        Ok(walk.run(&mut rows, &mut |_reached| ()).await?)
    }

    async fn ended(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        ended: Ended,
    ) -> Result<(), ImportsError> {
        let (id, now) = (job.id, self.clock.now());
        let mut tx = self.db.writer().await?;
        match ended {
            Ended::TimeUp => self.push(&mut tx, workspace, id, RUN_IMPORT, now).await?,
            Ended::Paused => {
                self.publish(&mut tx, workspace, id, "import.paused", json!({})).await?;
            }
            Ended::Cancelled => {
                self.publish(&mut tx, workspace, id, "import.cancelled", json!({})).await?;
            }
            Ended::Elsewhere => {}
            Ended::Done(notes) => {
                if !advance::finish(&mut tx, workspace, id, &notes, now).await? {
                    // Another worker was first, and has told.
                    return Ok(());
                }
                let job = self.get(&mut tx, workspace, id).await?;
                let counts = json!({
                    "rows": job.counts.rows, "created": job.counts.created, "updated": job.counts.updated,
                    "merged": job.counts.merged, "skipped": job.counts.skipped,
                    "rows_unreadable": job.counts.faults,
                });
                self.publish(&mut tx, workspace, id, "import.done", counts).await?;
                self.verify_if_asked(&mut tx, workspace, id).await?;
                if job.counts.created > 0 {
                    // Ids grow with time: those behind the import's are of contacts made since.
                    let search = Search { after: Some(id.as_uuid().into()), merge_same: false };
                    let search = find_duplicates_job(workspace, search, now);
                    push(&mut tx, &self.ids, vec![search]).await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }

    async fn failed(
        &self,
        workspace: WorkspaceId,
        job: &ImportJob,
        why: String,
    ) -> Result<(), ImportsError> {
        let mut tx = self.db.writer().await?;
        let (failed, now) = (ImportState::Failed, self.clock.now());
        states::stop(&mut tx, workspace, job.id, failed, Some(why.clone()), now).await?;
        self.publish(&mut tx, workspace, job.id, "import.failed", json!({ "why": why })).await?;
        Ok(tx.commit().await?)
    }
}
