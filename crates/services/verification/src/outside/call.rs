use std::time::Duration;

use captely_contact::{Timestamp, Usd};
use captely_platform::clock::Clock;
use captely_providers::{Checked, CheckerSheet, ProviderError};
use tokio::time::Instant;

use super::{Attempt, End, OutsideChecker, State, worst};

/// The moments at which calls may begin: evenly spaced, so that every limit of the sheet holds.
pub(super) struct Pace {
    interval: Duration,
    next: Instant,
}

impl Pace {
    pub(super) fn of(sheet: &CheckerSheet) -> Self {
        let ours = (sheet.calls_per_minute, Duration::from_mins(1));
        let limits = sheet.own_limits.iter().copied().chain([ours]);
        let interval = limits.filter_map(|(calls, time)| time.checked_div(calls)).max();
        let interval = interval.unwrap_or_default();
        // another pace may have ended just now
        Self { interval, next: Instant::now() + interval }
    }

    /// Books the next moment.
    pub(super) fn book(&mut self) -> Instant {
        let at = self.next.max(Instant::now());
        self.next = at + self.interval;
        at
    }
}

/// What one call came to.
pub(super) struct Called {
    pub(super) end: End,
    /// Why this checker should not be asked any more.
    pub(super) stop: Option<String>,
}

/// Asks at `at`, and again where the checker is still working on it.
pub(super) async fn call(
    checker: &OutsideChecker,
    attempt: &Attempt,
    at: Instant,
    clock: &dyn Clock,
) -> Called {
    tokio::time::sleep_until(at).await;
    let sheet = checker.sheet();
    let give_up = sheet.ask_again.map(|again| Instant::now() + again.give_up_after);
    loop {
        let Some(said) = checker.ask(&attempt.subject).await else {
            return failed(clock.now(), None);
        };
        match said {
            Ok(Checked::Done(found)) => {
                let cost = sheet.usd_per_credit.times(found.charged());
                let end =
                    End { state: State::Answered, cost, at: clock.now(), answer: Some(found) };
                return Called { end, stop: None };
            }
            Ok(Checked::Pending) => match sheet.ask_again {
                Some(again) if give_up.is_some_and(|give_up| Instant::now() < give_up) => {
                    tokio::time::sleep(again.every).await;
                }
                // it has charged nothing so far; whether it will is not known
                _ => return in_doubt(worst(sheet), clock.now()),
            },
            Err(error) if error.in_doubt() => return in_doubt(worst(sheet), clock.now()),
            Err(error) => return failed(clock.now(), stopping(&error)),
        }
    }
}

/// Why a failure ends the asking: the next call would fare no better, and some services take many
/// refused calls for an attack.
fn stopping(error: &ProviderError) -> Option<String> {
    let stops = error.drops_provider() || error.is_ill_health();
    let slow = matches!(error, ProviderError::RateLimited { .. });
    (stops || slow).then(|| error.to_string())
}

fn failed(at: Timestamp, stop: Option<String>) -> Called {
    Called { end: End { state: State::Failed, cost: Usd::ZERO, at, answer: None }, stop }
}

fn in_doubt(cost: Usd, at: Timestamp) -> Called {
    Called { end: End { state: State::InDoubt, cost, at, answer: None }, stop: None }
}
