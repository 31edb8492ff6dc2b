use std::time::Duration;

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

/// Failures in a row that open the breaker.
const FAILURES_MAX: u32 = 8;
/// How long an open breaker keeps calls away the first time.
const REST_FIRST: Duration = Duration::from_secs(5);
/// The longest rest; each failed trial doubles the last one up to here.
const REST_MAX: Duration = Duration::from_mins(2);

/// Keeps calls away from a provider that is ill: closed → open after failures in a row → half open
/// for one trial call after a rest → closed again on success.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Breaker {
    failures: u32,
    opened: u32,
    rest_until: Option<Timestamp>,
    trial_since: Option<Timestamp>,
}

/// What a breaker shows to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// Calls wait until the given moment.
    Open(Timestamp),
    /// One trial call is under way or due.
    HalfOpen,
}

/// How many calls may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// As many as like.
    Free,
    /// One, to see whether the provider is well again.
    OneTrial,
    /// None now.
    No,
}

impl Breaker {
    /// What it shows at `now`.
    pub fn state(&self, now: Timestamp) -> BreakerState {
        match self.rest_until {
            None => BreakerState::Closed,
            Some(until) if now < until => BreakerState::Open(until),
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// What [`Breaker::admits`] would say, without starting a trial.
    pub fn would_admit(&self, now: Timestamp) -> Admission {
        let busy = self.trial_since.is_some_and(|since| now.since(since) < REST_MAX);
        match self.state(now) {
            BreakerState::Closed => Admission::Free,
            BreakerState::HalfOpen if !busy => Admission::OneTrial,
            BreakerState::Open(_) | BreakerState::HalfOpen => Admission::No,
        }
    }

    /// Whether a call may go out now; in half-open state only one at a time, and a trial that never
    /// came back stops counting after [`REST_MAX`].
    pub fn admits(&mut self, now: Timestamp) -> bool {
        let admission = self.would_admit(now);
        if admission == Admission::OneTrial {
            self.trial_since = Some(now);
        }
        admission != Admission::No
    }

    /// A call came back with an answer or an ordinary refusal.
    pub fn success(&mut self) {
        *self = Self::default();
    }

    /// A call met ill health. True if this opened the breaker.
    pub fn failure(&mut self, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        let trial_failed = self.trial_since.take().is_some();
        let opens = trial_failed || (self.rest_until.is_none() && self.failures >= FAILURES_MAX);
        if opens {
            let rest = REST_FIRST.saturating_mul(1 << self.opened.min(16)).min(REST_MAX);
            self.opened = self.opened.saturating_add(1);
            self.rest_until = Some(now.plus(rest));
        }
        opens
    }

    /// How long until a call may be tried; zero when it may now.
    pub fn wait(&self, now: Timestamp) -> Duration {
        match self.state(now) {
            BreakerState::Open(until) => until.since(now),
            BreakerState::Closed | BreakerState::HalfOpen => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> Timestamp {
        Timestamp::micros(0).plus(Duration::from_secs(s))
    }

    #[test]
    fn opens_rests_tries_once_and_closes() {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_MAX {
            assert!(!breaker.failure(at(0)));
        }
        assert!(breaker.admits(at(0)) && breaker.failure(at(0)));
        assert_eq!(breaker.state(at(1)), BreakerState::Open(at(5)));
        assert!(!breaker.admits(at(4)));
        assert!(breaker.admits(at(5)) && !breaker.admits(at(5)), "one trial at a time");
        assert!(breaker.failure(at(5)));
        assert_eq!(breaker.wait(at(5)), Duration::from_secs(10));
        assert!(breaker.admits(at(15)));
        breaker.success();
        assert_eq!(breaker.state(at(15)), BreakerState::Closed);
    }

    #[test]
    fn successes_between_failures_keep_it_closed() {
        let mut breaker = Breaker::default();
        for _ in 0..100 {
            breaker.failure(at(0));
            breaker.success();
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Closed);
    }

    #[test]
    fn late_failures_of_calls_already_under_way_do_not_lengthen_the_rest() {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES_MAX * 3 {
            breaker.failure(at(0));
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Open(at(5)));
    }
}
