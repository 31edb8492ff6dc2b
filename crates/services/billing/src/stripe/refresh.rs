//! An object of Stripe's is fetched, and ours follows it.

use captely_payments::{PaymentIntentStatus, Subscription as AtStripe};
use captely_platform::ids::WorkspaceId;

use super::apply::Followed;
use super::fetched::{FETCHES_MAX, Fetched};
use super::picture::Picture;
use super::{Billing, META_INVOICE, META_SUBSCRIPTION, META_WORKSPACE};
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::SubscriptionId;
use crate::store;

impl Billing {
    /// Fetches a subscription and makes ours like it; once more where another worker did meanwhile. `invoice` is one of it
    /// that is looked at in any case.
    pub(crate) async fn refresh_subscription(
        &self,
        stripe_id: &str,
        invoice: Option<&str>,
    ) -> Result<&'static str, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let mut followed = Followed::Older;
        for _ in 0..FETCHES_MAX {
            let mut tx = self.db.reader().await?;
            let over = store::subscription::fetched_at(&mut tx, stripe_id).await?;
            drop(tx);
            let fetched = Fetched { at: self.now(), over };
            followed = match stripe.get_subscription(stripe_id).await {
                Ok(theirs) => {
                    let picture = self.picture_of(theirs, invoice, fetched).await?;
                    self.follow(&picture).await?
                }
                Err(why) if why.is_not_found() => return Ok("unknown to Stripe"),
                Err(why) => return Err(why.into()),
            };
            if followed != Followed::Older {
                break;
            }
        }
        Ok(followed.as_str())
    }

    /// Makes ours like a subscription that was fetched.
    pub(super) async fn follow(&self, picture: &Picture) -> Result<Followed, BillingError> {
        let theirs = &picture.theirs;
        let Some((workspace, ours)) = self.whose(theirs).await? else {
            tracing::warn!(subscription = theirs.id, "A subscription at Stripe is none of ours");
            return Ok(Followed::NotOurs);
        };
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let followed = Box::pin(desk.follow(picture, ours)).await?;
        desk.finish().await?;
        tx.commit().await?;
        Ok(followed)
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
            return self.refresh_subscription(subscription, None).await;
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
