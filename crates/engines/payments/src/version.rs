use std::fmt;
use std::str::FromStr;

use reqwest::header::HeaderValue;

/// The version of Stripe's API that this client was written for; sent with every call.
pub const API_VERSION: &str = "2026-06-24.dahlia";

/// The oldest version whose requests this client can make: basil, which moved the period of a
/// subscription and brought `create_preview` (contract, "Shape change at basil").
const OLDEST: &str = "2025-03-31";

/// The longest that is taken, in bytes.
const VERSION_BYTES_MAX: usize = 40;

/// A version of Stripe's API: a date, and the name of its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion(String);

/// The text is no version that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not of the form.
    #[error("is no version of Stripe's API such as {API_VERSION}")]
    Form,
    /// Before basil.
    #[error(
        "is older than {OLDEST}, the first version that this program can speak; take {API_VERSION}"
    )]
    TooOld,
}

impl ApiVersion {
    pub(crate) fn header(&self) -> Result<HeaderValue, VersionError> {
        HeaderValue::from_str(&self.0).map_err(|_not_ascii| VersionError::Form)
    }
}

impl FromStr for ApiVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let text = text.trim();
        let (date, name) = text.split_once('.').unwrap_or((text, "none"));
        let is_date = date.len() == OLDEST.len()
            && date.bytes().zip(OLDEST.bytes()).all(|(given, model)| match model {
                b'-' => given == b'-',
                _ => given.is_ascii_digit(),
            });
        let is_name = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !is_date || !is_name || text.len() > VERSION_BYTES_MAX {
            return Err(VersionError::Form);
        }
        // Dates of this form have the order of their text.
        if date < OLDEST { Err(VersionError::TooOld) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_dates_with_a_name() {
        for good in [API_VERSION, "2025-03-31.basil", "2026-09-30", " 2026-09-30.endive "] {
            assert_eq!(good.parse::<ApiVersion>().unwrap().to_string(), good.trim());
        }
        for bad in ["", "dahlia", "2026-06-24.", "2026-06-24.a b", "2026/06/24", "2026-06-2é.x"] {
            assert_eq!(bad.parse::<ApiVersion>(), Err(VersionError::Form), "{bad}");
        }
        assert_eq!("2024-12-18.acacia".parse::<ApiVersion>(), Err(VersionError::TooOld));
    }
}
