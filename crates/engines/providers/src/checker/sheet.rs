use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use serde::Serialize;

/// What a run and the catalogue page need to know of a checker. No I/O.
#[derive(Debug, Clone, Serialize)]
pub struct CheckerSheet {
    /// Short name, lower case: `zerobounce`.
    pub name: &'static str,
    /// Name for people: `ZeroBounce`.
    pub title: &'static str,
    /// Whose API and account it is: `hunter` for Hunter's verifier, as for its finder.
    pub service: &'static str,
    /// Where its documentation lives.
    pub docs: &'static str,
    /// Environment variables with its credentials; the first is the key.
    pub key_variables: &'static [&'static str],
    /// What it checks: [`Field::Email`] or [`Field::Phone`].
    pub checks: Field,
    /// The most that one check can cost, in the checker's credits.
    pub credits_max: Credits,
    /// Our default for dollars per credit. An assumption from public price pages: set your own. Of a
    /// checker that charges money, a credit is one item of its price list.
    pub usd_per_credit: Usd,
    /// Our default limit in calls a minute.
    pub calls_per_minute: u32,
    /// The checker's own limits, which also hold: (calls, in this time).
    pub own_limits: &'static [(u32, Duration)],
    /// When to ask again after [`crate::Checked::Pending`]; `None` if it always answers at once.
    pub ask_again: Option<AskAgain>,
    /// What is charged when, in one line for people.
    pub charged_when: &'static str,
}

/// The pace of asking again about what a checker still works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AskAgain {
    /// Least time between two questions.
    pub every: Duration,
    /// When to give up.
    pub give_up_after: Duration,
}
