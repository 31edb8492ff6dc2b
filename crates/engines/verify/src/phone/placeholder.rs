//! What people type into a field that they must fill.

/// Fewer digits are judged by no pattern.
const SAME_DIGITS_MIN: usize = 6;
/// A run of keys is no number from here on: `123456789`.
const RUN_DIGITS_MIN: usize = 9;

/// Whether the digits of a text are a placeholder: `00000 000000`, `1111111111`, `1234567890`. A trunk
/// `0` or a `1` before the pattern does not make it a number. The text is in ASCII digits.
pub(super) fn is_placeholder(text: &str) -> bool {
    let digits = || text.bytes().filter(u8::is_ascii_digit);
    let bare = || digits().skip_while(|&digit| digit == b'0');
    if bare().next().is_none() {
        return digits().next().is_some();
    }
    is_pattern(bare())
        || is_pattern(digits())
        || (bare().next() == Some(b'1') && is_same(bare().skip(1)))
}

/// Whether a national number is all of one digit or a run of keys.
pub(super) fn is_pattern(digits: impl Iterator<Item = u8> + Clone) -> bool {
    is_same(digits.clone()) || is_run(digits.clone(), 1) || is_run(digits, 9)
}

fn is_same(digits: impl Iterator<Item = u8> + Clone) -> bool {
    let first = digits.clone().next();
    digits.clone().all(|digit| Some(digit) == first) && digits.count() >= SAME_DIGITS_MIN
}

/// Whether each digit is the one before plus `by`; 9 is followed by 0 in a row of keys.
fn is_run(digits: impl Iterator<Item = u8> + Clone, by: u8) -> bool {
    let steps = digits.clone().zip(digits.clone().skip(1));
    let mut steps =
        steps.map(|(one, next)| (one.wrapping_sub(b'0') + by) % 10 == next.wrapping_sub(b'0'));
    steps.all(|step| step) && digits.count() >= RUN_DIGITS_MIN
}

/// Whether the text is a date or a span of years: `2021-05-12`, `12.05.2021 10:00`, `2009-2011`.
pub(super) fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let is_time =
        time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || b":.+-Z".contains(&b));
    if !time.is_empty() && !is_time {
        return false;
    }
    let Some(separator) = date.chars().find(|c| !c.is_ascii_digit()) else { return false };
    if !matches!(separator, '-' | '/' | '.' | '–') {
        return false;
    }
    let mut parts = date.split(separator);
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let (Some(first), Some(second), None) = (first, second, parts.next()) else { return false };
    match (first.len(), second.len(), third) {
        (4, 4, None) => is_span(first, second),
        (4, 1..=2, Some(third)) => is_year(first) && is_day(second, third),
        (1..=2, 1..=2, Some(third)) => is_year(third) && is_day(first, second),
        _ => false,
    }
}

fn is_span(from: &str, to: &str) -> bool {
    is_year(from) && is_year(to) && from <= to
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse().is_ok_and(|year: u16| (1900..2100).contains(&year))
}

/// A day and a month, in either order.
fn is_day(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse().unwrap_or(0_u8);
    let (one, other) = (number(one), number(other));
    one > 0 && other > 0 && one.min(other) <= 12 && one.max(other) <= 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "00000 000000",
            "0000000000",
            "1111111111",
            "+1 111 111 1111",
            "1234567890",
            "0123456789",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "+", "020 7946 0958", "12345", "+49 30 123456", "0800 111 1110"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn dates() {
        for text in [
            "2009-2011",
            "2009–2011",
            "2021-05-12",
            "2021-5-2",
            "12/05/2021",
            "05/31/2021",
            "1.1.1999",
            "2021-05-12T10:00:00Z",
            "2021-05-12 10:00",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "",
            "2011-2009",
            "6123-4567",
            "12.34.56.78",
            "01.23.45.67.89",
            "030/123456",
            "2021-13-32",
            "99/99/2021",
            "12-05-2021 x42",
            "020 7946 0958",
            "2021-",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }
}
