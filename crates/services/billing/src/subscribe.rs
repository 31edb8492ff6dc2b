//! What people do with their plan: subscribe, try, change, cancel, go on.

use captely_credits::GrantSource;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::desk::{Desk, begun};
use crate::error::BillingError;
use crate::invoice::{Invoice, InvoiceKind};
use crate::issue::Draft;
use crate::period::Period;
use crate::service::Billing;
use crate::store;
use crate::stripe::{Intent, ToDo};
use crate::subscription::{Status, Subscription};

/// Seconds of a day.
const DAY_S: u64 = 86_400;

/// A plan that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) plan: String,
    pub(crate) cycle: Cycle,
    pub(crate) trial: bool,
}

/// How a workspace's plan stands after somebody did something about it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) current: Subscription,
    /// What waits for its payment: an order, an upgrade.
    pub(crate) invoice: Option<Invoice>,
    /// What was ordered, until it is paid.
    pub(crate) order: Option<Subscription>,
    /// The call to Stripe that is to follow.
    pub(crate) todo: Option<ToDo>,
}

impl Billing {
    /// A plan of the catalogue that can be subscribed to.
    pub(crate) fn sold(&self, id: &str) -> Result<&Plan, BillingError> {
        self.catalogue.plan(id).ok_or_else(|| {
            let ids: Vec<&str> = self.catalogue.plans.iter().map(|plan| plan.id.as_str()).collect();
            let known = ids.join(", ");
            BillingError::Invalid("package_id", format!("is no plan; those are {known}."))
        })
    }

    /// Orders a plan, or begins its trial.
    pub(crate) async fn subscribe(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        wish: &Wish,
    ) -> Result<Outcome, BillingError> {
        let mut desk = Desk::open(self, tx, workspace).await?;
        let plan = self.sold(&wish.plan)?.clone();
        if plan.is_free() {
            return Err(BillingError::Invalid(
                "package_id",
                "is free and needs no subscription; cancel the present one instead.".into(),
            ));
        }
        if !desk.current.is_free() && desk.current.status != Status::Trialing {
            return Err(BillingError::Conflict(
                "There is a subscription; change it with PATCH /api/subscriptions.",
            ));
        }
        let at_stripe = self.stripe().is_some();
        if wish.trial {
            desk.check_trial(&plan)?;
        }
        if wish.trial && !at_stripe {
            desk.begin_trial(plan, wish.cycle).await?;
            let current = desk.finish().await?;
            return Ok(Outcome { current, invoice: None, order: None, todo: None });
        }
        let mut order = desk.order(plan, wish.cycle).await?;
        let invoice = desk.issue(Draft::of_period(InvoiceKind::Subscription, &order)).await?;
        (order.open_invoice, order.open_due_at) = (Some(invoice.id), invoice.due_at);
        let next = order.next(&self.catalogue.dunning).map(|(at, _)| at);
        store::subscription::save(desk.tx, &order, next).await?;
        desk.mail_invoice(&invoice).await?;
        let intent = Intent::Subscribe {
            subscription: order.id,
            plan: order.plan.clone(),
            cycle: order.cycle,
            trial_days: wish.trial.then_some(self.catalogue.trial.days),
        };
        let todo = if at_stripe { Some(desk.intend(&intent).await?) } else { None };
        let current = desk.finish().await?;
        Ok(Outcome { current, invoice: Some(invoice), order: Some(order), todo })
    }
}

impl Desk<'_> {
    fn check_trial(&self, plan: &Plan) -> Result<(), BillingError> {
        if plan.trial_credits.as_millis() == 0 {
            return Err(BillingError::Invalid("start_trial", "is not there for this plan.".into()));
        }
        if self.customer.trial_at.is_some() {
            return Err(BillingError::TrialTaken);
        }
        Ok(())
    }

    /// Begins the one trial of the workspace.
    async fn begin_trial(&mut self, plan: Plan, cycle: Cycle) -> Result<(), BillingError> {
        if !store::customer::set_trial(self.tx, self.workspace, self.now).await? {
            return Err(BillingError::TrialTaken);
        }
        self.customer.trial_at = Some(self.now);
        let days = u64::from(self.billing.catalogue.trial.days);
        let end = self.now.plus(std::time::Duration::from_secs(days.saturating_mul(DAY_S)));
        let id = self.new_id();
        let credits = plan.trial_credits;
        let mut trial = begun(self.workspace, id, plan, cycle, self.now);
        trial.status = Status::Trialing;
        trial.period = Period { start: self.now, end };
        trial.paid_through = self.now;
        self.replace(trial, true).await?;
        let period = self.current.period;
        let key = format!("trial:{id}");
        self.grant_until(&key, GrantSource::Trial, credits, period, None).await?;
        Ok(())
    }
}
