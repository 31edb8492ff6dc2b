//! Months counted from an anchor. Each is reckoned from the anchor itself, never from the month before, so
//! that one that begins on the 31st is on the 28th in February and on the 31st again in March.

use captely_contact::Timestamp;
use jiff::Span;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// From `start` (included) to `end` (not included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment behind it.
    pub end: Timestamp,
}

impl Period {
    /// `months` months from the `n`-th month behind the anchor.
    pub fn of(anchor: Timestamp, n: u32, months: u32) -> Self {
        Self { start: after(anchor, n), end: after(anchor, n.saturating_add(months)) }
    }

    /// Whether a moment lies in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}

/// The moment `months` months behind `anchor` in UTC, at the same time of day: on the same day of the month, or on
/// the last where the month is shorter. Held at the end of time (year 9999).
pub fn after(anchor: Timestamp, months: u32) -> Timestamp {
    let moved = || {
        let from = jiff::Timestamp::from_microsecond(anchor.as_micros()).ok()?;
        let from: DateTime = from.to_zoned(TimeZone::UTC).datetime();
        let span = Span::new().try_months(months).ok()?;
        let there = from.checked_add(span).ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(Timestamp::micros(there.timestamp().as_microsecond()))
    };
    moved().unwrap_or(Timestamp::micros(jiff::Timestamp::MAX.as_microsecond()))
}

/// How many whole months have passed from `anchor` to `at`; zero before it.
pub fn months_between(anchor: Timestamp, at: Timestamp) -> u32 {
    // A month has 31 days at most, so this never counts too many; the loop adds the few that are missing.
    const LONGEST_MONTH_MICROS: i64 = 31 * 86_400_000_000;
    let passed = at.as_micros().saturating_sub(anchor.as_micros()).max(0);
    let mut months = u32::try_from(passed / LONGEST_MONTH_MICROS).unwrap_or(u32::MAX);
    while months < u32::MAX && after(anchor, months.saturating_add(1)) <= at {
        months = months.saturating_add(1);
    }
    months
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(anchor: &str, months: u32, expected: &str) {
        assert_eq!(after(at(anchor), months).to_string(), expected);
    }

    #[test]
    fn the_end_of_the_month_does_not_drift() {
        check("2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00Z");
        check("2026-01-31T10:00:00Z", 2, "2026-03-31T10:00:00Z");
        check("2026-01-31T10:00:00Z", 3, "2026-04-30T10:00:00Z");
        check("2024-01-30T23:59:59Z", 1, "2024-02-29T23:59:59Z");
        check("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00Z");
        check("2024-02-29T00:00:00Z", 48, "2028-02-29T00:00:00Z");
        check("2026-12-31T00:00:00Z", 2, "2027-02-28T00:00:00Z");
    }

    #[test]
    fn the_end_of_time_is_the_end() {
        assert!(after(at("2026-01-01T00:00:00Z"), u32::MAX) > at("9999-01-01T00:00:00Z"));
    }

    proptest! {
        #[test]
        fn months_have_no_gaps_and_count_back(
            start in 1_500_000_000_i64..2_000_000_000,
            n in 0_u32..400,
            part in 0_i64..1_000,
        ) {
            let anchor = Timestamp::micros(start * 1_000_000);
            let month = Period::of(anchor, n, 1);
            prop_assert_eq!(month.end, Period::of(anchor, n + 1, 1).start);
            let days = month.end.since(month.start).as_secs() / 86_400;
            prop_assert!((28..=31).contains(&days));
            let long = month.end.as_micros() - month.start.as_micros();
            let inside = Timestamp::micros(month.start.as_micros() + long * part / 1_000);
            prop_assert_eq!(months_between(anchor, inside), n);
            prop_assert!(month.holds(inside));
        }
    }
}
