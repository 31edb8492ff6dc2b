use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use serde::Serialize;

/// What the planner, the limiter and the catalogue page need to know of a provider. No I/O.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    /// Short name, lower case: `icypeas`.
    pub name: &'static str,
    /// Name for people: `Icypeas`.
    pub title: &'static str,
    /// Where its documentation lives.
    pub docs: &'static str,
    /// Environment variables with its credentials; the first is the key.
    pub key_variables: &'static [&'static str],
    /// Fields it can be asked for.
    pub gives: &'static [Field],
    /// Fields that come along at no extra price when it finds the person.
    pub rides_along: &'static [Field],
    /// The most one question can cost, in the provider's credits, for e-mail alone.
    pub email_credits_max: Credits,
    /// What asking for a phone can add to that.
    pub phone_credits_max: Credits,
    /// Our default for dollars per credit. An assumption from public price pages: set your own.
    pub usd_per_credit: Usd,
    /// Our default limit in calls a minute (REQUIREMENTS ENR-03).
    pub calls_per_minute: u32,
    /// The provider's own limits, which also hold: (calls, in this time).
    pub own_limits: &'static [(u32, Duration)],
    /// The most questions one call can carry. Those of one call should want the same fields: what is
    /// paid extra (phones) is asked for only where all of them want it.
    pub questions_per_call: usize,
    /// "Out of credits" is said when the credits do not cover ALL questions of a call, so a call with
    /// fewer may still be taken.
    pub credits_cover_whole_call: bool,
    /// Whether answers can come by polling (`Asked::Pending`).
    pub polled: bool,
    /// The most polls (and calls of `settle`) a minute, a limit of their own beside
    /// `calls_per_minute`. `None`: a poll is a call like any other and counts there.
    pub polls_per_minute: Option<u32>,
    /// Polls that one call of `settle` counts for, where its own limit is narrower than that of polls.
    pub polls_per_settle: u32,
    /// Least time between two polls of one [`crate::Provider::poll_group`].
    pub poll_every: Duration,
    /// When to give up polling.
    pub poll_for: Duration,
    /// The most tickets that one poll can bring forward. It does so for those that share a
    /// [`crate::Provider::poll_group`]; of several groups it reads one, taking turns.
    pub tickets_per_poll: usize,
    /// Whether a question whose answer was lost can be found again without paying.
    pub can_settle: bool,
    /// What is charged when, in one line for people.
    pub charged_when: &'static str,
}

impl Sheet {
    /// The most that a question for `wants` can cost, in the provider's credits.
    pub fn credits_max(&self, wants: &[Field]) -> Credits {
        let email = if wants.contains(&Field::Email) || wants.contains(&Field::Phone) {
            self.email_credits_max
        } else {
            Credits::ZERO
        };
        let phone =
            if wants.contains(&Field::Phone) { self.phone_credits_max } else { Credits::ZERO };
        email.plus(phone)
    }

    /// Whether it can be asked for any of `wants`.
    pub fn helps(&self, wants: &[Field]) -> bool {
        wants.iter().any(|field| self.gives.contains(field))
    }
}
