//! What was found, as a stable word and a sentence.

use rlibphonenumber::ParseError;

use super::cell::digit_count;
use super::plan::{Length, Planned};

/// Of a number that could be read.
pub(super) const fn finding(number: &Planned) -> (&'static str, &'static str) {
    match number.length {
        _ if number.valid => {
            ("valid", "The number lies in a range that its country has given out.")
        }
        Length::Whole => (
            "invalid",
            "The number has the right length, but its country has not given out this range.",
        ),
        Length::Local => ("incomplete", "The area code is missing; it is not guessed."),
        Length::Short => ("too_short", "The number has too few digits."),
        Length::Long => ("too_long", "The number has too many digits."),
        Length::Odd => ("invalid", "No number of this country has this many digits."),
    }
}

/// Of a text that is no number, or none that can be read.
pub(super) fn unreadable(
    why: &ParseError,
    text: &str,
    has_home: bool,
) -> (&'static str, &'static str) {
    let digits = digit_count(text);
    match why {
        ParseError::InvalidCountryCode if !text.starts_with('+') && !has_home => {
            ("no_country", "The number has no country code and no country is known for it.")
        }
        ParseError::InvalidCountryCode => {
            ("unknown_country_code", "No country has this country code.")
        }
        ParseError::TooLongNsn => ("too_long", "The number has too many digits."),
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => {
            ("too_short", "The number has too few digits.")
        }
        ParseError::NotANumber(_) if digits > 0 && digits < 4 => {
            ("too_short", "The number has too few digits.")
        }
        ParseError::NotANumber(_) => ("not_a_number", "The text is no phone number."),
    }
}
