//! An object of Stripe's is fetched, and ours follows it.

use captely_payments::{PaymentIntentStatus, Subscription as AtStripe};
use captely_platform::ids::WorkspaceId;

use super::apply::Followed;
use super::{Billing, META_INVOICE, META_SUBSCRIPTION, META_WORKSPACE};
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::SubscriptionId;
use crate::store;

impl Billing {
    /// Fetches a subscription and makes ours like it.
    pub(crate) async fn refresh_subscription(
        &self,
        stripe_id: &str,
    ) -> Result<&'static str, BillingError> {
        let stripe = &self.stripe_access()?.client;
        match stripe.get_subscription(stripe_id).await {
            Ok(found) => self.follow(found).await,
            Err(why) if why.is_not_found() => Ok("unknown to Stripe"),
            Err(why) => Err(why.into()),
        }
    }

    /// Makes ours like a subscription that was just fetched.
    pub(super) async fn follow(&self, theirs: AtStripe) -> Result<&'static str, BillingError> {
        let Some((workspace, ours)) = self.whose(&theirs).await? else {
            tracing::warn!(subscription = theirs.id, "A subscription at Stripe is none of ours");
            return Ok("not ours");
        };
        let stripe = &self.stripe_access()?.client;
        let invoice = match &theirs.latest_invoice {
            Some(id) => Some(stripe.get_invoice(id).await?),
            None => None,
        };
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let followed = Box::pin(desk.follow(&theirs, invoice.as_ref(), ours)).await?;
        desk.finish().await?;
        tx.commit().await?;
        Ok(match followed {
            Followed::Done => "done",
            Followed::NotOurs => "not ours",
            Followed::Over => "over here",
        })
    }

    /// Whose it is: by what we wrote on it, else by its name, else by its customer.
    async fn whose(
        &self,
        theirs: &AtStripe,
    ) -> Result<Option<(WorkspaceId, Option<SubscriptionId>)>, BillingError> {
        if let Some((workspace, id)) = store::subscription::by_stripe(&self.db, &theirs.id).await? {
            return Ok(Some((workspace, Some(id))));
        }
        let customer = store::customer::by_stripe(&self.db, &theirs.customer).await?;
        let said: Option<WorkspaceId> =
            theirs.metadata.get(META_WORKSPACE).and_then(|id| id.parse().ok());
        let ours = theirs.metadata.get(META_SUBSCRIPTION).and_then(|id| id.parse().ok());
        // Metadata can be written in the dashboard: the customer must agree.
        let workspace = customer.filter(|workspace| said.is_none_or(|said| said == *workspace));
        Ok(workspace.map(|workspace| (workspace, ours)))
    }

    /// Fetches a page for paying, and does what it was for.
    pub(super) async fn refresh_checkout(&self, id: &str) -> Result<&'static str, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let session = stripe.get_checkout_session(id).await?;
        if let Some(subscription) = &session.subscription {
            return self.refresh_subscription(subscription).await;
        }
        if !session.is_fulfillable() {
            return Ok("not paid");
        }
        let customer = session.customer.clone().unwrap_or_default();
        let payment = session.payment_intent.as_deref().unwrap_or(&session.id).to_owned();
        self.paid_for(&customer, session.metadata.get(META_INVOICE), &payment).await
    }

    /// Fetches a payment, and does what it was for.
    pub(super) async fn refresh_payment(&self, id: &str) -> Result<&'static str, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let payment = stripe.get_payment_intent(id).await?;
        if payment.status != PaymentIntentStatus::Succeeded {
            return Ok("not paid");
        }
        let customer = payment.customer.clone().unwrap_or_default();
        self.paid_for(&customer, payment.metadata.get(META_INVOICE), &payment.id).await
    }

    async fn paid_for(
        &self,
        customer: &str,
        invoice: Option<&String>,
        payment: &str,
    ) -> Result<&'static str, BillingError> {
        let Some(invoice) = invoice.and_then(|id| id.parse().ok()) else { return Ok("not ours") };
        let Some(workspace) = store::customer::by_stripe(&self.db, customer).await? else {
            tracing::warn!(customer, "A payment at Stripe is of a customer that is none of ours");
            return Ok("unknown customer");
        };
        match self.pay_from_stripe(workspace, invoice, payment).await {
            Ok(true) => Ok("done"),
            Ok(false) => Ok("done before"),
            Err(BillingError::NotFound(_)) => Ok("not ours"),
            Err(why) => Err(why),
        }
    }
}
