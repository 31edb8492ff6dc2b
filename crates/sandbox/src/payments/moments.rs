//! Billing periods: calendar months and years, days and weeks, in unix seconds UTC.

use jiff::{Span, Timestamp, tz::TimeZone};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// `count` intervals after `anchor`. A month that has not the anchor's day ends on its last one, and the
/// next takes up the anchor's day again, which is why the count is from the anchor and not from the
/// period before.
pub(super) fn after(anchor: i64, interval: &str, count: i64) -> i64 {
    let span = match interval {
        "day" => Span::new().try_days(count),
        "week" => Span::new().try_weeks(count),
        "year" => Span::new().try_years(count),
        _ => Span::new().try_months(count),
    };
    let moved = Timestamp::from_second(anchor).and_then(|at| {
        let ahead = at.to_zoned(TimeZone::UTC).checked_add(span?)?;
        Ok(ahead.timestamp().as_second())
    });
    moved.unwrap_or(i64::MAX)
}

/// The end of the period that `now` is in, counted from `anchor` in steps of `each` intervals.
pub(super) fn period_end(anchor: i64, interval: &str, each: i64, now: i64) -> i64 {
    let mut count = each.max(1);
    loop {
        let end = after(anchor, interval, count);
        if end > now {
            return end;
        }
        count = count.saturating_add(each.max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[track_caller]
    fn check(anchor: &str, interval: &str, count: i64, expected: &str) {
        assert_eq!(
            after(at(anchor), interval, count),
            at(expected),
            "{anchor} + {count} {interval}"
        );
    }

    #[test]
    fn months_end_where_they_end_and_come_back() {
        check("2026-01-31T10:00:00Z", "month", 1, "2026-02-28T10:00:00Z");
        check("2026-01-31T10:00:00Z", "month", 2, "2026-03-31T10:00:00Z");
        check("2024-02-29T00:00:00Z", "year", 1, "2025-02-28T00:00:00Z");
        check("2026-01-05T09:00:00Z", "week", 2, "2026-01-19T09:00:00Z");
        let end = period_end(at("2026-01-31T00:00:00Z"), "month", 1, at("2026-02-28T00:00:00Z"));
        assert_eq!(end, at("2026-03-31T00:00:00Z"));
    }
}
