//! Why credits are not given: which limit, how much it is, what is left, when it begins anew.

use std::fmt;

use captely_contact::{Credits, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A limit, in the order in which they are looked at (REQUIREMENTS CRD-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The credits that are left.
    Balance,
    /// Credits of a day.
    Daily,
    /// Calls of a provider in a month.
    ProviderMonthly,
    /// What the plan has.
    Plan,
    /// Credits of a member in a month.
    Member,
    /// Credits of a run.
    RunBudget,
}

impl Limit {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Daily => "daily",
            Self::ProviderMonthly => "provider_monthly",
            Self::Plan => "plan",
            Self::Member => "member",
            Self::RunBudget => "run_budget",
        }
    }
}

/// Why credits were not set aside: the first limit that stood in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// Which.
    pub limit: Limit,
    /// Whose: a provider, a plan, an action; empty where the limit says it.
    pub of: String,
    /// How much it is; for the balance what there is. Calls of providers are whole numbers.
    pub value: Credits,
    /// What of it is left.
    pub left: Credits,
    /// What was needed.
    pub needed: Credits,
    /// When it begins anew; none where it does not by itself.
    pub resets_at: Option<Timestamp>,
}

/// A sentence that says what stands in the way and what can be done.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, of, value, left, needed, resets_at } = self;
        match limit {
            Limit::Balance => write!(
                f,
                "this needs {needed} credits and {left} are left; buy a package or choose a larger plan"
            )?,
            Limit::Daily => write!(
                f,
                "this needs {needed} credits, and {left} of the {value} of today are left"
            )?,
            Limit::ProviderMonthly => {
                write!(f, "{left} of the {value} calls of {of} this month are left")?;
            }
            Limit::Plan => write!(f, "{of}; choose a plan that has it")?,
            Limit::Member => write!(
                f,
                "this needs {needed} credits, and {left} of the {value} that you may spend this month are left; an admin can raise that"
            )?,
            Limit::RunBudget => write!(
                f,
                "this needs {needed} credits, and {left} of the run's budget of {value} are left"
            )?,
        }
        match resets_at {
            Some(at) => write!(f, " (it begins anew at {at})"),
            None => Ok(()),
        }
    }
}
