use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use super::month::month;

/// Which of two numbers is the day, in the dates of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `15/03/2024`: some first number is above 12, and no second one.
    DayFirst,
    /// `03/15/2024`: some second number is above 12, and no first one.
    MonthFirst,
    /// Dates speak for both orders: they come from several sources.
    Mixed,
    /// No date tells.
    Unknown,
}

/// A date read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, where there is one.
    pub time: Option<Time>,
    /// Its distance to UTC, where that is told.
    pub offset: Option<Offset>,
}

/// Why a cell gives no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateFault {
    /// Day and month could be either, and the column does not tell.
    #[error("day and month could be either; say which comes first")]
    Ambiguous,
    /// Both numbers are there, but the calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// It is no date: `TBD`, `Q1 2024`.
    #[error("this is no date; write it as 2024-03-15")]
    NotADate,
}

/// The order that a whole column keeps: one date above the 12th decides for all.
pub fn date_order<'a>(values: impl Iterator<Item = &'a str>) -> DateOrder {
    let (mut day_first, mut month_first) = (false, false);
    for value in values {
        if let Some((a, b)) = two_numbers(value) {
            day_first |= a > 12 && b <= 12;
            month_first |= b > 12 && a <= 12;
        }
    }
    match (day_first, month_first) {
        (true, true) => DateOrder::Mixed,
        (true, false) => DateOrder::DayFirst,
        (false, true) => DateOrder::MonthFirst,
        (false, false) => DateOrder::Unknown,
    }
}

/// Reads a date in the `order` of its column: ISO 8601 with or without a time, numbers with `/`, `.` or `-`,
/// months by name, Excel's day numbers (of the base of 1900), Unix seconds and milliseconds.
///
/// With dots the day comes first, whatever the column. A year of two digits is between 1930 and 2029, as in Excel.
pub fn date(text: &str, order: DateOrder) -> Result<Moment, DateFault> {
    let text = text.trim().trim_start_matches('\'').trim();
    if let Some(number) = serial(text) {
        return number;
    }
    let (day, time) = apart(text);
    let (time, offset) = time.map_or(Ok((None, None)), time_of_day)?;
    let date = calendar_day(day, order)?;
    Ok(Moment { date, time, offset })
}

impl Moment {
    /// The moment, taken as UTC where the cell tells no distance to it, and as the day's beginning where it tells
    /// no time. `None` outside the years that can be held.
    pub fn timestamp(&self) -> Option<captely_contact::Timestamp> {
        let local = DateTime::from_parts(self.date, self.time.unwrap_or_default());
        let moment = self.offset.unwrap_or(Offset::UTC).to_timestamp(local).ok()?;
        Some(captely_contact::Timestamp::micros(moment.as_microsecond()))
    }

    /// As ISO 8601: `2024-03-15`, `2024-03-15T09:30:00`, or in UTC `2024-03-15T08:30:00Z`.
    pub fn iso(&self) -> String {
        match (self.time, self.offset) {
            (None, _) => self.date.to_string(),
            (Some(time), None) => DateTime::from_parts(self.date, time).to_string(),
            (Some(time), Some(offset)) => {
                let local = DateTime::from_parts(self.date, time);
                offset.to_timestamp(local).map_or_else(|_| local.to_string(), |t| t.to_string())
            }
        }
    }
}

/// The first two of three numbers with slashes or hyphens, where the third is the year.
fn two_numbers(value: &str) -> Option<(u16, u16)> {
    let (day, _) = apart(value.trim());
    let mut parts = day.split(['/', '-']);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let ends = parts.next().is_none() && a.len() <= 2 && b.len() <= 2;
    (ends && matches!(year.len(), 2 | 4)).then_some(())?;
    Some((a.parse().ok()?, b.parse().ok()?))
}

/// The day and what stands behind it: a time begins at `T`, or at a word with a colon.
fn apart(text: &str) -> (&str, Option<&str>) {
    let iso = text.find('T').filter(|at| {
        let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        digit(text.as_bytes().get(at.wrapping_sub(1))) && digit(text.as_bytes().get(at + 1))
    });
    let time = iso.or_else(|| {
        let colon = text.find(':')?;
        text.get(..colon)?.rfind(' ')
    });
    match time.and_then(|at| text.split_at_checked(at)) {
        Some((day, time)) => (day.trim(), time.get(1..).map(str::trim)),
        None => (text, None),
    }
}

