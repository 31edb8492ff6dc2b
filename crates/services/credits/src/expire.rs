//! Holds that nobody ended come back when their time is over.

use captely_platform::ids::WorkspaceId;

use crate::capture::{Why, release};
use crate::session::Session;
use crate::store::hold;
use crate::{CreditError, HoldId, Ledger};

/// Workspaces looked at in one round.
const WORKSPACES_AT_ONCE: u32 = 500;
/// Holds ended in one transaction.
const HOLDS_AT_ONCE: u32 = 1_000;

impl Ledger {
    /// Gives back every hold whose time is over, each workspace in transactions of its own; how many.
    pub async fn expire_holds(&self) -> Result<u64, CreditError> {
        let (mut ended, mut failed) = (0, None);
        loop {
            let now = self.clock().now();
            let due = hold::due(self.db(), now, WORKSPACES_AT_ONCE).await?;
            let before = ended;
            for workspace in due {
                match self.expire_of(workspace).await {
                    Ok(n) => ended += n,
                    // The others' come back all the same.
                    Err(why) => {
                        tracing::error!(%workspace, error = %why, "Holds could not be given back");
                        failed = Some(why);
                    }
                }
            }
            if ended == before {
                return failed.map_or(Ok(ended), Err);
            }
        }
    }

    async fn expire_of(&self, workspace: WorkspaceId) -> Result<u64, CreditError> {
        let mut ended = 0;
        loop {
            let mut tx = self.db().writer().await?;
            let mut session = Session::open(self, &mut tx, workspace).await?;
            // Under the lock: what was prolonged meanwhile is not over.
            let now = session.now;
            let due: Vec<HoldId> = hold::due_of(session.tx, workspace, now, HOLDS_AT_ONCE).await?;
            let full = due.len() >= usize::try_from(HOLDS_AT_ONCE).unwrap_or(usize::MAX);
            let released = release(&mut session, &due, Why::TimeOver).await?;
            session.finish().await?;
            tx.commit().await?;
            ended += u64::try_from(released.len()).unwrap_or(0);
            if !full {
                return Ok(ended);
            }
        }
    }
}
