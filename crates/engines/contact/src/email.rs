use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Domain, DomainError};

/// RFC 5321 §4.5.3.1.3: a path is at most 256 octets with its angle brackets.
const EMAIL_BYTES_MAX: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const LOCAL_BYTES_MAX: usize = 64;

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
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::NoAt)?;
        if local.is_empty() {
            return Err(EmailError::NoAt);
        }
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        let bad = |c: char| c.is_whitespace() || c.is_control() || "()<>[],;:\\\"@".contains(c);
        if dots || local.contains(bad) {
            return Err(EmailError::BadLocal);
        }
        let domain: Domain = domain.parse()?;
        let local = local.to_lowercase();
        let at = local.len();
        let text = format!("{local}@{domain}");
        if at > LOCAL_BYTES_MAX || text.len() > EMAIL_BYTES_MAX {
            return Err(EmailError::TooLong);
        }
        Ok(Self { text, at })
    }
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
    }

    #[test]
    fn parts() {
        let email: EmailAddress = "ada@example.org".parse().unwrap();
        assert_eq!((email.local(), email.domain_str()), ("ada", "example.org"));
    }
}
