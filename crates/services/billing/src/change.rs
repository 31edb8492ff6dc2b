//! What a change of plan means: at once or at the end of the period, and for how much.

use captely_contact::{Credits, Timestamp};

use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::proration::{self, Proration};
use crate::subscription::{Status, Subscription};

/// What comes of asking for another plan or cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is so already. A change that was scheduled is called off.
    None,
    /// During a trial it is swapped, for nothing.
    Swap,
    /// Now, for what the proration says.
    Now(Proration),
    /// Now, and a period of the new length begins.
    NowAnew(Proration),
    /// At the end of the period that is paid, for nothing now.
    AtPeriodEnd(Timestamp),
}

impl Change {
    /// What a subscription that is paid or on trial does when `plan` and `cycle` are asked for at `now`.
    ///
    /// More per month, or a year in place of months of the same plan, holds now: the difference is paid. Anything
    /// else waits for the end of the period, so that nothing is ever paid back for a smaller plan.
    pub fn of(subscription: &Subscription, plan: &Plan, cycle: Cycle, now: Timestamp) -> Self {
        let (old, old_cycle) = (&subscription.plan, subscription.cycle);
        if old.id == plan.id && old_cycle == cycle {
            return Self::None;
        }
        if subscription.status == Status::Trialing {
            return Self::Swap;
        }
        // A clock may be behind that of whoever set the period (Stripe), who knows no time before it.
        let now = now.max(subscription.period.start);
        let (before, after) = (old.terms(old_cycle), plan.terms(cycle));
        let (period, month) = (subscription.period, subscription.month(now));
        match (old_cycle, cycle) {
            _ if plan.monthly < old.monthly || plan.is_free() => Self::AtPeriodEnd(period.end),
            (Cycle::Yearly, Cycle::Monthly) => Self::AtPeriodEnd(period.end),
            (Cycle::Monthly, Cycle::Yearly) => {
                let found = proration::new_period(before, after, period, month, now);
                // A year that costs less than what is left of a month is of a strange catalogue.
                if found.total() < 0 { Self::AtPeriodEnd(period.end) } else { Self::NowAnew(found) }
            }
            _ if plan.price(cycle) < old.price(cycle) => Self::AtPeriodEnd(period.end),
            _ => Self::Now(proration::same_period(before, after, period, month, now)),
        }
    }

    /// What is to pay now, in the smallest unit.
    pub const fn total(&self) -> i64 {
        match self {
            Self::Now(found) | Self::NowAnew(found) => found.total(),
            Self::None | Self::Swap | Self::AtPeriodEnd(_) => 0,
        }
    }

    /// Which credits come now.
    pub const fn credits(&self) -> Credits {
        match self {
            Self::Now(found) | Self::NowAnew(found) => found.credits,
            Self::None | Self::Swap | Self::AtPeriodEnd(_) => Credits::ZERO,
        }
    }
}
