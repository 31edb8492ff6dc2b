//! Stripe's page where buyers see to their cards and invoices.

use captely_payments::NewPortalSession;
use captely_platform::ids::WorkspaceId;

use super::Billing;
use super::prices::key;
use crate::error::BillingError;

impl Billing {
    /// Its address, good for a short time.
    pub(crate) async fn portal(&self, workspace: WorkspaceId) -> Result<String, BillingError> {
        let stripe = &self.stripe_access()?.client;
        self.refresh(workspace).await?;
        let customer = self.stripe_customer(workspace).await?;
        let new = NewPortalSession {
            customer,
            return_url: Some(self.link("/settings/billing")),
            configuration: None,
            flow: None,
        };
        let key = key(format!("portal:{}", self.ids.uuid()))?;
        Ok(stripe.create_portal_session(&key, &new).await?.url.reveal().to_owned())
    }
}
