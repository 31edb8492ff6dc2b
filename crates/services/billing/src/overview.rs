//! How a workspace's plan stands, for whoever looks.

use captely_credits::Policy;
use captely_platform::ids::WorkspaceId;

use crate::error::BillingError;
use crate::ids::{InvoiceId, TransactionId};
use crate::invoice::Invoice;
use crate::model::Transaction;
use crate::service::Billing;
use crate::store;
use crate::subscription::Subscription;

/// How it stands.
#[derive(Debug)]
pub(crate) struct Overview {
    /// None while billing is off.
    pub(crate) current: Option<Subscription>,
    /// What waits for its first payment.
    pub(crate) order: Option<Subscription>,
    /// Whether the one trial is still there.
    pub(crate) trial_left: bool,
}

impl Billing {
    /// How the plan of a workspace stands now.
    pub(crate) async fn overview(&self, workspace: WorkspaceId) -> Result<Overview, BillingError> {
        if self.is_off() {
            return Ok(Overview { current: None, order: None, trial_left: false });
        }
        if self.is_behind(workspace).await? {
            Box::pin(self.refresh(workspace)).await?;
        }
        let mut tx = self.db.reader().await?;
        let current = store::subscription::current(&mut tx, workspace).await?;
        let order = store::subscription::order(&mut tx, workspace).await?;
        let customer = store::customer::get(&mut tx, workspace).await?;
        let trial_left = customer.is_some_and(|customer| customer.trial_at.is_none());
        Ok(Overview { current, order, trial_left })
    }

    /// Whether something is due, or was never begun.
    async fn is_behind(&self, workspace: WorkspaceId) -> Result<bool, BillingError> {
        let mut tx = self.db.reader().await?;
        let current = store::subscription::current(&mut tx, workspace).await?;
        let Some(current) = current else { return Ok(true) };
        let next = current.next(&self.catalogue.dunning);
        Ok(next.is_some_and(|(at, _)| at <= self.now()))
    }

    /// What holds for a workspace.
    pub(crate) async fn policy(
        &self,
        workspace: WorkspaceId,
    ) -> Result<std::sync::Arc<Policy>, BillingError> {
        let mut tx = self.db.reader().await?;
        Ok(self.ledger.policy(&mut tx, workspace).await?)
    }

    /// Invoices, the newest first, older than `before`.
    pub(crate) async fn invoices(
        &self,
        workspace: WorkspaceId,
        before: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Invoice>, BillingError> {
        let before = before.unwrap_or(InvoiceId::from(uuid::Uuid::max()));
        Ok(store::invoice::page(&self.db, workspace, before, limit).await?)
    }

    /// One invoice with its lines.
    pub(crate) async fn invoice(
        &self,
        workspace: WorkspaceId,
        id: InvoiceId,
    ) -> Result<Invoice, BillingError> {
        let mut tx = self.db.reader().await?;
        let found = store::invoice::get(&mut tx, workspace, id).await?;
        found.ok_or(BillingError::NotFound("invoice"))
    }

    /// Payments and refunds, the newest first, older than `before`.
    pub(crate) async fn history(
        &self,
        workspace: WorkspaceId,
        before: Option<TransactionId>,
        limit: u32,
    ) -> Result<Vec<Transaction>, BillingError> {
        let before = before.unwrap_or(TransactionId::from(uuid::Uuid::max()));
        Ok(store::transaction::page(&self.db, workspace, before, limit).await?)
    }
}
