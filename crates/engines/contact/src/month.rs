//! Calendar months in UTC: limits of a month are counted by them.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Timestamp;

/// Months since January 1970.
pub fn month_of(at: Timestamp) -> i64 {
    let Ok(moment) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return 0 };
    let date = moment.to_zoned(TimeZone::UTC).date();
    (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
}

/// When the month begins; none in a year that is not between -9999 and 9999.
pub fn month_start(month: i64) -> Option<Timestamp> {
    let year = i16::try_from(month.div_euclid(12).checked_add(1970)?).ok()?;
    let of_year = i8::try_from(month.rem_euclid(12).checked_add(1)?).ok()?;
    let first = Date::new(year, of_year, 1).ok()?;
    let moment = first.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::micros(moment.as_microsecond()))
}

/// When the month after begins.
pub fn month_after(month: i64) -> Option<Timestamp> {
    month_start(month.checked_add(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_at_midnight_of_the_first() {
        let at = |text: &str| {
            let moment: jiff::Timestamp = text.parse().unwrap();
            Timestamp::micros(moment.as_microsecond())
        };
        for (inside, begins, next) in [
            ("2026-01-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            ("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-12-05T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("1969-12-31T23:00:00Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(month_start(month_of(at(inside))), Some(at(begins)), "{inside}");
            assert_eq!(month_after(month_of(at(inside))), Some(at(next)), "{inside}");
        }
        assert_eq!((month_start(i64::MAX), month_after(i64::MAX)), (None, None));
    }
}
