use std::time::Duration;

use captely_contact::{Field, Timestamp, Usd};
use captely_platform::ids::RunId;

use super::ask::wants_of;
use crate::store::attempts::{Attempt, AttemptState};

/// What was asked about one contact before, by this run and others.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<Attempt>);

impl History {
    pub(crate) fn new(attempts: Vec<Attempt>) -> Self {
        Self(attempts)
    }

    /// What this run has paid for the contact so far, calls in doubt included.
    pub(crate) fn spent(&self, run: RunId) -> Usd {
        self.0.iter().filter(|a| a.run == run).map(|a| a.cost).sum()
    }

    /// How many attempts of this run are known; `None` while one of them is open.
    pub(crate) fn ended(&self, run: RunId) -> Option<i64> {
        let mut n = 0_i64;
        for attempt in self.0.iter().filter(|a| a.run == run) {
            if attempt.is_open() {
                return None;
            }
            n = n.saturating_add(1);
        }
        Some(n)
    }

    /// Whether attempts were left open.
    pub(crate) fn has_open(&self) -> bool {
        self.0.iter().any(Attempt::is_open)
    }

    /// Takes out the attempts that were left open.
    pub(crate) fn take_open(&mut self) -> Vec<Attempt> {
        self.0.extract_if(.., |attempt| attempt.is_open()).collect()
    }

    /// Adds an attempt that has ended.
    pub(crate) fn add(&mut self, attempt: Attempt) {
        self.0.push(attempt);
    }

    /// The newest answer of a provider to a question for at least `wants`: one of this run, or one
    /// that is not older than `age_max`.
    pub(crate) fn answered(
        &self,
        run: RunId,
        provider: &str,
        wants: &[Field],
        now: Timestamp,
        age_max: Duration,
    ) -> Option<&Attempt> {
        let fits = |a: &&Attempt| {
            let asked = wants_of(&a.wants);
            a.provider == provider
                && a.state == AttemptState::Answered
                && (a.run == run || a.answered_at.is_some_and(|at| now.since(at) <= age_max))
                && wants.iter().all(|field| asked.contains(field))
        };
        self.0.iter().filter(fits).max_by_key(|a| a.answered_at)
    }

    /// How many attempts of the provider are known.
    pub(crate) fn count(&self, provider: &str) -> i64 {
        let nths = self.0.iter().filter(|a| a.provider == provider).map(|a| a.nth);
        nths.max().map_or(0, |nth| nth.saturating_add(1))
    }

    /// Whether the provider is being asked.
    pub(crate) fn is_asking(&self, provider: &str) -> bool {
        self.0.iter().any(|a| a.provider == provider && a.is_open())
    }

    /// How many calls of this run to the provider are in doubt.
    pub(crate) fn in_doubt(&self, provider: &str, run: RunId) -> usize {
        let lost = |a: &&Attempt| {
            a.provider == provider && a.run == run && a.state == AttemptState::InDoubt
        };
        self.0.iter().filter(lost).count()
    }
}
