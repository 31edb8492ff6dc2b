//! Syntax: what mail servers take as an address, which is less than RFC 5322 allows and more than
//! most web forms do. The policy stands in docs/verification/addresses.md.

mod domain;
mod error;
mod local;

use captely_contact::{EmailAddress, EmailError};
use unicode_normalization::UnicodeNormalization;

pub use domain::is_special_use;
pub use error::AddressError;

/// No address is longer (RFC 5321 §4.5.3.1.3, without angle brackets).
const ADDRESS_BYTES_MAX: usize = 254;
/// An address and the white space that a table's cell may carry around it.
const CELL_BYTES_MAX: usize = 4_096;

/// The address of a cell in normal form (lower case, NFC, ASCII domain), or the exact reason why there
/// is none. Blanks, tabs and line ends around it are nobody's fault and are dropped.
///
/// The normal form of an address is read again as itself. The work is bounded: of a text over 4 KiB
/// only the start is looked at.
pub fn syntax(cell: &str) -> Result<EmailAddress, AddressError> {
    if cell.len() > CELL_BYTES_MAX {
        return Err(too_long(cell));
    }
    strict_syntax(cell.trim_matches([' ', '\t', '\r', '\n']))
}

/// The same, of a text that is the address and nothing else.
pub fn strict_syntax(address: &str) -> Result<EmailAddress, AddressError> {
    if address.is_empty() {
        return Err(AddressError::Empty);
    }
    if address.len() > ADDRESS_BYTES_MAX {
        return Err(too_long(address));
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        let lookalike = address.contains(['\u{ff20}', '\u{fe6b}']);
        return Err(if lookalike { AddressError::LookalikeAt } else { AddressError::NoAt });
    };
    local::check(local)?;
    domain::check(domain)?;
    if local.is_ascii() {
        return EmailAddress::from_parts(local, domain).map_err(reason);
    }
    // RFC 6532 §3.1: NFC, so that one spelling has one form; which may break a rule that the text kept.
    let local: String = local.to_lowercase().nfc().collect();
    local::check(&local)?;
    EmailAddress::from_parts(&local, domain).map_err(reason)
}

/// Says which part of a text that is longer than any address is at fault, from its start alone.
fn too_long(text: &str) -> AddressError {
    match text.bytes().take(ADDRESS_BYTES_MAX).position(|b| b == b'@') {
        Some(at) if at > local::LOCAL_BYTES_MAX => AddressError::LocalTooLong,
        _ => AddressError::TooLong,
    }
}

fn reason(why: EmailError) -> AddressError {
    match why {
        EmailError::NoAt => AddressError::NoAt,
        EmailError::TooLong => AddressError::TooLong,
        EmailError::BadLocal => AddressError::Invisible,
        EmailError::Domain(why) => AddressError::Domain(why),
    }
}

