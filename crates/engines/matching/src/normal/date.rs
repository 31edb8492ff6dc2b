//! Days, as `20260131`. A day that is none, such as one with a slip of the keyboard, keeps its digits, so
//! that it can still be near another.

use jiff::civil::Date;

/// A day as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(Date);

impl Day {
    /// Days between the two, whichever is first.
    pub(crate) fn days_to(self, other: Self) -> u32 {
        self.0.until(other.0).map_or(u32::MAX, |span| span.get_days().unsigned_abs())
    }

    /// Whether day and month of one are month and day of the other.
    pub(crate) fn is_turned(self, other: Self) -> bool {
        self.0.year() == other.0.year()
            && self.0.day() == other.0.month()
            && self.0.month() == other.0.day()
    }
}

/// The day that a normal form writes.
pub(crate) fn day(form: &str) -> Option<Day> {
    let part = |from: usize, to: usize| form.get(from..to)?.parse::<i16>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    if form.len() != 8 {
        return None;
    }
    let small = |n: i16| i8::try_from(n).ok();
    Date::new(year, small(month)?, small(day)?).ok().map(Day)
}

/// `2026-01-31`, `20260131`, `31.1.2026`, `1/31/2026` and `31/1/2026` have one form. Where day and month
/// cannot be told apart, dots mean that the day and slashes that the month comes first.
pub(super) fn date(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let text = value.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return digits };
    if ![a, b, c].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return digits;
    }
    let form = |year: &str, month: &str, day: &str| format!("{year}{month:0>2}{day:0>2}");
    match (a.len(), c.len()) {
        (4, _) => form(a, b, c),
        (_, 4) => {
            let (us, european) = (form(c, a, b), form(c, b, a));
            let month_first = text.contains('/') && day(&us).is_some() || day(&european).is_none();
            if month_first { us } else { european }
        }
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_one_form() {
        for value in
            ["2026-01-31", "20260131", "31.1.2026", "1/31/2026", "31/1/2026", "2026-01-31T10:00Z"]
        {
            assert_eq!(date(value), "20260131", "{value}");
        }
        assert_eq!(date("5/6/2026"), "20260506");
        assert_eq!(date("5.6.2026"), "20260605");
        assert_eq!(date("19491301"), "19491301");
    }

    #[test]
    fn days_are_near_or_turned() {
        let read = |text| day(text).unwrap();
        assert_eq!(read("20260131").days_to(read("20260201")), 1);
        assert_eq!(read("20260201").days_to(read("20250201")), 365);
        assert!(read("20260506").is_turned(read("20260605")));
        assert_eq!(day("19491301"), None);
        assert_eq!(day("202601311"), None);
        assert_eq!(day("2026é31"), None);
    }
}
