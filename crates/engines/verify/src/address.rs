//! Syntax: what mail servers take as an address, which is less than RFC 5322 allows and more than
//! most web forms do. The policy stands in README.md.

use captely_contact::{Domain, DomainError, EmailAddress, EmailError};

/// No address is longer (RFC 5321 §4.5.3.1.3, without angle brackets).
const ADDRESS_BYTES_MAX: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const LOCAL_BYTES_MAX: usize = 64;

/// Why a text is no address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was there.
    #[error("is empty")]
    Empty,
    /// Over 254 bytes.
    #[error("is longer than 254 bytes")]
    TooLong,
    /// No `@`.
    #[error("has no @")]
    NoAt,
    /// A look-alike such as `＠` stands where the `@` should be.
    #[error("has a look-alike of @ instead of an @")]
    LookalikeAt,
    /// Nothing stands before the `@`.
    #[error("has nothing before the @")]
    NoLocal,
    /// Over 64 bytes before the `@`.
    #[error("has more than 64 bytes before the @")]
    LocalTooLong,
    /// More than one `@`.
    #[error("has more than one @")]
    TwoAts,
    /// A dot at the start or end of the local part, or two in a row.
    #[error("has a dot at an end of the part before the @, or two dots in a row there")]
    Dots,
    /// White space inside.
    #[error("has white space in it")]
    Space,
    /// A control character, or an invisible one that makes two addresses look alike.
    #[error("has an invisible or control character in it")]
    Invisible,
    /// Brackets, comma and the like before the `@`.
    #[error("has the character {0:?}, which cannot stand before the @")]
    BadCharacter(char),
    /// A name in quotes: legal, yet hardly any server takes it and no provider gives it out.
    #[error("has a name in quotes, which hardly any mail server takes")]
    Quoted,
    /// `name@[192.0.2.1]`: legal, yet refused nearly everywhere.
    #[error("has a numeric address instead of a domain")]
    AddressLiteral,
    /// What follows the `@` is no domain.
    #[error("has a domain that {0}")]
    Domain(DomainError),
    /// The top-level domain is a single letter or has digits or hyphens, as no real one has.
    #[error("has a last domain part that no top-level domain looks like")]
    BadTopLevel,
    /// A label with hyphens in third and fourth place that is no valid IDN (RFC 5890 §2.3.1).
    #[error("has a domain part that looks like an international name and is none")]
    BadIdn,
    /// The name is kept for other uses than mail (RFC 6761, RFC 6762, RFC 7686).
    #[error("has a domain that is reserved and never takes mail")]
    SpecialUse,
}

impl AddressError {
    /// A stable word for files and programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "syntax_empty",
            Self::TooLong => "syntax_too_long",
            Self::NoAt => "syntax_no_at",
            Self::LookalikeAt => "syntax_lookalike_at",
            Self::NoLocal => "syntax_no_local_part",
            Self::LocalTooLong => "syntax_local_part_too_long",
            Self::TwoAts => "syntax_two_ats",
            Self::Dots => "syntax_dots",
            Self::Space => "syntax_space",
            Self::Invisible => "syntax_invisible_character",
            Self::BadCharacter(_) => "syntax_bad_character",
            Self::Quoted => "syntax_quoted",
            Self::AddressLiteral => "syntax_address_literal",
            Self::Domain(_) => "syntax_domain",
            Self::BadTopLevel => "syntax_top_level",
            Self::BadIdn => "syntax_bad_idn",
            Self::SpecialUse => "special_use_domain",
        }
    }
}

/// The address in normal form (lower case, ASCII domain), or the exact reason why it is none.
pub fn syntax(address: &str) -> Result<EmailAddress, AddressError> {
    let text = address.trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    // Before anything that walks the text: somebody will paste a novel.
    if text.len() > ADDRESS_BYTES_MAX {
        let local = text.find('@').is_some_and(|at| at > LOCAL_BYTES_MAX);
        return Err(if local { AddressError::LocalTooLong } else { AddressError::TooLong });
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        let lookalike = text.contains(['\u{ff20}', '\u{fe6b}']);
        return Err(if lookalike { AddressError::LookalikeAt } else { AddressError::NoAt });
    };
    check_local(local)?;
    check_domain(domain)?;
    text.parse::<EmailAddress>().map_err(|why| match why {
        EmailError::NoAt => AddressError::NoAt,
        EmailError::TooLong => AddressError::TooLong,
        EmailError::BadLocal => AddressError::Invisible,
        EmailError::Domain(why) => AddressError::Domain(why),
    })
}

