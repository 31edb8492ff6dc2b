use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest domain name in presentation form, in bytes (RFC 1035 §2.3.4: 255 octets on the wire).
const DOMAIN_BYTES_MAX: usize = 253;
/// As written in another script, whose ASCII form can be a third as long.
const WRITTEN_BYTES_MAX: usize = 4 * DOMAIN_BYTES_MAX;

/// An internet domain name in lower-case ASCII (A-label) form, without a trailing dot.
///
/// It has at least two labels: `localhost` and bare words are not domains of companies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// Why a text is no domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Nothing was there.
    #[error("is empty")]
    Empty,
    /// Over 253 bytes.
    #[error("is longer than 253 bytes")]
    TooLong,
    /// Only one label, such as `localhost`.
    #[error("has no dot, so it is no domain")]
    NoDot,
    /// A label is empty, over 63 bytes, or has a character that host names cannot have.
    #[error("has a part that a host name cannot have")]
    BadLabel,
    /// An IP address stands where a name should.
    #[error("is an IP address")]
    Address,
}

impl Domain {
    /// The domain inside a URL, an e-mail address or a bare name: `http://www.X.com/about` → `x.com`.
    ///
    /// A leading `www.` is dropped. Scheme, user, port, path and query are ignored.
    pub fn from_loose(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let text = text.split(['/', '?', '#']).next().unwrap_or_default();
        let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
        let text = text.split(':').next().unwrap_or_default();
        let bare = match text.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("www.") => text.get(4..).unwrap_or(text),
            _ => text,
        };
        bare.parse().or_else(|_bare: DomainError| text.parse())
    }

    /// The name in lower-case ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part one registers (public suffix plus one label): `mail.x.co.uk` → `x.co.uk`.
    /// The domain itself where the list knows no such part.
    pub fn registrable(&self) -> Self {
        psl::domain_str(&self.0).map_or_else(|| self.clone(), |d| Self(d.to_owned()))
    }

    /// Whether the public suffix list knows the name's ending: `con` and `cmo` are nobody's.
    pub fn has_known_suffix(&self) -> bool {
        psl::suffix(self.0.as_bytes()).is_some_and(|suffix| suffix.is_known())
    }

    /// The first label of the registrable part: `mail.x.co.uk` → `x`.
    pub fn main_label(&self) -> &str {
        let registrable = psl::domain_str(&self.0).unwrap_or(&self.0);
        registrable.split('.').next().unwrap_or_default()
    }
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text.is_ascii() {
            return check_ascii(text).map(|name| Self(name.to_ascii_lowercase()));
        }
        if text.len() > WRITTEN_BYTES_MAX {
            return Err(DomainError::TooLong);
        }
        let text = text.trim().trim_end_matches('.');
        let ascii =
            idna::domain_to_ascii(text).map_err(|_why: idna::Errors| DomainError::BadLabel)?;
        check_ascii(&ascii).map(|name| Self(name.to_owned()))
    }
}

/// The name without white space around it and without trailing dots, if it is a domain's; its case
/// is left as it stands.
pub(crate) fn check_ascii(text: &str) -> Result<&str, DomainError> {
    let name = text.trim().trim_end_matches('.');
    if name.is_empty() {
        return Err(DomainError::Empty);
    }
    if name.len() > DOMAIN_BYTES_MAX {
        return Err(DomainError::TooLong);
    }
    let labels = labels(name);
    if labels == Some(1) || !name.as_bytes().contains(&b'.') {
        return Err(DomainError::NoDot);
    }
    // Only a number ends in a digit, or a name that is no domain anyway.
    let digit = name.as_bytes().last().is_some_and(u8::is_ascii_digit);
    if digit && name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err(DomainError::Address);
    }
    labels.map_or(Err(DomainError::BadLabel), |_count| Ok(name))
}

/// How many labels the name has, if each is one by RFC 1123 §2.1: letters, digits and inner hyphens,
/// 1 to 63 bytes. An underscore is let through because real mail domains carry it.
fn labels(name: &str) -> Option<u32> {
    let (mut count, mut length, mut previous) = (1_u32, 0_u32, b'.');
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => length = length.saturating_add(1),
            b'-' if previous != b'.' => length = length.saturating_add(1),
            b'.' if previous != b'.' && previous != b'-' => {
                count = count.saturating_add(1);
                length = 0;
            }
            _ => return None,
        }
        if length > 63 {
            return None;
        }
        previous = byte;
    }
    (previous != b'.' && previous != b'-').then_some(count)
}

impl TryFrom<String> for Domain {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn loose(text: &str, expected: Result<&str, DomainError>) {
        let got = Domain::from_loose(text);
        assert_eq!(got.as_ref().map(Domain::as_str).map_err(|e| *e), expected, "{text:?}");
    }

    #[test]
    fn from_what_people_write() {
        loose("http://www.BentonJohnBJr.com", Ok("bentonjohnbjr.com"));
        loose("https://user:pw@shop.example.co.uk:8443/a?b#c", Ok("shop.example.co.uk"));
        loose("ada@Example.ORG", Ok("example.org"));
        loose("bücher.example", Ok("xn--bcher-kva.example"));
        loose("www.com", Ok("www.com"));
        loose("example.com.", Ok("example.com"));
        loose("localhost", Err(DomainError::NoDot));
        loose("192.168.0.1", Err(DomainError::Address));
        loose("a..b", Err(DomainError::BadLabel));
        loose(".a.b", Err(DomainError::BadLabel));
        loose("-a.b", Err(DomainError::BadLabel));
        loose("a-.b", Err(DomainError::BadLabel));
        loose(&format!("{}.b", "a".repeat(64)), Err(DomainError::BadLabel));
        loose(&"a.".repeat(5_000_000), Err(DomainError::TooLong));
        loose(&"ä.".repeat(5_000_000), Err(DomainError::TooLong));
        loose("Acme, Inc.", Err(DomainError::NoDot));
        loose("", Err(DomainError::Empty));
    }

    #[test]
    fn endings_that_are_nobodys() {
        let known = |text: &str| text.parse::<Domain>().unwrap().has_known_suffix();
        assert!(known("acme.com") && known("acme.co.uk") && known("acme.xn--p1ai"));
        assert!(!known("acme.con") && !known("acme.co.ukk") && !known("printer.local"));
    }

    #[test]
    fn registrable_part() {
        let d: Domain = "mail.shop.example.co.uk".parse().unwrap();
        assert_eq!(d.registrable().as_str(), "example.co.uk");
        assert_eq!(d.main_label(), "example");
    }
}
