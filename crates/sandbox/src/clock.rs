//! The sandbox's own time: a date set at the start, moved on by the runtime's clock and by request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_contact::Timestamp;
use tokio::time::Instant;

/// Milliseconds since the start, and the date they stand for.
#[derive(Debug)]
pub(crate) struct Clock {
    began: Instant,
    began_at: Timestamp,
    ahead_ms: AtomicU64,
}

impl Clock {
    pub(crate) fn new(began_at: Timestamp) -> Self {
        Self { began: Instant::now(), began_at, ahead_ms: AtomicU64::new(0) }
    }

    /// Milliseconds since the start.
    pub(crate) fn now_ms(&self) -> u64 {
        let passed = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        passed.saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves time on, so that a test need not wait for windows and retention periods to pass.
    pub(crate) fn advance(&self, ms: u64) {
        self.ahead_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// The date `ms` after the start in RFC 3339 with milliseconds: `2026-01-05T09:00:00.000Z`.
    pub(crate) fn iso(&self, ms: u64) -> String {
        let at = self.began_at.plus(Duration::from_millis(ms)).as_micros();
        let moment = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
        format!("{moment:.3}")
    }

    /// Milliseconds since 1970 at `ms` after the start.
    pub(crate) fn unix_ms(&self, ms: u64) -> i64 {
        self.began_at.plus(Duration::from_millis(ms)).as_micros() / 1_000
    }

    /// The day `days` before the moment `ms` after the start: `2026-01-02`.
    pub(crate) fn day_before(&self, ms: u64, days: u64) -> String {
        let at = self.began_at.plus(Duration::from_millis(ms));
        let day = at.minus(Duration::from_secs(days.saturating_mul(86_400))).to_string();
        day.get(..10).unwrap_or_default().to_owned()
    }
}
