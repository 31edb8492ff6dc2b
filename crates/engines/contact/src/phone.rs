use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A phone number in E.164 form: `+` and 6 to 15 digits. ITU-T E.164 §6 sets the most; the shortest
/// that a country has given out have 6, such as +98 9601.
///
/// Whether the number can exist is engine `verify`'s to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct E164(String);

/// The text is not `+` and 6 to 15 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a number in international form (+ and 6 to 15 digits)")]
pub struct E164Error;

impl E164 {
    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text is a number in E.164 form, with nothing around it.
fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (6..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

impl FromStr for E164 {
    type Err = E164Error;

    fn from_str(text: &str) -> Result<Self, E164Error> {
        let text = text.trim();
        if is_e164(text) { Ok(Self(text.to_owned())) } else { Err(E164Error) }
    }
}

impl TryFrom<String> for E164 {
    type Error = E164Error;

    fn try_from(text: String) -> Result<Self, E164Error> {
        if is_e164(&text) { Ok(Self(text)) } else { text.parse() }
    }
}

impl From<E164> for String {
    fn from(phone: E164) -> Self {
        phone.0
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
