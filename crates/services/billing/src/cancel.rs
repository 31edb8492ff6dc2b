//! A subscription ends, or goes on after all.

use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::service::Billing;
use crate::store;
use crate::stripe::Intent;
use crate::subscribe::Outcome;
use crate::subscription::Status;

impl Billing {
    /// Ends the subscription with its period, or now. Nothing is paid back.
    pub(crate) async fn cancel(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        now: bool,
    ) -> Result<Outcome, BillingError> {
        let mut desk = Desk::open(self, tx, workspace).await?;
        if let Some(order) = store::subscription::order(desk.tx, workspace).await? {
            desk.abandon(order).await?;
        } else if desk.current.is_free() {
            return Err(BillingError::Conflict("There is no subscription to cancel."));
        }
        // What was tried for nothing and what is not paid ends at once.
        let owes = matches!(desk.current.status, Status::PastDue | Status::Unpaid);
        let mut todo = None;
        if !desk.current.is_free() {
            if let Some(stripe_id) = desk.current.stripe_id.clone() {
                let intent = if now || owes {
                    Intent::CancelNow { stripe_id }
                } else {
                    Intent::CancelAtEnd { stripe_id }
                };
                todo = Some(desk.intend(&intent).await?);
            } else if now || owes {
                desk.end().await?;
            } else {
                desk.drop_upgrade().await?;
                desk.current.cancel_at_period_end = true;
                desk.current.scheduled = None;
                desk.publish("subscription.updated", desk.told());
            }
        }
        let current = desk.finish().await?;
        Ok(Outcome { current, invoice: None, order: None, todo })
    }

    /// Takes a cancellation back.
    pub(crate) async fn resume(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Outcome, BillingError> {
        let mut desk = Desk::open(self, tx, workspace).await?;
        if !desk.current.cancel_at_period_end {
            return Err(BillingError::Conflict("The subscription is not cancelled."));
        }
        let mut todo = None;
        if let Some(stripe_id) = desk.current.stripe_id.clone() {
            todo = Some(desk.intend(&Intent::Resume { stripe_id }).await?);
        } else {
            desk.current.cancel_at_period_end = false;
            desk.publish("subscription.updated", desk.told());
        }
        let current = desk.finish().await?;
        Ok(Outcome { current, invoice: None, order: None, todo })
    }
}
