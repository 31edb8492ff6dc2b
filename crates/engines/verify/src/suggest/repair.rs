use captely_contact::EmailAddress;

use super::suggestion;
use crate::address::syntax;

/// Longer texts are not looked at: an address, and a name or a link around it.
const TEXT_BYTES_MAX: usize = 1_024;

/// The address that was probably meant by a text that [`syntax`] refuses: `ada@gmail,com`,
/// `<ada@acme.com>`, `ada@@acme..com`, `mailto:ada@acme.com`. `None` where nothing certain enough is
/// left, and for a text that is an address.
pub fn repair(text: &str) -> Option<EmailAddress> {
    if text.len() > TEXT_BYTES_MAX || syntax(text).is_ok() {
        return None;
    }
    let text = text.replace(['\u{ff20}', '\u{fe6b}'], "@");
    let text = unwrapped(&text);
    let (local, domain) = text.split_once('@')?;
    let domain = domain.trim_start_matches('@');
    if domain.contains('@') {
        return None; // two addresses, or none
    }
    let mended = format!("{}@{}", local.trim(), mended_domain(domain));
    let email = syntax(&mended).ok()?;
    Some(suggestion(&email).unwrap_or(email))
}

/// Without what programs and people put around an address.
fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    let inside = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let text = inside.map_or(text, |(inside, _)| inside);
    let scheme = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let text = if scheme { text.get(7..).unwrap_or_default() } else { text };
    let text = text.split('?').next().unwrap_or_default();
    text.trim_matches(|c: char| c.is_whitespace() || "<>()[]{}\"',;:.".contains(c))
}

/// A comma for a dot, dots in a row, and stray signs that no domain has.
fn mended_domain(domain: &str) -> String {
    let mut mended = String::with_capacity(domain.len());
    for c in domain.chars() {
        let c = if matches!(c, ',' | ';') { '.' } else { c };
        let stray = c.is_whitespace() || c.is_control() || "#!$%&*=/\\|".contains(c);
        let again = c == '.' && mended.ends_with('.');
        if !stray && !again {
            mended.push(c);
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let got = repair(text);
        assert_eq!(got.as_ref().map(EmailAddress::as_str), expected, "{text:?}");
    }

    #[test]
    fn near_misses() {
        check("ada@gmail,com", Some("ada@gmail.com"));
        check("ada@#gmail.com", Some("ada@gmail.com"));
        check("ada@@acme..com.", Some("ada@acme.com"));
        check("Ada Lovelace <Ada@Acme.com>", Some("ada@acme.com"));
        check("mailto:ada@gmial.com?subject=x", Some("ada@gmail.com"));
        check("ada＠acme.com;", Some("ada@acme.com"));
        check("ada @ acme.com", Some("ada@acme.com"));
    }

    #[test]
    fn what_stays_broken() {
        for text in [
            "",
            "ada",
            "@acme.com",
            "ada@",
            "ada@acme.com",
            "a b@acme.com",
            "ada@acme.com, bob@acme.com",
            "ada@localhost",
            "\"ada\"@[192.0.2.1]",
        ] {
            check(text, None);
        }
        check(&"@".repeat(10_000_000), None);
    }
}
