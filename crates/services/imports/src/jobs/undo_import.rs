use async_trait::async_trait;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, Verdict};

use super::{UNDO_IMPORT, verdict};
use crate::undo::Undo;
use crate::{Imports, ImportsError};

/// Takes back what imports did.
pub struct UndoImport(pub Imports);

#[async_trait]
impl Handler for UndoImport {
    fn queue(&self) -> &'static str {
        UNDO_IMPORT
    }

    async fn run(&self, job: &Job) -> Verdict {
        match super::import_of(job) {
            Ok(id) => verdict(self.0.take_back(job.workspace, id).await),
            Err(why) => Verdict::Fail { why },
        }
    }
}

impl Imports {
    async fn take_back(&self, workspace: WorkspaceId, id: ImportId) -> Result<(), ImportsError> {
        let undo = Undo {
            db: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            ledger: Some(&self.ledger),
            workspace,
            import: id,
        };
        // A turn that is broken off goes on from its last page.
        undo.run(&mut |_row| ()).await.map(drop)
    }
}
