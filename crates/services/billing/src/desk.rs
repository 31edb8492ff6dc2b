//! One workspace's billing, opened in a transaction: whoever changes anything does it here, and waits for those who
//! were first. What was due by now has been done when it is open.

use captely_accounts::PlanLimits;
use captely_contact::{Credits, Timestamp};
use captely_credits::{GrantSource, Key};
use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::catalogue::{FREE, Plan};
use crate::cycle::Cycle;
use crate::error::BillingError;
use crate::ids::SubscriptionId;
use crate::model::Customer;
use crate::period::{self, Period};
use crate::service::Billing;
use crate::store;
use crate::subscription::{Status, Step, Subscription};

/// The feature that lets API keys work.
const API_ACCESS: &str = "api_access";

/// More steps than that nobody can have missed: the months that passed are skipped at once.
const STEPS_MAX: usize = 50;

/// The billing of one workspace in the hands of one transaction.
pub(crate) struct Desk<'d> {
    pub(crate) billing: &'d Billing,
    pub(crate) tx: &'d mut Tx,
    pub(crate) workspace: WorkspaceId,
    pub(crate) now: Timestamp,
    pub(crate) customer: Customer,
    /// The plan that is in force.
    pub(crate) current: Subscription,
    /// Nobody had told the rest of the program of a plan.
    is_new: bool,
    events: Vec<Event>,
    /// Stripe's payments that were noted here: what was taken back of them may have been told before.
    pub(crate) settled: Vec<String>,
}

impl<'d> Desk<'d> {
    /// Opens it, making it where there is none, and does what is due. Refused while billing is off.
    pub(crate) async fn open(
        billing: &'d Billing,
        tx: &'d mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Self, BillingError> {
        if billing.is_off() {
            return Err(BillingError::Off);
        }
        tx.one_at_a_time(&format!("billing of {workspace}")).await?;
        let now = billing.now();
        let customer = customer(billing, tx, workspace, now).await?;
        let found = store::subscription::current(tx, workspace).await?;
        let (current, is_new) = match found {
            Some(current) => (current, false),
            None => (free(billing, workspace, &customer, now)?, true),
        };
        let (events, settled) = (Vec::new(), Vec::new());
        let mut desk =
            Self { billing, tx, workspace, now, customer, current, is_new, events, settled };
        if desk.current.plan.id == FREE {
            // Nobody bought it, so today's catalogue holds.
            desk.current.plan = free_plan(billing)?.clone();
        }
        if is_new {
            store::subscription::add(desk.tx, &desk.current, None).await?;
        }
        desk.catch_up().await?;
        desk.abandon_old_order().await?;
        Ok(desk)
    }

    /// Does what is due, in its order.
    pub(crate) async fn catch_up(&mut self) -> Result<(), BillingError> {
        for _ in 0..STEPS_MAX {
            let next = self.current.next(&self.billing.catalogue.dunning);
            match next {
                Some((_, Step::AskStripe)) | None => return Ok(()),
                Some((at, _)) if at > self.now => return Ok(()),
                Some((_, step)) => self.step(step).await?,
            }
        }
        tracing::warn!(workspace = %self.workspace, "Billing has more to make up for than expected");
        Ok(())
    }

    /// Writes down how the subscription stands, what holds for the workspace, and what to tell.
    pub(crate) async fn finish(mut self) -> Result<Subscription, BillingError> {
        self.catch_up().await?;
        for payment in std::mem::take(&mut self.settled) {
            self.reverse(&payment).await?;
        }
        self.catch_up().await?;
        let next = self.current.next(&self.billing.catalogue.dunning).map(|(at, _)| at);
        store::subscription::save(self.tx, &self.current, next).await?;
        let before = self.billing.ledger.policy(self.tx, self.workspace).await?;
        let policy = self.billing.catalogue.policy(self.plan_in_force()?, Some(&before));
        self.billing.ledger.set_policy(self.tx, self.workspace, &policy).await?;
        if self.is_new || before.unlimited {
            // What the ledger gave by itself while nothing was sold.
            let key = Key::new(format!("sold:{}:{}", self.current.id, self.now.as_micros()));
            let source = GrantSource::Unlimited;
            self.billing.ledger.end_grants(self.tx, self.workspace, &key, source).await?;
        }
        // What usually holds may be this policy already; accounts do not know of it.
        if self.is_new || policy != *before {
            let limits = limits_of(self.plan_in_force()?);
            self.billing.limit_accounts(self.tx, self.workspace, limits).await?;
        }
        let events = std::mem::take(&mut self.events);
        events::publish(self.tx, &self.billing.ids, &events).await?;
        Ok(self.current)
    }

    /// Whose limits hold now.
    fn plan_in_force(&self) -> Result<&Plan, BillingError> {
        match self.current.status {
            Status::Unpaid => free_plan(self.billing),
            _ => Ok(&self.current.plan),
        }
    }

    /// What listeners are told of the subscription.
    pub(crate) fn told(&self) -> Value {
        json!({
            "plan": self.current.plan.id,
            "status": self.current.status,
            "cycle": self.current.cycle,
            "period_end": self.current.period.end.to_string(),
            "cancel_at_period_end": self.current.cancel_at_period_end,
        })
    }

    /// Tells listeners of the workspace, once this becomes lasting.
    pub(crate) fn publish(&mut self, kind: &'static str, data: Value) {
        let subject = self.current.id.as_uuid();
        let (workspace, at) = (self.workspace, self.now);
        self.events.push(Event { workspace, kind, subject, data, at });
    }