fn time_of_day(text: &str) -> Result<(Option<Time>, Option<Offset>), DateFault> {
    let lower = text.to_ascii_lowercase();
    let (clock, afternoon) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(clock), _) => (clock.trim().to_owned(), Some(true)),
        (_, Some(clock)) => (clock.trim().to_owned(), Some(false)),
        _ => (lower, None),
    };
    let clock = clock.trim_end_matches("utc").trim_end();
    let at = clock.find(['z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at_checked(at).ok_or(DateFault::NotADate)?;
    let mut parts = clock.trim().split(':');
    let mut next = || parts.next().unwrap_or("0").split('.').next()?.trim().parse::<i8>().ok();
    let (hour, minute, second) = (next(), next(), next());
    let hour = hour.map(|hour| match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    });
    let time = || Time::new(hour?, minute?, second?, 0).ok();
    Ok((Some(time().ok_or(DateFault::NotADate)?), offset(zone)?))
}

fn offset(zone: &str) -> Result<Option<Offset>, DateFault> {
    let Some(sign) = zone.chars().next() else { return Ok(None) };
    if sign == 'z' {
        return Ok(Some(Offset::UTC));
    }
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2).unwrap_or((&digits, "0"));
    let number = |text: &str| text.parse::<i32>().unwrap_or(0);
    let seconds = number(hours) * 3_600 + number(minutes) * 60;
    let signed = if sign == '-' { -seconds } else { seconds };
    Offset::from_seconds(signed).map(Some).map_err(|_range| DateFault::NotADate)
}

fn calendar_day(text: &str, order: DateOrder) -> Result<Date, DateFault> {
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "/.,-".contains(c))
        .filter(|part| !part.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else { return Err(DateFault::NotADate) };
    let number = |part: &str| {
        part.trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse::<i8>()
            .ok()
            .filter(|n| *n > 0)
    };
    if a.len() == 4
        && let (Some(year), Some(month), Some(day)) = (year(a), number(b), number(c))
    {
        return new(year, month, day);
    }
    let year = year(c).ok_or(DateFault::NotADate)?;
    if let (Some(month), Some(day)) = (month(a), number(b)) {
        return new(year, month, day);
    }
    if let (Some(day), Some(month)) = (number(a), month(b)) {
        return new(year, month, day);
    }
    let (Some(first), Some(second)) = (number(a), number(b)) else {
        return Err(DateFault::NotADate);
    };
    let day_first = match order {
        _ if first == second || text.contains('.') => true,
        _ if first > 12 => true,
        _ if second > 12 => false,
        DateOrder::DayFirst => true,
        DateOrder::MonthFirst => false,
        DateOrder::Mixed | DateOrder::Unknown => return Err(DateFault::Ambiguous),
    };
    if day_first { new(year, second, first) } else { new(year, first, second) }
}

fn new(year: i16, month: i8, day: i8) -> Result<Date, DateFault> {
    Date::new(year, month, day).map_err(|_range| DateFault::NoSuchDay)
}

/// Of two digits: 00–29 are 2000–2029, 30–99 are 1930–1999, as Excel reads them.
fn year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year < 30 => Some(year + 2_000),
        2 => Some(year + 1_900),
        _ => None,
    }
}

/// Days since Excel's day 0 (25,569 is 1970-01-01; up to the year 2100), Unix seconds or milliseconds.
fn serial(text: &str) -> Option<Result<Moment, DateFault>> {
    const EXCEL: std::ops::RangeInclusive<i64> = 14_611..=73_415;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let unix = match whole.len() {
        10 => Timestamp::from_second(number),
        13 => Timestamp::from_millisecond(number),
        5 if EXCEL.contains(&number) => return Some(excel(number, part)),
        _ => return None,
    };
    let local = Offset::UTC.to_datetime(unix.ok()?);
    Some(Ok(Moment { date: local.date(), time: Some(local.time()), offset: Some(Offset::UTC) }))
}

