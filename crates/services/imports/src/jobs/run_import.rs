use std::time::Duration;

use async_trait::async_trait;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, Verdict};

use super::{RUN_IMPORT, verdict};
use crate::enter::Entry;
use crate::mapping::{ColumnMap, MappingError};
use crate::record::ReadingRules;
use crate::stop::{Stop, heed, stop};
use crate::store::advance;
use crate::store::states;
use crate::walk::{Ended, Walk};
use crate::{ImportError, ImportJob, ImportOptions, Imports, ImportsError};

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
        if !begun {
            // No rows may come that would be stopped before.
            let locked = advance::lock(&mut tx, workspace, id).await?;
            heed(&mut tx, &self.ids, (workspace, id), &locked, self.clock.now()).await?;
            return Ok(tx.commit().await?);
        }
        let contacts_max = self.gates(&mut tx, workspace).await?.contacts_max;
        tx.commit().await?;
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
        let options: ImportOptions = crate::store::of_json(&job.options, "an import's options")?;
        let opened = self.open_file(job, &options).await?;
        let broken = |why: MappingError| ImportError::Columns(why.to_string());
        let columns = ColumnMap::of_words(&job.header, &job.columns, "").map_err(broken)?;
        let policy = crate::store::of_json(&job.policy, "an import's policy")?;
        let mut entry = Entry::of(policy, job.tags.clone());
        entry.how.contacts_max = contacts_max;
        let with = (&self.ids, self.clock.as_ref());
        let walk = Walk {
            ledger: Some(&self.ledger),
            tells: true,
            until: Some(self.clock.now().plus(TURN)),
            ..Walk::of(&self.db, with, (workspace, job.id), &entry, job.header.len())
        };
        let rules = ReadingRules::said(options.country, self.clock.as_ref());
        let records = opened.head.records(&columns, &rules);
        let mut rows = opened.rows(records, job.n_read);
        Ok(match walk.run(&mut rows, &mut |_reached| ()).await? {
            Ended::Done(notes) => Ended::Done([columns.repeated_names(), notes].concat()),
            other => other,
        })
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
            Ended::Stopped | Ended::Elsewhere => {}
            // Another worker may have been first, and has told.
            Ended::Done(notes) => {
                self.finish(&mut tx, workspace, id, &notes).await?;
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
        let (mut tx, now) = (self.db.writer().await?, self.clock.now());
        stop(&mut tx, &self.ids, (workspace, job.id), Stop::Failed(why), now).await?;
        Ok(tx.commit().await?)
    }
}