    /// A new id.
    pub(crate) fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(self.billing.ids.uuid())
    }

    /// Another subscription takes the place of the one in force, which ends.
    pub(crate) async fn replace(
        &mut self,
        next: Subscription,
        is_new: bool,
    ) -> Result<(), BillingError> {
        let old = std::mem::replace(&mut self.current, next);
        let ended = Subscription {
            status: Status::Ended,
            ended_at: Some(self.now),
            open_invoice: None,
            open_due_at: None,
            upgrade: None,
            scheduled: None,
            ..old
        };
        store::subscription::save(self.tx, &ended, None).await?;
        if is_new {
            store::subscription::add(self.tx, &self.current, None).await?;
        }
        self.publish("subscription.updated", self.told());
        Ok(())
    }

    /// The subscription ends now: what is left of its credits goes, and the free plan holds.
    pub(crate) async fn end(&mut self) -> Result<(), BillingError> {
        self.end_credits().await?;
        if let Some(invoice) = self.current.open_invoice {
            store::invoice::void(self.tx, self.workspace, invoice).await?;
        }
        let free = free(self.billing, self.workspace, &self.customer, self.now)?;
        self.replace(free, true).await
    }

    /// What is left of the credits of the subscription goes; how many those are, however often it is asked.
    pub(crate) async fn end_credits(&mut self) -> Result<Credits, BillingError> {
        let (id, mut gone) = (self.current.id, Credits::ZERO);
        for source in [GrantSource::Plan, GrantSource::Trial, GrantSource::Rollover] {
            let key = Key::new(format!("end:{id}:{}", source.as_str()));
            let ledger = &self.billing.ledger;
            gone = gone.plus(ledger.end_grants(self.tx, self.workspace, &key, source).await?);
        }
        Ok(gone)
    }

    /// Forgets an order that nobody paid.
    async fn abandon_old_order(&mut self) -> Result<(), BillingError> {
        let Some(order) = store::subscription::order(self.tx, self.workspace).await? else {
            return Ok(());
        };
        match order.next(&self.billing.catalogue.dunning) {
            Some((at, Step::Abandon)) if at <= self.now => self.abandon(order).await,
            _ => Ok(()),
        }
    }

    /// Calls an order off.
    pub(crate) async fn abandon(&mut self, order: Subscription) -> Result<(), BillingError> {
        self.close_page(order.id).await?;
        if let Some(invoice) = order.open_invoice {
            store::invoice::void(self.tx, self.workspace, invoice).await?;
        }
        let ended = Subscription {
            status: Status::Ended,
            ended_at: Some(self.now),
            open_invoice: None,
            open_due_at: None,
            ..order
        };
        Ok(store::subscription::save(self.tx, &ended, None).await?)
    }

    /// An order for a plan that waits for its payment. One that waited before is called off.
    pub(crate) async fn order(
        &mut self,
        plan: Plan,
        cycle: Cycle,
    ) -> Result<Subscription, BillingError> {
        if let Some(old) = store::subscription::order(self.tx, self.workspace).await? {
            self.abandon(old).await?;
        }
        let id: SubscriptionId = self.new_id();
        let mut order = Subscription {
            status: Status::Incomplete,
            ..begun(self.workspace, id, plan, cycle, self.now)
        };
        order.paid_through = order.anchor;
        let next = order.next(&self.billing.catalogue.dunning).map(|(at, _)| at);
        store::subscription::add(self.tx, &order, next).await?;
        Ok(order)
    }
}

/// A subscription that begins at `now` and is paid for its first period.
pub(crate) fn begun(
    workspace: WorkspaceId,
    id: SubscriptionId,
    plan: Plan,
    cycle: Cycle,
    now: Timestamp,
) -> Subscription {
    let period = Period::of(now, 0, cycle.months());
    Subscription {
        workspace,
        id,
        plan,
        cycle,
        status: Status::Active,
        anchor: now,
        period,
        months_granted: 0,
        paid_through: period.end,
        paid_by: None,
        cancel_at_period_end: false,
        scheduled: None,
        upgrade: None,
        open_invoice: None,
        open_due_at: None,
        failed_at: None,
        asked: 0,
        stripe_id: None,
        created_at: now,
        ended_at: None,
    }
}

/// What a plan allows of accounts. Keys of programs are a feature of their own.
fn limits_of(plan: &Plan) -> PlanLimits {
    let api_access = plan.features.as_ref().is_none_or(|all| all.contains(API_ACCESS));
    PlanLimits { tier: plan.tier, members_max: plan.members_max, api_access }
}

pub(crate) fn free_plan(billing: &Billing) -> Result<&Plan, BillingError> {
    let missing = || DbError::Other(format!("the catalogue has no plan {FREE:?}"));
    Ok(billing.catalogue.plan(FREE).ok_or_else(missing)?)
}

/// The free plan, its months counted from the day the workspace was first seen: coming back to it gives no
/// month twice.
fn free(
    billing: &Billing,
    workspace: WorkspaceId,
    customer: &Customer,
    now: Timestamp,
) -> Result<Subscription, BillingError> {
    let plan = free_plan(billing)?.clone();
    let id = SubscriptionId::from(billing.ids.uuid());
    let anchor = customer.free_anchor;
    let months = period::months_between(anchor, now);
    let mut one = begun(workspace, id, plan, Cycle::Monthly, anchor);
    one.period = Period::of(anchor, months, 1);
    (one.months_granted, one.created_at) = (months, now);
    Ok(one)
}

async fn customer(
    billing: &Billing,
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Customer, BillingError> {
    if let Some(customer) = store::customer::get(tx, workspace).await? {
        return Ok(customer);
    }
    let name = billing.accounts.workspace_name(tx, workspace).await?;
    let name = name.ok_or(BillingError::NotFound("workspace"))?;
    store::customer::add(tx, workspace, &name, now).await?;
    store::customer::get(tx, workspace).await?.ok_or(BillingError::NotFound("customer"))
}
