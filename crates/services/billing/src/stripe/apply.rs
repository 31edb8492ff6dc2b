//! Ours follows Stripe's: a subscription as it was fetched is applied to the one that we have. The order in which events came
//! makes no difference, since only the present state counts.

use captely_contact::Timestamp;
use captely_credits::GrantSource;
use captely_payments::SubscriptionStatus as S;

use super::Intent;
use super::picture::{Picture, is_owed, kind_of};
use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::{InvoiceId, SubscriptionId};
use crate::period::{self, Period};
use crate::store;
use crate::subscription::{Status, Subscription};

/// What came of following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Ours is as Stripe's is.
    Done,
    /// It is none of ours.
    NotOurs,
    /// Ours has ended, and nothing revives it.
    Over,
    /// What stands here was fetched later.
    Older,
}

impl Followed {
    /// What is noted of the event that led to it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotOurs => "not ours",
            Self::Over => "over here",
            Self::Older => "older than what stands here",
        }
    }
}

impl Desk<'_> {
    /// Makes ours as Stripe's is.
    pub(crate) async fn follow(
        &mut self,
        picture: &Picture,
        ours: Option<SubscriptionId>,
    ) -> Result<Followed, BillingError> {
        let mark = store::subscription::fetched_at(self.tx, &picture.theirs.id).await?;
        if picture.fetched.is_older_than(mark) {
            return Ok(Followed::Older);
        }
        let followed = self.follow_newer(picture, ours).await?;
        if let (Followed::Done, Some(ours)) = (followed, ours) {
            let mark = picture.fetched.mark(mark);
            store::subscription::set_fetched(self.tx, self.workspace, ours, mark).await?;
        }
        Ok(followed)
    }

    async fn follow_newer(
        &mut self,
        picture: &Picture,
        ours: Option<SubscriptionId>,
    ) -> Result<Followed, BillingError> {
        if self.current.stripe_id.as_deref() == Some(picture.theirs.id.as_str()) {
            self.follow_current(picture).await?;
            return Ok(Followed::Done);
        }
        let order = store::subscription::order(self.tx, self.workspace).await?;
        match order.filter(|order| Some(order.id) == ours) {
            Some(order) => {
                self.follow_order(order, picture).await?;
                Ok(Followed::Done)
            }
            None => match ours {
                Some(ours) => {
                    self.stop_charging(ours, picture).await?;
                    Ok(Followed::Over)
                }
                None => Ok(Followed::NotOurs),
            },
        }
    }

    async fn follow_order(
        &mut self,
        order: Subscription,
        picture: &Picture,
    ) -> Result<(), BillingError> {
        let trial = picture.theirs.status == S::Trialing;
        match picture.theirs.status {
            S::Trialing | S::Active | S::PastDue => {}
            S::IncompleteExpired | S::Canceled => return self.abandon(order).await,
            // Not paid yet.
            _ => return Ok(()),
        }
        let period = period_of(picture, &order, self.now);
        let draft = order.open_invoice;
        let begun = Subscription {
            status: if trial { Status::Trialing } else { Status::Active },
            anchor: period.start,
            period,
            paid_through: period.start,
            open_invoice: None,
            open_due_at: None,
            stripe_id: Some(picture.theirs.id.clone()),
            ..order
        };
        if let Some(stripe_id) = self.current.stripe_id.clone() {
            // A trial that this takes the place of would be charged too when it is over.
            self.leave(&Intent::CancelNow { stripe_id }).await?;
        }
        self.replace(begun, false).await?;
        if trial {
            store::customer::set_trial(self.tx, self.workspace, self.now).await?;
            let key = format!("trial:{}", self.current.id);
            let credits = self.current.plan.trial_credits;
            self.grant_until(&key, GrantSource::Trial, credits, period, None).await?;
            if let Some(draft) = draft {
                store::invoice::void(self.tx, self.workspace, draft).await?;
            }
        } else if let Some(first) = picture.first() {
            self.mirror(first, kind_of(first), self.current.id, draft).await?;
        }
        self.follow_current(picture).await
    }

    async fn follow_current(&mut self, picture: &Picture) -> Result<(), BillingError> {
        let theirs = &picture.theirs;
        // Before its invoice is known here.
        let reckoned_at = self.reckoned_at(picture.latest()).await?;
        for one in picture.unknown() {
            self.mirror(one, kind_of(one), self.current.id, None).await?;
        }
        if matches!(theirs.status, S::Canceled | S::IncompleteExpired) {
            return self.end().await;
        }
        if picture.is_latest_paid() || theirs.status == S::Trialing {
            self.follow_plan(picture, reckoned_at).await?;
        }
        self.follow_period(picture);
        if let Some(payer) = self.payer(picture).await? {
            self.current.paid_by = Some(payer);
        }
        self.current.cancel_at_period_end = theirs.ending().is_some();
        self.follow_status(picture).await?;
        self.catch_up().await
    }

    /// Which of ours paid the present period, where it is known.
    async fn payer(&mut self, picture: &Picture) -> Result<Option<InvoiceId>, BillingError> {
        let payer = picture.payer(self.current.period).and_then(|one| one.id.as_deref());
        let Some(stripe_id) = payer else { return Ok(None) };
        let known = store::invoice::by_stripe(self.tx, stripe_id).await?;
        Ok(known.map(|(_, id)| id))
    }

    /// Whether another period has begun. With it a scheduled plan does, and the months count from its start where it does not
    /// lie on a month of the old anchor (after a trial, or another cycle).
    fn follow_period(&mut self, picture: &Picture) {
        let period = period_of(picture, &self.current, self.now);
        if seconds(period.start) <= seconds(self.current.period.start) {
            return;
        }
        if let Some(next) = self.current.scheduled.take() {
            (self.current.plan, self.current.cycle) = (next.plan, next.cycle);
        }
        (self.current.period, self.current.paid_by) = (period, None);
        let anchor = self.current.anchor;
        let months = period::months_between(anchor, period.start);
        if seconds(period::after(anchor, months)) != seconds(period.start)
            || self.current.status == Status::Trialing
        {
            (self.current.anchor, self.current.months_granted) = (period.start, 0);
        }
    }

    async fn follow_status(&mut self, picture: &Picture) -> Result<(), BillingError> {
        let status = &picture.theirs.status;
        let behind = matches!(status, S::PastDue | S::Unpaid | S::Paused);
        match status {
            S::Active if picture.is_paid(self.current.period) => self.paid_up(self.current.period),
            _ if behind => {
                self.fell_behind();
                if *status != S::PastDue {
                    self.current.status = Status::Unpaid;
                }
            }
            // Its invoice is being collected, or it is a status of a later Stripe: nothing changes.
            _ => {}
        }
        let latest = picture.latest().and_then(|one| one.id.as_deref());
        for one in picture.invoices.iter().filter(|one| is_owed(one)) {
            // One before the latest may have failed while the subscription goes on.
            if one.attempt_count > 0 || behind && one.id.as_deref() == latest {
                self.tell_failure(one).await?;
            }
        }
        Ok(())
    }
}

/// What Stripe says is paid for, else what we would say.
fn period_of(picture: &Picture, ours: &Subscription, now: Timestamp) -> Period {
    let usual = Period::of(now, 0, ours.cycle.months());
    match picture.theirs.period_start().zip(picture.theirs.period_end()) {
        Some((start, end)) if start < end => Period { start, end },
        _ if ours.stripe_id.is_some() => ours.period,
        _ => usual,
    }
}

const fn seconds(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000_000)
}
