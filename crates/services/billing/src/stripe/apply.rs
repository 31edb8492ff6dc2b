//! Ours follows Stripe's: a subscription as it was fetched is applied to the one that we have. The order in which events came
//! makes no difference, since only the present state counts.

use captely_contact::Timestamp;
use captely_credits::GrantSource;
use captely_payments::{Invoice as Theirs, Subscription as AtStripe, SubscriptionStatus as S};

use super::Intent;
use super::prices::{META_LOOKUP, plan_of};
use crate::change::Change;
use crate::cycle::Cycle;
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::SubscriptionId;
use crate::invoice::InvoiceKind;
use crate::model::{TransactionKind, Via};
use crate::period::{self, Period};
use crate::store;
use crate::subscription::{Scheduled, Status, Subscription};

/// What came of following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Ours is as Stripe's is.
    Done,
    /// It is none of ours.
    NotOurs,
    /// Ours has ended, and nothing revives it.
    Over,
}

impl Desk<'_> {
    /// Makes ours as `theirs` is, `invoice` being its latest.
    pub(crate) async fn follow(
        &mut self,
        theirs: &AtStripe,
        invoice: Option<&Theirs>,
        ours: Option<SubscriptionId>,
    ) -> Result<Followed, BillingError> {
        if self.current.stripe_id.as_deref() == Some(theirs.id.as_str()) {
            self.follow_current(theirs, invoice).await?;
            return Ok(Followed::Done);
        }
        let order = store::subscription::order(self.tx, self.workspace).await?;
        match order.filter(|order| Some(order.id) == ours) {
            Some(order) => {
                self.follow_order(order, theirs, invoice).await?;
                Ok(Followed::Done)
            }
            None => match ours {
                Some(ours) => self.stop_charging(ours, theirs).await,
                None => Ok(Followed::NotOurs),
            },
        }
    }

    /// Stripe charges for as long as a subscription lives there: one that is over here must not go on.
    async fn stop_charging(
        &mut self,
        ours: SubscriptionId,
        theirs: &AtStripe,
    ) -> Result<Followed, BillingError> {
        if matches!(theirs.status, S::Canceled | S::IncompleteExpired) {
            return Ok(Followed::Over);
        }
        // What is only unknown here (a copy of the database was put back) is for people to look at.
        if store::subscription::status(self.tx, self.workspace, ours).await? == Some(Status::Ended)
        {
            tracing::warn!(
                subscription = theirs.id,
                "A subscription that is over here is cancelled at Stripe"
            );
            self.intend(&Intent::CancelNow { stripe_id: theirs.id.clone() }).await?;
        }
        Ok(Followed::Over)
    }

    async fn follow_order(
        &mut self,
        order: Subscription,
        theirs: &AtStripe,
        invoice: Option<&Theirs>,
    ) -> Result<(), BillingError> {
        let trial = theirs.status == S::Trialing;
        match theirs.status {
            S::Trialing | S::Active | S::PastDue => {}
            S::IncompleteExpired | S::Canceled => return self.abandon(order).await,
            // Not paid yet.
            _ => return Ok(()),
        }
        let period = period_of(theirs, &order, self.now);
        let draft = order.open_invoice;
        let begun = Subscription {
            status: if trial { Status::Trialing } else { Status::Active },
            anchor: period.start,
            period,
            paid_through: period.start,
            open_invoice: None,
            open_due_at: None,
            stripe_id: Some(theirs.id.clone()),
            ..order
        };
        if let Some(stripe_id) = self.current.stripe_id.clone() {
            // A trial that this takes the place of would be charged too when it is over.
            self.intend(&Intent::CancelNow { stripe_id }).await?;
        }
        self.replace(begun, false).await?;
        if trial {
            store::customer::set_trial(self.tx, self.workspace, self.now).await?;
            let key = format!("trial:{}", self.current.id);
            let credits = self.current.plan.trial_credits;
            self.grant_until(&key, GrantSource::Trial, credits, period).await?;
            if let Some(draft) = draft {
                store::invoice::void(self.tx, self.workspace, draft).await?;
            }
        } else {
            self.mirror(invoice, InvoiceKind::Subscription, draft).await?;
        }
        self.follow_current(theirs, invoice).await
    }

    async fn follow_current(
        &mut self,
        theirs: &AtStripe,
        invoice: Option<&Theirs>,
    ) -> Result<(), BillingError> {
        if matches!(theirs.status, S::Canceled | S::IncompleteExpired) {
            return self.end().await;
        }
        let paid = invoice.is_none_or(Theirs::is_paid);
        if paid || theirs.status == S::Trialing {
            self.follow_plan(theirs, invoice).await?;
        }
        let renewed = self.follow_period(theirs);
        if theirs.status != S::Trialing {
            let kind = if renewed { InvoiceKind::Renewal } else { InvoiceKind::Upgrade };
            self.mirror(invoice, kind, None).await?;
        }
        self.current.cancel_at_period_end = theirs.ending().is_some();
        self.follow_status(theirs, invoice, paid).await?;
        self.catch_up().await
    }

    /// Another plan than ours, by the name of its price: it was changed at once, and is paid.
    async fn follow_plan(
        &mut self,
        theirs: &AtStripe,
        invoice: Option<&Theirs>,
    ) -> Result<(), BillingError> {
        let Some(next) = self.plan_at_stripe(theirs) else { return Ok(()) };
        let same = |plan: &str, cycle: Cycle| next.plan.id == plan && next.cycle == cycle;
        if same(&self.current.plan.id, self.current.cycle) {
            // A change that Stripe does not have (any more) does not come; one under way comes with its answer.
            self.current.scheduled = None;
            return Ok(());
        }
        let scheduled = self.current.scheduled.as_ref();
        if scheduled.is_some_and(|one| same(&one.plan.id, one.cycle)) {
            // It is the price of the next invoice; the plan stays until then.
            return Ok(());
        }
        let at = self.reckoned_at(invoice).await?;
        let change = Change::of(&self.current, &next.plan, next.cycle, at);
        if let Change::AtPeriodEnd(_) = change {
            self.current.scheduled = Some(next);
            return Ok(());
        }
        let mark = invoice.and_then(|one| one.id.clone()).unwrap_or_else(|| theirs.id.clone());
        let key = format!("upgrade:{mark}:{}:{}", next.plan.id, next.cycle);
        self.apply(next.plan, next.cycle, &change, &key).await
    }

    fn plan_at_stripe(&self, theirs: &AtStripe) -> Option<Scheduled> {
        let price = theirs.item()?.price.as_ref()?;
        // The key moves to the next price of the plan; what we wrote on it stays.
        let said = price.metadata.get(META_LOOKUP).map(String::as_str);
        let lookup = said.or(price.lookup_key.as_deref())?;
        let (plan, cycle) = plan_of(lookup)?;
        let plan = if plan == self.current.plan.id {
            self.current.plan.clone()
        } else {
            self.billing.catalogue.plan(plan)?.clone()
        };
        Some(Scheduled { plan, cycle })
    }

    /// Whether another period has begun. With it a scheduled plan does, and the months count from its start where it does not
    /// lie on a month of the old anchor (after a trial, or another cycle).
    fn follow_period(&mut self, theirs: &AtStripe) -> bool {
        let period = period_of(theirs, &self.current, self.now);
        if seconds(period.start) <= seconds(self.current.period.start) {
            return false;
        }
        if let Some(next) = self.current.scheduled.take() {
            (self.current.plan, self.current.cycle) = (next.plan, next.cycle);
        }
        self.current.period = period;
        let anchor = self.current.anchor;
        let months = period::months_between(anchor, period.start);
        if seconds(period::after(anchor, months)) != seconds(period.start)
            || self.current.status == Status::Trialing
        {
            (self.current.anchor, self.current.months_granted) = (period.start, 0);
        }
        true
    }

    async fn follow_status(
        &mut self,
        theirs: &AtStripe,
        invoice: Option<&Theirs>,
        paid: bool,
    ) -> Result<(), BillingError> {
        match theirs.status {
            S::Active if paid => self.paid_up(self.current.period),
            S::PastDue | S::Unpaid | S::Paused => {
                self.fell_behind();
                if theirs.status != S::PastDue {
                    self.current.status = Status::Unpaid;
                }
                self.tell_failure(invoice).await?;
            }
            // Its invoice is being collected, or it is a status of a later Stripe: nothing changes.
            _ => {}
        }
        Ok(())
    }

    /// Notes each try of Stripe's that failed, and tells the owners of the first.
    async fn tell_failure(&mut self, theirs: Option<&Theirs>) -> Result<(), BillingError> {
        let Some(theirs) = theirs.filter(|one| !one.is_paid()) else { return Ok(()) };
        let Some(id) = &theirs.id else { return Ok(()) };
        let key = format!("failed:{id}:{}", theirs.attempt_count);
        let invoice = self.shadow(theirs, InvoiceKind::Renewal);
        let kind = TransactionKind::Failure;
        let one = crate::model::Transaction {
            id: self.new_id(),
            kind,
            invoice: None,
            amount: theirs.amount_due,
            via: Via::Stripe,
            reference: id.clone(),
            at: self.now,
        };
        if store::transaction::add(self.tx, self.workspace, &key, &one).await? {
            let told =
                serde_json::json!({ "plan": self.current.plan.id, "try": theirs.attempt_count });
            self.publish("payment.failed", told);
            self.mail_reminder(&invoice).await?;
        }
        Ok(())
    }
}

/// What Stripe says is paid for, else what we would say.
fn period_of(theirs: &AtStripe, ours: &Subscription, now: Timestamp) -> Period {
    let usual = Period::of(now, 0, ours.cycle.months());
    match theirs.period_start().zip(theirs.period_end()) {
        Some((start, end)) if start < end => Period { start, end },
        _ if ours.stripe_id.is_some() => ours.period,
        _ => usual,
    }
}

const fn seconds(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000_000)
}
