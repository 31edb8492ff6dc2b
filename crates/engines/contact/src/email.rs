use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::check_ascii;
use crate::{Domain, DomainError};

/// RFC 5321 §4.5.3.1.3: a path is at most 256 octets with its angle brackets.
const EMAIL_BYTES_MAX: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const LOCAL_BYTES_MAX: usize = 64;
/// As written, before an international domain takes its ASCII form, which can be a third as long.
const WRITTEN_BYTES_MAX: usize = 4 * EMAIL_BYTES_MAX;

/// An e-mail address as people and providers write it, lower-cased, its domain in ASCII form.
///
/// The rules here are those that let a text be an address at all; whether mail servers would take
/// it is engine `verify`'s to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// Why a text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// No `@`, or nothing before it.
    #[error("has no name before an @")]
    NoAt,
    /// Over 254 bytes, or over 64 before the `@`.
    #[error("is too long")]
    TooLong,
    /// White space, a control character, or dots in the wrong place before the `@`.
    #[error("has a character or a dot that cannot stand before the @")]
    BadLocal,
    /// What follows the `@` is no domain.
    #[error("has a domain that {0}")]
    Domain(#[from] DomainError),
}

impl EmailAddress {
    /// The part before the `@`, lower-cased.
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The part after the `@`, in lower-case ASCII.
    pub fn domain_str(&self) -> &str {
        self.text.get(self.at.saturating_add(1)..).unwrap_or_default()
    }

    /// The part after the `@`.
    pub fn domain(&self) -> Option<Domain> {
        self.domain_str().parse().ok()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        // Before anything that walks or converts the text: a cell of a file may hold megabytes.
        if text.len() > WRITTEN_BYTES_MAX {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::NoAt)?;
        Self::from_parts(local, domain)
    }
}

impl EmailAddress {
    /// The address of what stands before and after the `@`.
    pub fn from_parts(local: &str, domain: &str) -> Result<Self, EmailError> {
        if local.is_empty() {
            return Err(EmailError::NoAt);
        }
        if local.len() > WRITTEN_BYTES_MAX {
            return Err(EmailError::TooLong);
        }
        if !can_be_local(local) {
            return Err(EmailError::BadLocal);
        }
        if domain.is_ascii() {
            // The way of nearly every address: one allocation, no conversion.
            Self::joined(local, check_ascii(domain)?)
        } else {
            let domain: Domain = domain.parse()?;
            Self::joined(local, domain.as_str())
        }
    }

    fn joined(local: &str, domain: &str) -> Result<Self, EmailError> {
        let lower; // a small letter of another script may be longer than its capital
        let local = if local.is_ascii() {
            local
        } else {
            lower = local.to_lowercase();
            &lower
        };
        let at = local.len();
        let whole = at.saturating_add(1).saturating_add(domain.len());
        if at > LOCAL_BYTES_MAX || whole > EMAIL_BYTES_MAX {
            return Err(EmailError::TooLong);
        }
        let mut text = String::with_capacity(whole);
        text.push_str(local);
        text.push('@');
        text.push_str(domain);
        text.make_ascii_lowercase();
        Ok(Self { text, at })
    }
}

/// Whether no dot stands at an end or beside another, and no character that parts addresses or their
/// parts wherever people list them.
fn can_be_local(local: &str) -> bool {
    let mut previous = b'.';
    for byte in local.bytes() {
        let parts = matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b',' | b';' | b':' | b'\\' | b'"' | b'@'
        );
        if parts || byte <= b' ' || byte == 0x7f || (byte == b'.' && previous == b'.') {
            return false;
        }
        previous = byte;
    }
    let other = |c: char| !c.is_ascii() && (c.is_whitespace() || c.is_control());
    previous != b'.' && (local.is_ascii() || !local.contains(other))
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(email: EmailAddress) -> Self {
        email.text
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, EmailError>) {
        let got = text.parse::<EmailAddress>();
        assert_eq!(got.as_ref().map(EmailAddress::as_str).map_err(|e| *e), expected, "{text:?}");
    }

    #[test]
    fn as_people_write_them() {
        check(" John@ACME.COM ", Ok("john@acme.com"));
        check("ada+news@bücher.example", Ok("ada+news@xn--bcher-kva.example"));
        check("o'brien@x.ie", Ok("o'brien@x.ie"));
        check("john", Err(EmailError::NoAt));
        check("@x.com", Err(EmailError::NoAt));
        check("a b@x.com", Err(EmailError::BadLocal));
        check(".a@x.com", Err(EmailError::BadLocal));
        check("a@localhost", Err(EmailError::Domain(DomainError::NoDot)));
        check(&format!("{}@x.com", "a".repeat(65)), Err(EmailError::TooLong));
        check(&format!("{}@x.com", "İ".repeat(22)), Err(EmailError::TooLong)); // 66 bytes when small
        check(&"a@".repeat(5_000_000), Err(EmailError::TooLong));
        for bad in "()<>[],;:\\\"@ \t\u{7f}\u{a0}\u{85}".chars() {
            check(&format!("a{bad}b@x.com"), Err(EmailError::BadLocal));
        }
        for bad in ["a..b", "a.", "..", ".ä", "ä."] {
            check(&format!("{bad}@x.com"), Err(EmailError::BadLocal));
        }
    }

    #[test]
    fn parts() {
        let email: EmailAddress = "ada@example.org".parse().unwrap();
        assert_eq!((email.local(), email.domain_str()), ("ada", "example.org"));
        assert_eq!(EmailAddress::from_parts("Ada", "EXAMPLE.org"), Ok(email));
    }
}
