//! Every workspace has a plan while something is sold, also those that were there before; and none is held to one
//! while nothing is.

use async_trait::async_trait;
use captely_accounts::WorkspaceMade;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::service::Billing;
use crate::store;

#[async_trait]
impl WorkspaceMade for Billing {
    async fn made(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
        if self.is_off() {
            return Ok(());
        }
        let given = async { Box::pin(Desk::open(self, tx, workspace)).await?.finish().await };
        match given.await {
            Ok(_) => Ok(()),
            Err(BillingError::Db(why)) => Err(why),
            Err(why) => Err(DbError::Other(why.to_string())),
        }
    }
}

impl Billing {
    /// Looks at every workspace: one that has no plan gets the free one, and one whose limits
    /// rested while billing was off has them again; while billing is off, one that was held
    /// to a plan is not any more. How many were.
    pub async fn adopt(&self) -> Result<u64, BillingError> {
        let (mut after, mut adopted) = (None, 0_u64);
        loop {
            let page = self.accounts.workspace_ids(after).await?;
            let Some(last) = page.last() else { return Ok(adopted) };
            after = Some(*last);
            for workspace in page {
                if self.is_to_be_adopted(workspace).await? {
                    Box::pin(self.refresh(workspace)).await?;
                    adopted = adopted.saturating_add(1);
                }
            }
        }
    }

    async fn is_to_be_adopted(&self, workspace: WorkspaceId) -> Result<bool, BillingError> {
        let mut tx = self.db.reader().await?;
        let unlimited = self.ledger.policy(&mut tx, workspace).await?.unlimited;
        if self.is_off() {
            return Ok(!unlimited);
        }
        Ok(unlimited || store::customer::get(&mut tx, workspace).await?.is_none())
    }
}
