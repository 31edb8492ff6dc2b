//! Pausing, resuming and ending an import.

use captely_platform::db::Tx;
use captely_platform::ids::{ImportId, WorkspaceId};
use serde_json::json;

use crate::jobs::{RUN_IMPORT, UNDO_IMPORT};
use crate::stop::{Stop, end, stop};
use crate::store::states;
use crate::{ImportState, Imports, ImportsError, Wanted};

impl Imports {
    /// Stops an import for now, after the rows that are under way.
    pub async fn pause(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let job = self.held(tx, workspace, id).await?;
        match job.state {
            ImportState::Paused => {}
            ImportState::Pending => {
                let now = self.clock.now();
                stop(tx, &self.ids, (workspace, id), Stop::Paused, now).await?;
            }
            state @ ImportState::Processing if job.wanted == Wanted::Cancel => {
                return Err(ImportsError::State { state, can: "somebody has cancelled it" });
            }
            ImportState::Processing => {
                states::want(tx, workspace, id, Wanted::Pause).await?;
            }
            state => {
                let can = "only one that runs can be paused";
                return Err(ImportsError::State { state, can });
            }
        }
        Ok(())
    }

    /// Lets a paused import go on where it stopped.
    pub async fn resume(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let job = self.held(tx, workspace, id).await?;
        let paused = job.state == ImportState::Paused
            || (job.state == ImportState::Processing && job.wanted == Wanted::Pause);
        if !paused {
            let can = "only a paused one can be resumed";
            return Err(ImportsError::State { state: job.state, can });
        }
        if states::resume(tx, workspace, id).await? {
            self.push(tx, workspace, id, RUN_IMPORT, self.clock.now()).await?;
            self.publish(tx, workspace, id, "import.resumed", json!({})).await?;
        }
        Ok(())
    }

    /// Ends an import. What was imported before stays, and can be undone.
    pub async fn cancel(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let job = self.held(tx, workspace, id).await?;
        let (whose, now) = ((workspace, id), self.clock.now());
        match job.state {
            ImportState::Cancelled => {}
            // The daily job clears the files of what came.
            ImportState::Uploading => {
                self.end_upload(tx, whose, None).await?;
            }
            ImportState::Ready => {
                end(tx, &self.ids, whose, (job.state, None), now).await?;
            }
            ImportState::Pending | ImportState::Paused => {
                stop(tx, &self.ids, whose, Stop::Cancelled, now).await?;
            }
            ImportState::Processing => {
                states::want(tx, workspace, id, Wanted::Cancel).await?;
            }
            state => {
                return Err(ImportsError::State { state, can: "it has ended; it can be undone" });
            }
        }
        Ok(())
    }

    /// Begins to take back what an import did; a worker does it.
    pub async fn undo(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let job = self.held(tx, workspace, id).await?;
        match job.state {
            ImportState::Undone => return Ok(()),
            ImportState::Undoing => {
                // Its job may have been given up, or called off.
                if !self.is_worked_on(tx, workspace, id).await? {
                    self.push(tx, workspace, id, UNDO_IMPORT, self.clock.now()).await?;
                }
                return Ok(());
            }
            _ => {}
        }
        if !states::undo(tx, workspace, id).await? {
            let can = "it can be undone once it has ended; cancel it first";
            return Err(ImportsError::State { state: job.state, can });
        }
        self.push(tx, workspace, id, UNDO_IMPORT, self.clock.now()).await?;
        self.publish(tx, workspace, id, "import.undoing", json!({})).await
    }
}
