//! Calls that change something at Stripe: written down, made, and their answers noted.

use captely_contact::Timestamp;
use captely_payments::{
    CancelNow, PaymentBehavior, PlanChange, ProrationBehavior, Subscription, SubscriptionChange,
};
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, NewJob};
use serde_json::json;
use std::time::Duration;

use super::checkout::Begun;
use super::prices::key;
use super::{Billing, How, Intent, ToDo};
use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::IntentId;
use crate::jobs::STRIPE_CALL;
use crate::store;
use crate::store::intent::State;

/// How long Stripe knows a key ("Idempotent requests" in its API reference: at least 24 hours).
const KEY_KEPT: Duration = Duration::from_hours(24);
/// When a call is looked at that the request itself was to make.
const CALL_AGAIN: Duration = Duration::from_mins(1);
/// How often it is tried: for about ten hours. What must not be given up is tried again by the daily comparison.
const ATTEMPTS_MAX: u32 = 50;

/// What came of a call.
#[derive(Debug)]
pub(crate) enum Called {
    /// A payment was begun.
    Begun(Begun),
    /// A subscription was changed; ours has followed.
    Followed,
    /// It was made before; what came of it is in force.
    Before,
}

impl Desk<'_> {
    /// Writes down what a request does at Stripe once this transaction is over. A job does it should the process die before.
    pub(crate) async fn intend(&mut self, intent: &Intent) -> Result<ToDo, BillingError> {
        self.write_down(intent, self.now.plus(CALL_AGAIN)).await
    }

    /// Writes down what no request does at Stripe: a job does, at once.
    pub(crate) async fn leave(&mut self, intent: &Intent) -> Result<(), BillingError> {
        self.write_down(intent, self.now).await.map(drop)
    }

    async fn write_down(
        &mut self,
        intent: &Intent,
        run_at: Timestamp,
    ) -> Result<ToDo, BillingError> {
        let id: IntentId = self.new_id();
        let (workspace, now) = (self.workspace, self.now);
        if intent.is_change() {
            // Tried again after this one, an older call would undo it.
            store::intent::supersede(self.tx, workspace, now).await?;
        }
        store::intent::add(self.tx, workspace, id, intent.kind(), intent, now).await?;
        if !intent.is_page() {
            let job = job_of(workspace, id, run_at);
            jobs::push(self.tx, &self.billing.ids, vec![job]).await?;
        }
        Ok(ToDo(id))
    }
}

/// What makes a call that was written down.
pub(super) fn job_of(workspace: WorkspaceId, id: IntentId, run_at: Timestamp) -> NewJob {
    NewJob {
        workspace,
        queue: STRIPE_CALL,
        group: None,
        payload: json!({ "intent": id }),
        run_at,
        attempts_max: ATTEMPTS_MAX,
    }
}

impl Billing {
    /// Makes a call that was written down. Safe to repeat: Stripe does it once for its key.
    pub(crate) async fn call(
        &self,
        workspace: WorkspaceId,
        todo: ToDo,
    ) -> Result<Called, BillingError> {
        let mut tx = self.db.reader().await?;
        let found = store::intent::get::<Intent>(&mut tx, workspace, todo.0).await?;
        drop(tx);
        let noted = found.ok_or(BillingError::NotFound("intent"))?;
        let intent = noted.about;
        if noted.state != State::Open && !intent.is_page() {
            return Ok(Called::Before);
        }
        if let Intent::Subscribe { subscription, .. } = &intent
            && let Some(used) = self.used_page(workspace, *subscription, noted.answer).await?
        {
            return Ok(Called::Begun(used));
        }
        let key = key_of(&intent, todo.0, self.now().since(noted.created_at));
        match Box::pin(self.make(workspace, todo.0, &intent, key)).await {
            Ok(Made::Begun(begun)) => {
                let id = match &begun {
                    Begun::Page { id, .. } | Begun::Paid { id } => id.clone(),
                };
                self.noted(workspace, todo.0, Ok(&id)).await?;
                if let Intent::Subscribe { subscription, .. } = &intent {
                    self.close_late(workspace, *subscription, &id).await?;
                }
                if let (Begun::Paid { id }, Intent::Buy { invoice, .. }) = (&begun, &intent) {
                    self.pay_from_stripe(workspace, *invoice, id).await?;
                }
                Ok(Called::Begun(begun))
            }
            Ok(Made::Other(what)) => {
                self.noted(workspace, todo.0, Ok(&what)).await?;
                Ok(Called::Followed)
            }
            Ok(Made::Subscription(found)) => {
                self.noted(workspace, todo.0, Ok(&found)).await?;
                // Under a key that it knows Stripe repeats its old answer: what counts is how it is now.
                self.refresh_subscription(&found, None).await?;
                Ok(Called::Followed)
            }
            Err(why) => {
                // Money that is to go back is asked for until it went, and a page to be closed until it is.
                let stays = matches!(intent, Intent::PayBack { .. } | Intent::ClosePage { .. });
                if !stays && !may_repeat(&why) {
                    self.noted(workspace, todo.0, Err(&why.to_string())).await?;
                }
                Err(why)
            }
        }
    }

