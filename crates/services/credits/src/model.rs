//! The words of the ledger.

use std::time::Duration;

use captely_contact::{Credits, Timestamp};
use captely_platform::ids::{RunId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Action, GrantId, HoldId, Key};

/// The most that one request may move, in thousandths: a thousand million credits. Sums of a workspace stay far
/// inside 64 bits.
pub const AMOUNT_MAX: Credits = Credits::whole(1_000_000_000);

/// What credits are spent on, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purpose {
    /// The contact or profile. What was paid for one is not paid for again.
    pub subject: Option<Uuid>,
    /// The provider, where it is known beforehand.
    pub provider: Option<String>,
    /// The run.
    pub run: Option<RunId>,
    /// The member who spends.
    pub member: Option<UserId>,
}

/// Credits to set aside, or to spend at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The same key again finds the same hold.
    pub key: Key,
    /// For what.
    pub action: Action,
    /// How many of it, from 1.
    pub quantity: u32,
    /// For whom and by whom.
    pub purpose: Purpose,
    /// What the run may spend in all; none for no limit.
    pub run_max: Option<Credits>,
}

/// How long a hold lasts at most, and at least.
pub(crate) const HOLD_TIME_MAX: Duration = Duration::from_hours(24 * 7);

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// These credits are set aside.
    Credits(Hold),
    /// This contact's was paid for before, or its price is nothing: go on, and neither capture nor release.
    Free,
    /// The key's hold has ended already.
    Ended(Ending),
}

/// Credits that are set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Which.
    pub id: HoldId,
    /// How much.
    pub amount: Credits,
}

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// This much was spent, the rest came back.
    Captured(Credits),
    /// All of it came back.
    Released,
}

/// A hold to spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Which.
    pub hold: HoldId,
    /// How much of it; all where nothing is said. What is left comes back.
    pub amount: Option<Credits>,
    /// Who delivered.
    pub provider: Option<String>,
}

/// What became of a capture or a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charged {
    /// This much was spent, now or when the same was asked for before.
    Spent(Credits),
    /// The contact's was paid for meanwhile, or costs nothing: nothing was spent, all came back.
    Free,
}

/// Why a hold cannot be captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// There is none of this id in the workspace.
    #[error("there is no such hold")]
    Unknown,
    /// It was released, or its time was over.
    #[error("the hold has ended: its credits came back")]
    Released,
    /// It was captured with another amount.
    #[error("the hold was captured with {0} credits before")]
    Otherwise(Credits),
    /// More than was held.
    #[error("the hold has {0} credits, which is less than was to be captured")]
    TooMuch(Credits),
    /// Less than nothing.
    #[error("an amount to capture cannot be negative")]
    Negative,
}

/// Where credits come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantSource {
    /// A period of a plan.
    Plan,
    /// A trial.
    Trial,
    /// A package that was bought.
    Package,
    /// A gift.
    Promotion,
    /// A correction by hand.
    Adjustment,
    /// What a period left over.
    Rollover,
    /// A refund whose grant has ended.
    Refund,
    /// A workspace without limit.
    Unlimited,
}

impl GrantSource {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Plan,
        Self::Trial,
        Self::Package,
        Self::Promotion,
        Self::Adjustment,
        Self::Rollover,
        Self::Refund,
        Self::Unlimited,
    ];

    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Trial => "trial",
            Self::Package => "package",
            Self::Promotion => "promotion",
            Self::Adjustment => "adjustment",
            Self::Rollover => "rollover",
            Self::Refund => "refund",
            Self::Unlimited => "unlimited",
        }
    }

    /// In which order grants are drawn from, the smallest first: what ends soon before what was paid for by
    /// itself.
    pub const fn priority(self) -> u8 {
        match self {
            Self::Refund => 0,
            Self::Promotion => 1,
            Self::Trial => 5,
            Self::Rollover => 8,
            Self::Plan => 10,
            Self::Adjustment => 15,
            Self::Package => 20,
            Self::Unlimited => 30,
        }
    }
}

/// Credits to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Where they come from.
    pub source: GrantSource,
    /// How many, more than none.
    pub amount: Credits,
    /// Drawn from before larger ones; [`GrantSource::priority`] where nothing is said.
    pub priority: Option<u8>,
    /// From when; at once where nothing is said.
    pub effective_at: Option<Timestamp>,
    /// Until when; for ever where nothing is said.
    pub expires_at: Option<Timestamp>,
    /// What of it goes on at its end.
    pub rollover: Option<Rollover>,
    /// What people read about it.
    pub note: String,
}

/// What goes on at the end of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollover {
    /// At most this much.
    pub max: Credits,
    /// Until when; it does not go on a second time.
    pub expires_at: Timestamp,
}

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which.
    pub id: GrantId,
    /// Where it comes from.
    pub source: GrantSource,
    /// What was given.
    pub amount: Credits,
    /// What is left: neither spent nor held.
    pub left: Credits,
    /// The smallest is drawn from first.
    pub priority: u8,
    /// From when.
    pub effective_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// What goes on at its end.
    pub rollover: Option<Rollover>,
    /// What people read about it.
    pub note: String,
}

/// A correction by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Thousandths to add, or below zero to take away; not zero.
    pub by_millis: i64,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Option<UserId>,
}

/// Which charge is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// What was paid for this of a contact.
    Subject(Uuid, Action),
    /// What the hold was captured for.
    Hold(HoldId),
    /// What was charged at once under this key.
    Charge(Key),
}

/// A charge to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Which.
    pub of: Of,
    /// How much of it; all that is left of it where nothing is said.
    pub amount: Option<Credits>,
    /// Why.
    pub reason: String,
}
