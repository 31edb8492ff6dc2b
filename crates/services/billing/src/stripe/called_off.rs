//! Orders that were called off, or another one took the place of: their pages are closed, and what is paid there all the same
//! is paid back, as is what Stripe charges for a subscription that is over here.

use captely_payments::{
    CheckoutStatus, Fault, Invoice as Theirs, NewRefund, SubscriptionStatus as S,
};
use captely_platform::ids::WorkspaceId;

use super::picture::{Picture, kind_of, time_of};
use super::prices::key;
use super::{Begun, Billing, Intent};
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::SubscriptionId;
use crate::store;
use crate::store::intent::{Noted, State};
use crate::store::subscription::Standing;
use crate::subscription::Status;

/// What is answered to whoever still wants its page.
const CALLED_OFF: BillingError = BillingError::Conflict(
    "This order was called off; begin another with POST /api/subscriptions.",
);

impl Desk<'_> {
    /// The page of an order is to be closed, or not to be made any more.
    pub(crate) async fn close_page(&mut self, order: SubscriptionId) -> Result<(), BillingError> {
        let is_for = |page: &Noted<Intent>| matches!(&page.about, Intent::Subscribe { subscription, .. } if *subscription == order);
        let pages = store::intent::pages::<Intent>(self.tx, self.workspace).await?;
        let Some(page) = pages.into_iter().find(is_for) else { return Ok(()) };
        let why = Err("the order was called off");
        if store::intent::end(self.tx, self.workspace, page.id, why, self.now).await? {
            return Ok(());
        }
        // It was made, perhaps just now.
        let made = store::intent::get::<Intent>(self.tx, self.workspace, page.id).await?;
        if let Some(Noted { state: State::Done, answer: Some(session), .. }) = made {
            self.leave(&Intent::ClosePage { session }).await?;
        }
        Ok(())
    }

    /// Stripe charges for as long as a subscription lives there: one that is over here must not go on. What was paid for one
    /// that never began here goes back, and so does what was paid for a time that began after its end.
    pub(super) async fn stop_charging(
        &mut self,
        ours: SubscriptionId,
        picture: &Picture,
    ) -> Result<(), BillingError> {
        let (theirs, workspace) = (&picture.theirs, self.workspace);
        // What is only unknown here (a copy of the database was put back) is for people to look at.
        let known = store::subscription::standing(self.tx, workspace, ours).await?;
        let Some(ended) = known.filter(|known| known.status == Status::Ended) else {
            return Ok(());
        };
        let goes_back = |one: &&Theirs| one.is_paid() && (!ended.began || is_after(one, ended));
        for one in picture.unknown().filter(goes_back) {
            // Kept once, so it is paid back once.
            let Some(_kept) = self.mirror(one, kind_of(one), ours, None).await? else {
                continue;
            };
            if let Some(payment) = one.payment_intent.clone() {
                self.leave(&Intent::PayBack { payment }).await?;
            } else {
                let invoice = one.id.as_deref();
                tracing::warn!(
                    invoice,
                    "A subscription that is over was paid without a payment; pay it back by hand"
                );
            }
        }
        if !matches!(theirs.status, S::Canceled | S::IncompleteExpired) {
            tracing::warn!(
                subscription = theirs.id,
                "A subscription that is over here is cancelled at Stripe"
            );
            self.leave(&Intent::CancelNow { stripe_id: theirs.id.clone() }).await?;
        }
        Ok(())
    }
}

impl Billing {
    /// The page of an order that waits for no payment any more, with no address; none while it waits.
    pub(super) async fn used_page(
        &self,
        workspace: WorkspaceId,
        order: SubscriptionId,
        session: Option<String>,
    ) -> Result<Option<Begun>, BillingError> {
        let mut tx = self.db.reader().await?;
        match store::subscription::standing(&mut tx, workspace, order).await? {
            None => Err(CALLED_OFF),
            Some(known) if known.is_called_off() => Err(CALLED_OFF),
            Some(known) if known.status == Status::Incomplete => Ok(None),
            Some(_) => Ok(Some(Begun::Page { id: session.unwrap_or_default(), url: None })),
        }
    }

    /// Closes a page that was made while its order was called off.
    pub(super) async fn close_late(
        &self,
        workspace: WorkspaceId,
        order: SubscriptionId,
        session: &str,
    ) -> Result<(), BillingError> {
        let mut tx = self.db.reader().await?;
        let known = store::subscription::standing(&mut tx, workspace, order).await?;
        drop(tx);
        if !known.is_some_and(Standing::is_called_off) {
            return Ok(());
        }
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        desk.leave(&Intent::ClosePage { session: session.to_owned() }).await?;
        desk.finish().await?;
        tx.commit().await?;
        Err(CALLED_OFF)
    }

    /// Closes a page. One that was paid or is over needs nothing: the payment comes as an event.
    pub(super) async fn close(&self, call: String, session: &str) -> Result<(), BillingError> {
        let stripe = &self.stripe_access()?.client;
        match stripe.expire_checkout_session(session, &key(call)?).await {
            Ok(_) => Ok(()),
            Err(why) => {
                let now = stripe.get_checkout_session(session).await?;
                let open = now.status == Some(CheckoutStatus::Open);
                if open { Err(why.into()) } else { Ok(()) }
            }
        }
    }

    /// Pays a payment back, all that is left of it.
    pub(super) async fn pay_back(
        &self,
        call: String,
        payment: &str,
    ) -> Result<String, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let new = NewRefund { payment_intent: payment.to_owned(), ..NewRefund::default() };
        match stripe.create_refund(&key(call)?, &new).await {
            Ok(refund) => Ok(refund.id),
            // Somebody was first, by hand; or the bank takes it back.
            Err(why) if is_back(&why.fault) => Ok("back already".to_owned()),
            Err(why) => Err(why.into()),
        }
    }
}

/// Whether it is for a time that began when the subscription was over here.
fn is_after(one: &Theirs, ended: Standing) -> bool {
    time_of(one).zip(ended.ended_at).is_some_and(|(time, ended_at)| time.start >= ended_at)
}

/// Whether a payment cannot be paid back because it was (Stripe's list of error codes).
fn is_back(fault: &Fault) -> bool {
    let Fault::Invalid { code: Some(code), .. } = fault else { return false };
    matches!(code.as_str(), "charge_already_refunded" | "charge_disputed")
}
