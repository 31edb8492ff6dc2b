use std::borrow::Cow;

/// What spreadsheets do to phone numbers, undone where nothing was lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repair<'t> {
    /// The text was whole.
    Whole(&'t str),
    /// The text after the repair, and what was done.
    Repaired(Cow<'t, str>, &'static str),
    /// Digits are gone: `9.8765E+09`.
    DigitsLost,
}

/// Undoes what spreadsheets and people do around a number.
pub(super) fn repair(raw: &str) -> Repair<'_> {
    let text = trim(raw);
    let mut bare = text;
    let mut note = None;
    for (open, close, what) in [
        ("=\"", "\"", "a spreadsheet formula around the number was removed"),
        ("\"", "\"", "quotes around the number were removed"),
        ("'", "", "a leading apostrophe was removed"),
        ("\u{2019}", "", "a leading apostrophe was removed"),
        ("tel:", "", "the word tel: was removed"),
    ] {
        let inner = bare.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner {
            bare = trim(inner);
            note = Some(what);
        }
    }
    if let Some(repair) = scientific(bare) {
        return repair;
    }
    if let Some(whole) = bare.strip_suffix(".0").filter(|w| w.bytes().all(|b| b.is_ascii_digit())) {
        return Repair::Repaired(whole.into(), "a decimal ending was removed");
    }
    if let Some(first) = first_of_many(bare) {
        return Repair::Repaired(first.into(), "the first of several numbers was taken");
    }
    note.map_or(Repair::Whole(bare), |note| Repair::Repaired(bare.into(), note))
}

/// Without white space around, non-breaking and zero-width ones included.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
    })
}

/// `9.876543210E+09` → its digits; they are lost where the exponent reaches beyond those kept.
fn scientific(text: &str) -> Option<Repair<'static>> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 1 || !digits(whole) || !digits(part) {
        return None;
    }
    if part.len() != exponent {
        return Some(Repair::DigitsLost);
    }
    let note = "the number was written out from scientific notation";
    Some(Repair::Repaired(format!("{whole}{part}").into(), note))
}

/// The first number of `020 7946 0958 / 020 7946 0959`: each side must have digits enough, so that
/// `030/123456` stays whole.
fn first_of_many(text: &str) -> Option<&str> {
    let long = |t: &str| t.bytes().filter(u8::is_ascii_digit).count() >= 7;
    for separator in [" or ", " / ", "/", ";", "|", ",", "\n"] {
        if let Some((first, rest)) = text.split_once(separator)
            && long(first)
            && long(rest)
        {
            return Some(trim(first));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        match repair(raw) {
            Repair::Whole(text) => assert_eq!(text, expected, "{raw:?}"),
            Repair::Repaired(text, _) => assert_eq!(text, expected, "{raw:?}"),
            Repair::DigitsLost => panic!("{raw:?} was given up"),
        }
    }

    #[test]
    fn spreadsheets_and_people() {
        check("'+14155552671", "+14155552671");
        check("=\"0041446681800\"", "0041446681800");
        check("9.876543210E+09", "9876543210");
        check("5046218927.0", "5046218927");
        check("\u{202a}+49 30 123456\u{202c}", "+49 30 123456");
        check("tel:+1-504-621-8927", "+1-504-621-8927");
        check("020 7946 0958 / 020 7946 0959", "020 7946 0958");
        check("030/123456", "030/123456");
        check("1-800-FLOWERS", "1-800-FLOWERS");
        assert_eq!(repair("9.8765E+09"), Repair::DigitsLost);
        assert_eq!(repair(" 504-621-8927 "), Repair::Whole("504-621-8927"));
    }
}
