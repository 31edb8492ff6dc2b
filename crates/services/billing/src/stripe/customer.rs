//! A workspace as a customer of Stripe.

use captely_payments::NewCustomer;
use captely_platform::ids::WorkspaceId;

use super::prices::key;
use super::{Billing, META_WORKSPACE};
use crate::error::BillingError;
use crate::store;

impl Billing {
    /// Stripe's name for a workspace, made where there is none yet.
    pub(super) async fn stripe_customer(
        &self,
        workspace: WorkspaceId,
    ) -> Result<String, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let known = store::customer::read(&self.db, workspace).await?;
        let known = known.ok_or(BillingError::NotFound("customer"))?;
        if let Some(id) = known.stripe_id {
            return Ok(id);
        }
        let mut tx = self.db.reader().await?;
        let owners = self.accounts.owners(&mut tx, workspace).await?;
        drop(tx);
        let new = NewCustomer {
            email: owners.first().map(|owner| owner.address().to_owned()),
            name: Some(known.name),
            description: None,
            metadata: [(META_WORKSPACE.to_owned(), workspace.to_string())].into(),
        };
        let made = stripe.create_customer(&key(format!("customer:{workspace}"))?, &new).await?;
        let mut tx = self.db.writer().await?;
        store::customer::set_stripe(&mut tx, workspace, &made.id).await?;
        tx.commit().await?;
        Ok(made.id)
    }
}
