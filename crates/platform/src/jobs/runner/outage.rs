use std::time::Duration;

use tokio::time::Instant;

use crate::chance::Chance;
use crate::db::DbError;

/// The wait after the first failure; doubled after each further one.
const FIRST: Duration = Duration::from_millis(200);
/// The longest wait.
const MAX: Duration = Duration::from_secs(15);
/// By how much of itself chance changes a wait, so that all workers do not come back at once.
const JITTER: f64 = 0.25;

/// Whether the database does what it is told, and when to ask again while it does not.
#[derive(Debug, Default)]
pub(super) struct Outage(Option<Since>);

#[derive(Debug)]
struct Since {
    wait: Duration,
    next_try: Instant,
}

impl Outage {
    /// None while it does what it is told.
    pub(super) fn next_try(&self) -> Option<Instant> {
        self.0.as_ref().map(|since| since.next_try)
    }

    /// Whether it is time to ask, at `now`.
    pub(super) fn may_ask(&self, now: Instant) -> bool {
        self.next_try().is_none_or(|at| at <= now)
    }

    /// Takes note of what came of asking; says so where that is a change.
    pub(super) fn note(&mut self, result: Result<(), DbError>, chance: &Chance) {
        match (result, self.0.take()) {
            (Ok(()), None) => {}
            (Ok(()), Some(_)) => tracing::info!("The worker reaches its database again"),
            (Err(error), before) => {
                if before.is_none() {
                    tracing::warn!(
                        %error,
                        "The worker cannot use its database; it keeps trying, no job is lost"
                    );
                }
                let wait = before.map_or(FIRST, |since| since.wait.saturating_mul(2).min(MAX));
                let next_try = Instant::now() + chance.jitter(wait, JITTER);
                self.0 = Some(Since { wait, next_try });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down() -> Result<(), DbError> {
        Err(DbError::Connection("refused".to_owned()))
    }

    #[test]
    fn waits_longer_each_time_and_forgets_when_it_is_over() {
        let chance = Chance::from_seed(1);
        let mut outage = Outage::default();
        assert!(outage.next_try().is_none() && outage.may_ask(Instant::now()));
        let mut waits = Vec::new();
        for _ in 0..9 {
            outage.note(down(), &chance);
            waits.push(outage.0.as_ref().unwrap().wait.as_millis());
            assert!(!outage.may_ask(Instant::now()));
        }
        assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
        outage.note(Ok(()), &chance);
        assert!(outage.next_try().is_none());
        outage.note(down(), &chance);
        assert_eq!(outage.0.unwrap().wait, FIRST);
    }
}
