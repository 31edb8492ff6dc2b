//! A subscription and what comes next of it. Pure: the same subscription at the same moment always has the
//! same next step.

use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};

use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::dunning::{Dunning, DunningStep};
use crate::ids::{InvoiceId, SubscriptionId};
use crate::period::{self, Period};

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was asked for; its first payment has not come. The workspace has its old plan meanwhile.
    Incomplete,
    /// It is tried for nothing.
    Trialing,
    /// It is paid, costs nothing, or its invoice is not due yet.
    Active,
    /// A payment failed or is overdue. All still works, but no further credits come.
    PastDue,
    /// The payment was asked for in vain. The limits of the free plan hold.
    Unpaid,
    /// It is over.
    Ended,
}

impl Status {
    const ALL: [Self; 6] =
        [Self::Incomplete, Self::Trialing, Self::Active, Self::PastDue, Self::Unpaid, Self::Ended];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Ended => "ended",
        }
    }

    /// Whether the plan is in force (or would be, were it paid).
    pub const fn is_current(self) -> bool {
        !matches!(self, Self::Incomplete | Self::Ended)
    }
}

/// The error is a sentence.
impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no status of a subscription"))
    }
}

/// Another plan, from the end of the period on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The plan.
    pub plan: Plan,
    /// How it is paid.
    pub cycle: Cycle,
}

/// What a workspace has subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub id: SubscriptionId,
    /// The plan as it was sold.
    pub plan: Plan,
    /// How it is paid.
    pub cycle: Cycle,
    /// How it stands.
    pub status: Status,
    /// Months count from here.
    pub anchor: Timestamp,
    /// What the last invoice is for; of a trial, the trial.
    pub period: Period,
    /// How many months from the anchor have had their credits, or have passed without.
    pub months_granted: u32,
    /// Months that begin before this moment are paid.
    pub paid_through: Timestamp,
    /// The invoice that paid them; none of what costs nothing.
    pub paid_by: Option<InvoiceId>,
    /// Whether it ends with its period.
    pub cancel_at_period_end: bool,
    /// What it changes into at the end of its period.
    pub scheduled: Option<Scheduled>,
    /// What it changes into as soon as [`Self::open_invoice`] is paid.
    pub upgrade: Option<Scheduled>,
    /// The invoice that waits for its payment.
    pub open_invoice: Option<InvoiceId>,
    /// When that is due.
    pub open_due_at: Option<Timestamp>,
    /// Since when a payment is missing.
    pub failed_at: Option<Timestamp>,
    /// How often it was asked for since then.
    pub asked: u16,
    /// Stripe's name for it, where Stripe collects the money.
    pub stripe_id: Option<String>,
    /// Since when there is this subscription.
    pub created_at: Timestamp,
    /// Since when there is not.
    pub ended_at: Option<Timestamp>,
}

/// What comes next of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The credits of the `n`-th month behind the anchor.
    GrantMonth {
        /// Which month, from 0.
        n: u32,
    },
    /// The trial is over.
    EndTrial,
    /// The period is over: the next one, the scheduled plan, or the end.
    Renew,
    /// The invoice is overdue.
    FallDue,
    /// Ask for the payment again.
    Ask {
        /// Which time, from 1.
        time: u16,
    },
    /// It was asked for in vain.
    FallUnpaid,
    /// It ends for want of payment.
    EndUnpaid,
    /// An order that was never paid is forgotten.
    Abandon,
    /// Stripe knows how it goes on: ask it.
    AskStripe,
}

/// An order that nobody pays is forgotten after this long.
pub const ORDER_TIME: Duration = Duration::from_hours(24 * 30);
/// How long after the end of a period Stripe is asked, if no event came: it drafts the invoice and collects
/// it about an hour later.
const STRIPE_GRACE: Duration = Duration::from_hours(2);

impl Subscription {
    /// The month of credits that holds `at`.
    pub fn month(&self, at: Timestamp) -> Period {
        Period::of(self.anchor, period::months_between(self.anchor, at), 1)
    }

    /// Whether it costs nothing.
    pub const fn is_free(&self) -> bool {
        self.plan.is_free()
    }

    /// What comes next, and when; none where nothing does unless somebody acts.
    pub fn next(&self, dunning: &Dunning) -> Option<(Timestamp, Step)> {
        let stripe = self.stripe_id.is_some();
        match self.status {
            Status::Ended => None,
            Status::Incomplete => Some((self.created_at.plus(ORDER_TIME), Step::Abandon)),
            Status::Trialing if stripe => {
                Some((self.period.end.plus(STRIPE_GRACE), Step::AskStripe))
            }
            Status::Trialing => Some((self.period.end, Step::EndTrial)),
            Status::Active => self.next_while_active(stripe),
            Status::PastDue | Status::Unpaid if stripe => None,
            Status::PastDue | Status::Unpaid => Some(self.next_while_unpaid(dunning)),
        }
    }

    fn next_while_active(&self, stripe: bool) -> Option<(Timestamp, Step)> {
        let month = Period::of(self.anchor, self.months_granted, 1);
        let paid = self.is_free() || month.start < self.paid_through;
        let grant = paid.then_some((month.start, Step::GrantMonth { n: self.months_granted }));
        let renew = match (self.is_free(), stripe) {
            (true, _) => None,
            (false, true) => Some((self.period.end.plus(STRIPE_GRACE), Step::AskStripe)),
            // One period is asked for at a time: first this invoice is paid, or due.
            (false, false) if self.awaits_payment() => None,
            (false, false) => Some((self.period.end, Step::Renew)),
        };
        // An upgrade that is never paid is no debt: it only lapses with its period.
        let due = self.open_due_at.filter(|_| self.upgrade.is_none() && !stripe);
        let due = due.map(|at| (at, Step::FallDue));
        [grant, renew, due].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Whether a period was not paid yet.
    const fn awaits_payment(&self) -> bool {
        self.open_invoice.is_some() && self.open_due_at.is_some() && self.upgrade.is_none()
    }

    fn next_while_unpaid(&self, dunning: &Dunning) -> (Timestamp, Step) {
        let failed_at = self.failed_at.unwrap_or(self.period.start);
        let step = dunning.next(failed_at, self.asked, self.status == Status::Unpaid);
        let what = match step {
            DunningStep::Ask { time, .. } => Step::Ask { time },
            DunningStep::Unpaid { .. } => Step::FallUnpaid,
            DunningStep::End { .. } => Step::EndUnpaid,
        };
        (step.at(), what)
    }
}

#[cfg(test)]
mod tests;
