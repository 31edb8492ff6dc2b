//! The one source of "now". Rules take a [`Timestamp`]; whoever must fetch it takes a [`Clock`].

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use captely_contact::Timestamp;

/// Says what time it is, in microseconds UTC.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one real clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// 2026-01-05T09:00:00Z, a Monday morning.
    pub const START: Timestamp = Timestamp::micros(1_767_603_600_000_000);

    /// Stands at `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_micros()))
    }

    /// Moves forward by `by`.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Moves to `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }
}

/// Stands at [`TestClock::START`].
impl Default for TestClock {
    fn default() -> Self {
        Self::at(Self::START)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::micros(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_moves_its_clock() {
        let clock = TestClock::default();
        assert_eq!(clock.now().to_string(), "2026-01-05T09:00:00Z");
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().since(TestClock::START), Duration::from_secs(90));
        clock.set(Timestamp::micros(7));
        assert_eq!(clock.now(), Timestamp::micros(7));
    }

    #[test]
    fn the_system_clock_is_past_the_day_this_was_written() {
        assert!(SystemClock.now() > TestClock::START.minus(Duration::from_hours(24 * 365)));
    }
}