    /// Makes a call that may have been left undone. An error is worth another try; what Stripe refuses is noted.
    pub(crate) async fn call_left(
        &self,
        workspace: WorkspaceId,
        todo: ToDo,
    ) -> Result<(), BillingError> {
        match Box::pin(self.call(workspace, todo)).await {
            Ok(_) => Ok(()),
            Err(why) if may_repeat(&why) || self.is_open(workspace, todo).await? => Err(why),
            Err(why) => {
                tracing::warn!(%workspace, intent = %todo.0, error = %why, "Stripe refused");
                Ok(())
            }
        }
    }

    async fn is_open(&self, workspace: WorkspaceId, todo: ToDo) -> Result<bool, BillingError> {
        let mut tx = self.db.reader().await?;
        let noted = store::intent::get::<Intent>(&mut tx, workspace, todo.0).await?;
        Ok(noted.is_some_and(|noted| noted.state == State::Open))
    }

    async fn noted(
        &self,
        workspace: WorkspaceId,
        id: IntentId,
        outcome: Result<&str, &str>,
    ) -> Result<(), BillingError> {
        let mut tx = self.db.writer().await?;
        store::intent::end(&mut tx, workspace, id, outcome, self.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn make(
        &self,
        workspace: WorkspaceId,
        id: IntentId,
        intent: &Intent,
        key: String,
    ) -> Result<Made, BillingError> {
        let made = match intent {
            Intent::Subscribe { subscription, plan, cycle, trial_days } => {
                let page =
                    self.subscribe_page(workspace, id, *subscription, plan, *cycle, *trial_days);
                return Ok(Made::Begun(page.await?));
            }
            Intent::Buy { invoice, package, amount, method } => {
                let bought = self.buy(workspace, id, *invoice, package, *amount, method.as_deref());
                return Ok(Made::Begun(bought.await?));
            }
            Intent::Change { stripe_id, plan, cycle, how } => {
                self.change_at_stripe(id, stripe_id, plan, *cycle, *how).await?
            }
            Intent::CancelAtEnd { stripe_id } => self.set_cancel(id, stripe_id, true).await?,
            Intent::Resume { stripe_id } => self.set_cancel(id, stripe_id, false).await?,
            Intent::ClosePage { session } => {
                self.close(key, session).await?;
                return Ok(Made::Other(session.clone()));
            }
            Intent::PayBack { payment } => {
                return Ok(Made::Other(self.pay_back(key, payment).await?));
            }
            Intent::CancelNow { stripe_id } => {
                let stripe = &self.stripe_access()?.client;
                match stripe.cancel_subscription(stripe_id, &CancelNow::default()).await {
                    Ok(found) => found,
                    // It had ended before.
                    Err(why) if why.is_not_found() => stripe.get_subscription(stripe_id).await?,
                    Err(why) => return Err(why.into()),
                }
            }
        };
        Ok(Made::Subscription(made.id))
    }

    async fn set_cancel(
        &self,
        id: IntentId,
        stripe_id: &str,
        cancel: bool,
    ) -> Result<Subscription, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let change =
            SubscriptionChange { cancel_at_period_end: Some(cancel), ..Default::default() };
        Ok(stripe.update_subscription(stripe_id, &key(id.to_string())?, &change).await?)
    }

    async fn change_at_stripe(
        &self,
        id: IntentId,
        stripe_id: &str,
        plan: &Plan,
        cycle: Cycle,
        how: How,
    ) -> Result<Subscription, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let price = self.plan_price(plan, cycle).await?;
        let now = stripe.get_subscription(stripe_id).await?;
        let item =
            now.item().ok_or(BillingError::NotFound("item of the subscription at Stripe"))?;
        let (proration, at, behavior) = match how {
            How::Now(second) => (
                ProrationBehavior::AlwaysInvoice,
                Some(Timestamp::micros(second.saturating_mul(1_000_000))),
                // Paid or not done: nobody has a plan that they did not pay.
                Some(PaymentBehavior::ErrorIfIncomplete),
            ),
            How::NextInvoice => (ProrationBehavior::None, None, None),
        };
        let change = PlanChange {
            item: item.id.clone(),
            price,
            quantity: 1,
            proration,
            proration_date: at,
            anchor_now: false,
            end_trial: false,
            payment_behavior: behavior,
            metadata: [].into(),
        };
        Ok(stripe.change_plan(stripe_id, &key(id.to_string())?, &change).await?)
    }
}

enum Made {
    Begun(Begun),
    /// The one that was changed (`sub_…`).
    Subscription(String),
    /// Of something that ours does not follow.
    Other(String),
}

/// The key of a call that was written down so long ago. Stripe keeps one for a day, with its refusals, and repeats them: what
/// may be asked for anew, because it is done whole or not at all, has another one each day.
fn key_of(intent: &Intent, id: IntentId, age: Duration) -> String {
    let days = age.as_secs() / KEY_KEPT.as_secs();
    match intent {
        Intent::PayBack { .. } | Intent::ClosePage { .. } if days > 0 => format!("{id}:{days}"),
        _ => id.to_string(),
    }
}

/// Whether the same call under the same key may still bring something else.
fn may_repeat(why: &BillingError) -> bool {
    match why {
        BillingError::Stripe(why) => why.is_retryable() || why.may_have_happened(),
        BillingError::Declined(_) => false,
        _ => true,
    }
}
