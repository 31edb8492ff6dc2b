use std::borrow::Cow;

use rlibphonenumber::PHONE_NUMBER_UTIL;

use super::{labels, several, spreadsheet};

/// The text of a cell, made ready for reading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    /// The one number, in ASCII digits, without what stood around it.
    pub(super) text: Cow<'t, str>,
    /// What was repaired, a sentence's part each.
    pub(super) notes: Vec<&'static str>,
    /// What stood behind the number: another one, mostly.
    pub(super) rest: Option<String>,
}

/// Digits are gone: the number cannot be had from this text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DigitsLost;

/// Undoes what spreadsheets and people do around a number.
pub(super) fn clean(raw: &str) -> Result<Cell<'_>, DigitsLost> {
    let mut cell = Cell { text: plain(without_scheme(trim(raw))), notes: Vec::new(), rest: None };
    if is_bare(&cell.text) {
        return Ok(cell);
    }
    while let Some((inner, note)) = spreadsheet::unwrapped(&cell.text) {
        let inner = trim(inner).to_owned();
        cell.repair(inner, note);
    }
    if spreadsheet::is_error(&cell.text) {
        return Err(DigitsLost);
    }
    if let Some((number, note)) = spreadsheet::written_out(&cell.text)? {
        cell.repair(number, note);
    }
    if let Some((first, rest)) = several::split(&cell.text) {
        let (first, rest) = (trim(first).to_owned(), trim(rest).to_owned());
        cell.repair(first, "the first of several numbers was taken");
        cell.rest = Some(rest);
    }
    if let Some((number, note)) = labels::without_word(&cell.text) {
        let number = trim(number).to_owned();
        cell.repair(number, note);
    }
    if let Some(number) = labels::with_plain_extension(&cell.text) {
        cell.text = number.into();
    }
    Ok(cell)
}

impl Cell<'_> {
    fn repair(&mut self, text: String, note: &'static str) {
        self.text = text.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Whether nothing but a number stands there, as in most cells: digits in groups, a `+` at most at the
/// start, and no decimal ending.
fn is_bare(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit() || b" ()-.".contains(&b))
        && !text.ends_with(".0")
        && !text.ends_with(".00")
}

/// How many ASCII digits stand in the text.
pub(super) fn digit_count(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Without white space around, non-breaking and zero-width ones included.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Without the `tel:` of a link (RFC 3966).
fn without_scheme(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((scheme, number)) if scheme.eq_ignore_ascii_case("tel:") => trim(number),
        _ => text,
    }
}

/// Marks of writing direction and zero-width characters, which come along when text is copied.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

fn is_noise(c: char) -> bool {
    is_invisible(c) || (c.is_control() && !c.is_whitespace())
}

/// With the digits of other scripts as ASCII digits, full-width signs as ASCII signs, every kind of
/// white space as a space, and without invisible characters.
fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_control()) {
        return text.into();
    }
    text.chars().filter(|c| !is_noise(*c)).map(plain_character).collect::<String>().into()
}

fn plain_character(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            // Full-width forms stand in the order of ASCII (Unicode, block Halfwidth and Fullwidth Forms).
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '\n' => c,
        _ if c.is_ascii_graphic() => c,
        _ if c.is_whitespace() => ' ',
        _ if c.is_numeric() => {
            let digit = PHONE_NUMBER_UTIL.normalize_digits_only(c.encode_utf8(&mut [0; 4]));
            digit.chars().next().unwrap_or(c)
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, text: &str, notes: usize) -> Option<String> {
        let cell = clean(raw).unwrap();
        assert_eq!((cell.text.as_ref(), cell.notes.len()), (text, notes), "{raw:?}: {cell:?}");
        cell.rest
    }

    #[test]
    fn damage_undone() {
        check("'+14155552671", "+14155552671", 1);
        check("=\"0041446681800\"", "0041446681800", 1);
        check("=“0041446681800”", "0041446681800", 1);
        check("=+442079460018", "+442079460018", 1);
        check("9.876543210E+09", "9876543210", 1);
        check("9,876,543,210", "9876543210", 1);
        check("5046218927.0", "5046218927", 1);
        check("tel:+1-504-621-8927", "+1-504-621-8927", 0);
        check("TEL: 504-621-8927", "504-621-8927", 0);
        check("té:1", "té:1", 0);
        assert_eq!(clean("9.8765E+09"), Err(DigitsLost));
        assert_eq!(clean("#NAME?"), Err(DigitsLost));
    }

    #[test]
    fn other_scripts() {
        check("\u{202a}+49 30 123456\u{202c}", "+49 30 123456", 0);
        check("+٤٤ ٢٠ ٧٩٤٦ ٠٠١٨", "+44 20 7946 0018", 0);
        check("＋４９（３０）１２３４５６", "+49(30)123456", 0);
        check("+49\u{a0}30\u{200b}123456", "+49 30123456", 0);
        check("+49\t30\u{0}123456", "+49 30123456", 0);
    }

    #[test]
    fn what_stands_beside() {
        let rest = check("020 7946 0958 / 020 7946 0959", "020 7946 0958", 1);
        assert_eq!(rest.as_deref(), Some("020 7946 0959"));
        check("020 7946 0958 (mobile)", "020 7946 0958", 1);
        check("+49 30 123456 Durchwahl 42", "+49 30 123456;ext=42", 0);
        for whole in ["030/123456", "1-800-FLOWERS", "504-621-8927", "(02) 9374 4000", ""] {
            check(whole, whole, 0);
        }
    }
}
