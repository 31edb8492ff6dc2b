//! The part after the `@`.

use captely_contact::{Domain, DomainError};

use super::AddressError;
use super::local::is_invisible;

/// Whether mail can be sent to the name; length and labels are [`Domain`]'s to judge.
pub(super) fn check(domain: &str) -> Result<(), AddressError> {
    if is_plain(domain) {
        return Ok(());
    }
    if domain.starts_with('[') {
        return Err(AddressError::AddressLiteral);
    }
    if domain.contains(char::is_whitespace) {
        return Err(AddressError::Space);
    }
    if domain.contains(|c: char| c.is_control() || is_invisible(c)) {
        return Err(AddressError::Invisible);
    }
    check_end(domain)?;
    if domain.contains("--") || !domain.is_ascii() { check_idn(domain) } else { Ok(()) }
}

fn check_end(domain: &str) -> Result<(), AddressError> {
    let top = domain.rsplit('.').next().unwrap_or_default();
    if top.is_empty() && !domain.is_empty() {
        return Err(AddressError::Domain(DomainError::BadLabel));
    }
    if top.is_empty() || is_top_level(top) {
        return Ok(());
    }
    let number = domain.parse::<std::net::Ipv4Addr>().is_ok();
    Err(if number { AddressError::AddressLiteral } else { AddressError::BadTopLevel })
}

/// The fast way: nothing but letters, digits, dots, underscores and single hyphens, and a last label of
/// two or more letters.
fn is_plain(domain: &str) -> bool {
    let mut previous = b'.';
    // Letters since the last dot; `None` once something else stood there.
    let mut letters = Some(0_u8);
    for b in domain.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' => letters = letters.map(|count| count.saturating_add(1)),
            b'.' => letters = Some(0),
            b'-' if previous == b'-' => return false,
            b'0'..=b'9' | b'_' | b'-' => letters = None,
            _ => return false,
        }
        previous = b;
    }
    letters.is_some_and(|count| count >= 2)
}

/// RFC 3696 §2 and the root zone: letters alone, of any script, or an encoded IDN.
fn is_top_level(top: &str) -> bool {
    let letters = top.chars().all(|c| c.is_ascii_alphabetic() || !c.is_ascii());
    let encoded = top.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    top.len() >= 2 && (letters || encoded)
}

fn check_idn(domain: &str) -> Result<(), AddressError> {
    let bad = |_why: idna::Errors| AddressError::BadIdn;
    let ascii = idna::domain_to_ascii_strict(domain).map_err(bad)?;
    let (_, encoded_right) = idna::domain_to_unicode(&ascii);
    encoded_right.map_err(bad)?;
    let reserved = |label: &str| {
        label.get(2..4) == Some("--") && label.get(..2).is_some_and(|start| start != "xn")
    };
    // Letters of other scripts may stand for ASCII ones, and for dots.
    if ascii.split('.').any(reserved) { Err(AddressError::BadIdn) } else { check_end(&ascii) }
}

/// Whether the name can never take mail: RFC 6761 (`invalid`, `localhost`, `arpa` zones), RFC 6762
/// (`local`), RFC 7686 (`onion`), RFC 9476 (`alt`), ICANN's `internal`, and, unless in a sandbox, `test` and `example`.
pub fn is_special_use(domain: &Domain, sandbox: bool) -> bool {
    match domain.as_str().rsplit('.').next().unwrap_or_default() {
        "invalid" | "localhost" | "local" | "onion" | "alt" | "arpa" | "internal" => true,
        "test" | "example" => !sandbox,
        _ => false,
    }
}
