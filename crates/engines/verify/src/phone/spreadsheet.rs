//! What spreadsheets do to phone numbers.

use super::cell::DigitsLost;

/// Digits of a whole number, at least.
const DIGITS_MIN: usize = 7;

/// A text and what was done to it.
type Repaired<T> = Option<(T, &'static str)>;

/// One layer of formula, quotes or marks less.
pub(super) fn unwrapped(text: &str) -> Repaired<&str> {
    const FORMULA: &str = "a spreadsheet formula around the number was removed";
    const QUOTES: &str = "quotes around the number were removed";
    const APOSTROPHE: &str = "a leading apostrophe was removed";
    if let Some(inner) = text.strip_prefix('=') {
        let is_number = inner.starts_with(|c: char| c == '+' || c.is_ascii_digit());
        return quoted(inner).or(is_number.then_some(inner)).map(|inner| (inner, FORMULA));
    }
    if let Some(inner) = quoted(text) {
        return Some((inner, QUOTES));
    }
    let inner = text.strip_prefix(['\'', '’', '‘', '`'])?;
    Some((inner.strip_suffix(['\'', '’']).unwrap_or(inner), APOSTROPHE))
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix(['"', '“', '”', '„'])?.strip_suffix(['"', '“', '”'])
}

/// What a spreadsheet shows in place of a number that it could not hold or show.
pub(super) fn is_error(text: &str) -> bool {
    let marks = text.strip_prefix('#').is_some_and(|rest| rest.bytes().all(|b| b == b'#'));
    marks && text.len() > 1
        || ["#NAME?", "#VALUE!", "#NUM!", "#REF!", "#ERROR!", "#DIV/0!", "#N/A", "#NULL!"]
            .contains(&text)
}

/// A number that a spreadsheet has written as an amount: `9.876543210E+09`, `9,876,543,210`,
/// `5046218927.0`.
pub(super) fn written_out(text: &str) -> Result<Repaired<String>, DigitsLost> {
    if let Some((mantissa, exponent)) = text.split_once(['E', 'e'])
        && let Some(number) = scientific(mantissa, exponent)?
    {
        return Ok(Some((number, "the number was written out from scientific notation")));
    }
    Ok(grouped(text).or_else(|| decimal(text)))
}

/// `9.876543210`, `+09` → its digits; they are lost where the exponent reaches beyond those kept.
fn scientific(mantissa: &str, exponent: &str) -> Result<Option<String>, DigitsLost> {
    let Ok(exponent) = exponent.strip_prefix('+').unwrap_or(exponent).parse::<usize>() else {
        return Ok(None);
    };
    let mantissa = mantissa.strip_prefix('+').unwrap_or(mantissa);
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    if whole.len() != 1 || !is_digits(whole) || !is_digits(part) {
        return Ok(None);
    }
    if part.len() == exponent { Ok(Some(format!("{whole}{part}"))) } else { Err(DigitsLost) }
}

/// `9,876,543,210` and `9'876'543'210`: groups of three behind one to three digits.
fn grouped(text: &str) -> Repaired<String> {
    let separator = [',', '\'', '’'].into_iter().find(|separator| text.contains(*separator))?;
    let sign = text.strip_prefix('+').map_or("", |_| "+");
    let amount = text.trim_start_matches('+');
    // An amount may end in `.00`, which is no group.
    let amount = amount.split_once('.').map_or(amount, |(whole, part)| {
        if part.bytes().all(|b| b == b'0') { whole } else { amount }
    });
    let mut groups = amount.split(separator);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && is_digits(first))?;
    let others: Vec<&str> = groups.collect();
    let of_three = |group: &&str| group.len() == 3 && is_digits(group);
    (others.len() >= 2 && others.iter().all(of_three))
        .then(|| (format!("{sign}{first}{}", others.concat()), "thousands separators were removed"))
}

/// `5046218927.0`, `5046218927,00`.
fn decimal(text: &str) -> Repaired<String> {
    let (whole, part) = text.rsplit_once(['.', ','])?;
    let digits = whole.strip_prefix('+').unwrap_or(whole);
    let zeros = (1..=2).contains(&part.len()) && part.bytes().all(|b| b == b'0');
    (zeros && digits.len() >= DIGITS_MIN && is_digits(digits))
        .then(|| (whole.to_owned(), "a decimal ending was removed"))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let whole = |text| written_out(text).map(|done| done.map(|(number, _)| number));
        for (text, number) in [
            ("9.812345067E+09", "9812345067"),
            ("9,812345067e9", "9812345067"),
            ("4.42079460018E+11", "442079460018"),
            ("9,876,543,210", "9876543210"),
            ("9,876,543,210.00", "9876543210"),
            ("41'446'681'800", "41446681800"),
            ("5046218927.00", "5046218927"),
            ("+442079460018.0", "+442079460018"),
        ] {
            assert_eq!(whole(text), Ok(Some(number.to_owned())), "{text}");
        }
        for text in ["9.8765E+09", "+4.42E+11", "1E+10"] {
            assert_eq!(whole(text), Err(DigitsLost), "{text}");
        }
        for text in
            ["", "020 7946 0958, 42", "1-800-FLOWERS", "E", "1,234", "01.23.45.67.00", "1,23,456"]
        {
            assert_eq!(whole(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn layers() {
        for (text, inner) in [("=\"1\"", "1"), ("„1“", "1"), ("'1", "1"), ("'1'", "1"), ("=1", "1")]
        {
            assert_eq!(unwrapped(text).map(|(inner, _)| inner), Some(inner), "{text}");
        }
        for text in ["", "=A1", "\"1", "1"] {
            assert_eq!(unwrapped(text), None, "{text}");
        }
        assert!(is_error("####") && is_error("#VALUE!") && !is_error("#42") && !is_error("#"));
    }
}