fn excel(days: i64, part: &str) -> Result<Moment, DateFault> {
    let none = |_| DateFault::NoSuchDay;
    let base = Date::new(1899, 12, 30).map_err(none)?;
    let date = base.checked_add(Span::new().try_days(days).map_err(none)?).map_err(none)?;
    let part: u64 = format!("{part:0<9}").get(..9).and_then(|p| p.parse().ok()).unwrap_or(0);
    // Thousand-millionths of a day, to the second.
    let seconds = (part * 86_400 + 500_000_000) / 1_000_000_000;
    let number = |n: u64| i8::try_from(n).unwrap_or(0);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let time = Time::new(number(hour), number(minute), number(second), 0).ok();
    Ok(Moment { date, time: time.filter(|_| seconds > 0), offset: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, order: DateOrder, expected: Result<&str, DateFault>) {
        let found = date(text, order).map(|moment| moment.iso());
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn dates_of_many_styles() {
        use DateOrder::{DayFirst, MonthFirst, Unknown};
        check("2024-03-15", Unknown, Ok("2024-03-15"));
        check("2024-03-15T09:30:00Z", Unknown, Ok("2024-03-15T09:30:00Z"));
        check("2024-03-15 09:30:00.123 +0100", Unknown, Ok("2024-03-15T08:30:00Z"));
        check("2024-03-15T09:30:00-05:00", Unknown, Ok("2024-03-15T14:30:00Z"));
        check("03/15/24", Unknown, Ok("2024-03-15"));
        check("03/15/65", Unknown, Ok("1965-03-15"));
        check("15/03/2024", Unknown, Ok("2024-03-15"));
        check("03/05/2024", MonthFirst, Ok("2024-03-05"));
        check("03/05/2024", DayFirst, Ok("2024-05-03"));
        check("03/05/2024", Unknown, Err(DateFault::Ambiguous));
        check("03/05/2024", DateOrder::Mixed, Err(DateFault::Ambiguous));
        check("05/05/2024", Unknown, Ok("2024-05-05"));
        check("3.5.2024", Unknown, Ok("2024-05-03"));
        check("12-04-2022 09:30", DayFirst, Ok("2022-04-12T09:30:00"));
        check("3/15/2024 12:05 AM", Unknown, Ok("2024-03-15T00:05:00"));
        check("3/15/2024 1:05:09 PM", Unknown, Ok("2024-03-15T13:05:09"));
        check("12 Mar 2024", Unknown, Ok("2024-03-12"));
        check("March 12th, 2024", Unknown, Ok("2024-03-12"));
        check("12. März 2024", Unknown, Ok("2024-03-12"));
        check("1 août 2024", Unknown, Ok("2024-08-01"));
        check("45366", Unknown, Ok("2024-03-15"));
        check("45366.5", Unknown, Ok("2024-03-15T12:00:00"));
        check("1710495000", Unknown, Ok("2024-03-15T09:30:00Z"));
        check("1710495000000", Unknown, Ok("2024-03-15T09:30:00Z"));
        check("31/02/2024", Unknown, Err(DateFault::NoSuchDay));
        for text in
            ["Q1 2024", "TBD", "", "2024", "12", "1/2", "a/b/2024", "2024-03-15T99:00", "T1"]
        {
            check(text, Unknown, Err(DateFault::NotADate));
        }
    }

    #[test]
    fn a_column_keeps_one_order() {
        for (values, order) in [
            (&["03/05/2024", "15/03/2024"][..], DateOrder::DayFirst),
            (&["03/05/2024", "03/15/24"], DateOrder::MonthFirst),
            (&["15/03/2024", "03/15/2024"], DateOrder::Mixed),
            (&["03/05/2024", "2024-03-15", "TBD", ""], DateOrder::Unknown),
            (&["12-04-2022 09:30", "30-04-2022 09:30"], DateOrder::DayFirst),
        ] {
            assert_eq!(date_order(values.iter().copied()), order, "{values:?}");
        }
    }
}