fn check_local(local: &str) -> Result<(), AddressError> {
    if local.is_empty() {
        return Err(AddressError::NoLocal);
    }
    if local.len() > LOCAL_BYTES_MAX {
        return Err(AddressError::LocalTooLong);
    }
    if local.starts_with('"') && local.ends_with('"') && local.len() > 1 {
        return Err(AddressError::Quoted);
    }
    if !local.bytes().all(is_atext_or_dot) {
        check_characters(local)?;
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(AddressError::Dots);
    }
    Ok(())
}

/// RFC 5322 §3.2.3 `atext`, and the dot.
fn is_atext_or_dot(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b)
}

/// The slow way: which character is wrong. Letters of all scripts are allowed (RFC 6531 §3.3).
fn check_characters(local: &str) -> Result<(), AddressError> {
    let mut first = true;
    for c in local.chars() {
        if c.is_whitespace() {
            return Err(AddressError::Space);
        }
        if c.is_control() || is_invisible(c) || (first && is_combining(c)) {
            return Err(AddressError::Invisible);
        }
        if c == '@' {
            return Err(AddressError::TwoAts);
        }
        if c.is_ascii() && !u8::try_from(c).is_ok_and(is_atext_or_dot) {
            return Err(AddressError::BadCharacter(c));
        }
        first = false;
    }
    Ok(())
}

/// Format characters, private use and the like: unseen on a screen, so two addresses look alike.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{37e}' // a Greek question mark, the same as a semicolon on screen and after NFC
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// A mark that belongs to the letter before it, so none can come first.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn check_domain(domain: &str) -> Result<(), AddressError> {
    if domain.starts_with('[') {
        return Err(AddressError::AddressLiteral);
    }
    if domain.ends_with('.') {
        return Err(AddressError::Domain(DomainError::BadLabel));
    }
    if domain.contains(char::is_whitespace) {
        return Err(AddressError::Space);
    }
    if domain.contains(|c: char| c.is_control() || is_invisible(c)) {
        return Err(AddressError::Invisible);
    }
    let top = domain.rsplit('.').next().unwrap_or_default();
    if !top.is_empty() && !is_top_level(top) {
        let number = domain.parse::<std::net::Ipv4Addr>().is_ok();
        let why = if number { AddressError::AddressLiteral } else { AddressError::BadTopLevel };
        return Err(why);
    }
    if domain.contains("--") || !domain.is_ascii() { check_idn(domain) } else { Ok(()) }
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
    if ascii.split('.').any(reserved) { Err(AddressError::BadIdn) } else { Ok(()) }
}

/// Whether the name can never take mail: RFC 6761 (`invalid`, `localhost`, `arpa` zones), RFC 6762
/// (`local`), RFC 7686 (`onion`), ICANN's `internal`, and, unless in a sandbox, `test` and `example`.
pub(crate) fn is_special_use(domain: &Domain, sandbox: bool) -> bool {
    match domain.as_str().rsplit('.').next().unwrap_or_default() {
        "invalid" | "localhost" | "local" | "onion" | "arpa" | "internal" => true,
        "test" | "example" => !sandbox,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
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
        check("a\u{7}b@example.com", Err(AddressError::Invisible));
        check("\u{300}a@example.com", Err(AddressError::Invisible));
        check("a,b@example.com", Err(AddressError::BadCharacter(',')));
        check("\"ada lovelace\"@example.com", Err(AddressError::Quoted));
        check("ada@[192.0.2.1]", Err(AddressError::AddressLiteral));
        check("ada@192.0.2.1", Err(AddressError::AddressLiteral));
        check("ada@example.123", Err(AddressError::BadTopLevel));
        check("ada@example.c", Err(AddressError::BadTopLevel));
        check("ada@example.tld-2", Err(AddressError::BadTopLevel));
        check("ada@xn--0.com", Err(AddressError::BadIdn));
        check("ada@yy--0.com", Err(AddressError::BadIdn));
        check("ada@localhost", Err(AddressError::Domain(DomainError::NoDot)));
        check("ada@-x.com", Err(AddressError::Domain(DomainError::BadLabel)));
        check("ada@example.com.", Err(AddressError::Domain(DomainError::BadLabel)));
        check(&format!("{}@x.com", "a".repeat(65)), Err(AddressError::LocalTooLong));
        check(&format!("a@{}.com", "b.".repeat(140)), Err(AddressError::TooLong));
        check(&"x".repeat(10_000_000), Err(AddressError::TooLong));
    }

    #[test]
    fn special_use() {
        let special = |d: &str, sandbox| is_special_use(&d.parse().unwrap(), sandbox);
        assert!(special("x.invalid", true) && special("printer.local", true));
        assert!(special("acme.test", false) && !special("acme.test", true));
        assert!(!special("test.com", false));
    }
}