#[cfg(test)]
mod tests {
    use captely_contact::DomainError;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, AddressError>) {
        let got = syntax(text);
        assert_eq!(got.as_ref().map(EmailAddress::as_str).map_err(|e| *e), expected, "{text:?}");
    }

    #[test]
    fn taken() {
        check("Ada.Lovelace@Example.COM", Ok("ada.lovelace@example.com"));
        check(" o'brien+x@sub.example.co.uk\r\n", Ok("o'brien+x@sub.example.co.uk"));
        check("!#$%&'*+-/=?^_`{|}~@example.com", Ok("!#$%&'*+-/=?^_`{|}~@example.com"));
        check("ada@myown--shop.xn--p1ai", Ok("ada@myown--shop.xn--p1ai"));
        check("ada@xn--bcher-kva.de", Ok("ada@xn--bcher-kva.de"));
        check("jürgen@bücher.de", Ok("jürgen@xn--bcher-kva.de"));
        check(&format!("{}@x.com", "a".repeat(64)), Ok(&format!("{}@x.com", "a".repeat(64))));
    }

    #[test]
    fn refused_with_the_exact_reason() {
        check("", Err(AddressError::Empty));
        check("ada", Err(AddressError::NoAt));
        check("ada＠example.com", Err(AddressError::LookalikeAt));
        check("@example.com", Err(AddressError::NoLocal));
        check("a@b@example.com", Err(AddressError::TwoAts));
        check("a..b@example.com", Err(AddressError::Dots));
        check(".a@example.com", Err(AddressError::Dots));
        check("a b@example.com", Err(AddressError::Space));
        check("a@exam ple.com", Err(AddressError::Space));
        check("a\u{200b}b@example.com", Err(AddressError::Invisible));
        check("a\u{200d}b@example.com", Err(AddressError::Invisible));
        check("\u{212a}\u{200d}b@example.com", Err(AddressError::Invisible)); // the Kelvin sign is a k
        check("نامه\u{200c}ای@example.com", Ok("نامه\u{200c}ای@example.com"));
        check("a\u{7}b@example.com", Err(AddressError::Invisible));
        check("\u{300}a@example.com", Err(AddressError::Invisible));
        check("a,b@example.com", Err(AddressError::BadCharacter(',')));
        check("\"ada lovelace\"@example.com", Err(AddressError::Quoted));
        check("ada@[192.0.2.1]", Err(AddressError::AddressLiteral));
        check("ada@192.0.2.1", Err(AddressError::AddressLiteral));
        check("ada@example.123", Err(AddressError::BadTopLevel));
        check("bootstrap@5.2.3", Err(AddressError::BadTopLevel)); // a file of a web page
        check("ada@example.c", Err(AddressError::BadTopLevel));
        check("ada@example.tld-2", Err(AddressError::BadTopLevel));
        check("ada@xn--0.com", Err(AddressError::BadIdn));
        check("ada@yy--0.com", Err(AddressError::BadIdn));
        check("ada@acme.ʰ", Err(AddressError::BadTopLevel)); // a raised h is an h
        check("ada@１２７.０.０.１", Err(AddressError::AddressLiteral));
        check("ada@localhost", Err(AddressError::Domain(DomainError::NoDot)));
        check("ada@-x.com", Err(AddressError::Domain(DomainError::BadLabel)));
        check("ada@example.com.", Err(AddressError::Domain(DomainError::BadLabel)));
        check(&format!("{}@x.com", "a".repeat(65)), Err(AddressError::LocalTooLong));
        check(&format!("a@{}.com", "b.".repeat(140)), Err(AddressError::TooLong));
    }

    #[test]
    fn bad_input_has_a_reason_of_its_own() {
        check(&"x".repeat(10_000_000), Err(AddressError::TooLong));
        check(&" ".repeat(10_000_000), Err(AddressError::TooLong));
        check(&"@".repeat(10_000_000), Err(AddressError::TooLong));
        check(&"@".repeat(200), Err(AddressError::LocalTooLong));
        check(&"@".repeat(20), Err(AddressError::TwoAts));
        check(&format!("a@{}com", "b.".repeat(255)), Err(AddressError::TooLong));
        check(&format!("a@{}com", "b.".repeat(120)), Ok(&format!("a@{}com", "b.".repeat(120))));
        check("a\0b@example.com", Err(AddressError::Invisible));
        check("ada@exam\0ple.com", Err(AddressError::Invisible));
        check("\u{93f}a@example.com", Err(AddressError::Invisible)); // a Devanagari vowel sign alone
        check("ada@\u{301}example.com", Err(AddressError::BadIdn));
        // Latin-1 read as UTF-8 (a replacement character), and UTF-8 read as Latin-1.
        check("jos\u{fffd}@example.com", Err(AddressError::Invisible));
        check("josÃ©@example.com", Ok("josã©@example.com"));
    }

    #[test]
    fn one_spelling_has_one_form() {
        // Decomposed, compatibility letters, and a capital whose small form is longer.
        check("jose\u{301}@example.com", Ok("josé@example.com"));
        check("J\u{30c}an@example.com", Ok("ǰan@example.com"));
        check("\u{212a}elvin@example.com", Ok("kelvin@example.com"));
        check("İpek@example.com", Ok("i\u{307}pek@example.com"));
        check("ΟΔΟΣ@example.com", Ok("οδος@example.com"));
    }

    #[test]
    fn special_use() {
        let special = |d: &str, sandbox| is_special_use(&d.parse().unwrap(), sandbox);
        assert!(special("x.invalid", true) && special("printer.local", true));
        assert!(special("acme.test", false) && !special("acme.test", true));
        assert!(!special("test.com", false));
    }
}
