use captely_contact::{CountrySource, Dial, E164, PhoneType};
use serde::{Deserialize, Serialize};

use crate::finding::Code;

/// What the numbering plans say of a phone number. Nothing here means that the line is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneVerdict {
    /// The number in international form, where it has the length of a whole one.
    pub e164: Option<E164>,
    /// Whether the number lies in a range that its country has given out.
    pub valid: bool,
    /// Whether it has a length that numbers of its country have.
    pub possible: bool,
    /// What kind of line the range is for.
    pub kind: PhoneType,
    /// How it may be dialled.
    pub dial: Dial,
    /// ISO 3166-1 alpha-2; none for numbers of no country (`+800`, satellite).
    pub country: Option<String>,
    /// Where the country comes from; none where the number could not be read.
    pub country_source: Option<CountrySource>,
    /// The country code, 1 to 3 digits.
    pub calling_code: Option<u16>,
    /// The extension behind the number, digits.
    pub extension: Option<String>,
    /// What stood in the cell behind the number: another number, mostly.
    pub rest: Option<String>,
    /// How good the number is for calling a person, 0 to 100 (docs/verification/phones.md).
    pub score: u8,
    /// One stable word: `valid`, `invalid`, `incomplete`, `junk`, `date`, `digits_lost`, `no_country`,
    /// `too_short`, `too_long`, `not_a_number`, `unknown_country_code`, `empty`.
    #[serde(deserialize_with = "code_from_text")]
    pub code: Code,
    /// One plain sentence.
    pub reason: String,
    /// What was repaired before reading, where anything was.
    pub repaired: Option<String>,
}

/// Every word that `PhoneVerdict::code` can be.
pub(super) const CODES: &[&str] = &[
    "valid",
    "invalid",
    "incomplete",
    "junk",
    "date",
    "digits_lost",
    "no_country",
    "too_short",
    "too_long",
    "not_a_number",
    "unknown_country_code",
    "empty",
];

fn code_from_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let text = String::deserialize(from)?;
    Ok(CODES.iter().copied().find(|code| *code == text).unwrap_or("other"))
}

impl PhoneVerdict {
    /// Not a number that could be read.
    pub(super) fn unreadable(code: &'static str, reason: &str) -> Self {
        Self {
            e164: None,
            valid: false,
            possible: false,
            kind: PhoneType::Unknown,
            dial: Dial::No,
            country: None,
            country_source: None,
            calling_code: None,
            extension: None,
            rest: None,
            score: 0,
            code,
            reason: reason.to_owned(),
            repaired: None,
        }
    }
}
