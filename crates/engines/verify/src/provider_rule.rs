//! What the big free providers say about the names they give out.

use std::fmt;
use std::ops::RangeInclusive;

use captely_contact::EmailAddress;

/// A provider's rule that a local part breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalRule {
    /// Who gives out the addresses: `Gmail`.
    pub provider: &'static str,
    /// What the rule asks: `has 6 to 30 letters and digits`.
    pub rule: &'static str,
    /// Where the provider says so.
    pub source: &'static str,
    /// Whether no mailbox of the provider ever broke it. Where not, accounts from before the rule are
    /// known or likely, and a broken rule only makes the mailbox less likely.
    pub certain: bool,
}

impl fmt::Display for LocalRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} name {} ({})", self.provider, self.rule, self.source)
    }
}

/// Which names a provider gives out.
struct Names {
    provider: &'static str,
    source: &'static str,
    /// Signs beside ASCII letters and digits.
    signs: &'static [char],
    signs_rule: &'static str,
    signs_certain: bool,
    /// Characters; those of `uncounted` do not count.
    length: RangeInclusive<usize>,
    length_rule: &'static str,
    /// Whether longer names never existed; shorter ones may always be older than the rule.
    longest_certain: bool,
    uncounted: Option<char>,
    /// Where a tag of the recipient's own begins.
    tags: &'static [char],
}

const GMAIL: Names = Names {
    provider: "Gmail",
    source: "support.google.com/mail/answer/9211434",
    signs: &['.'],
    signs_rule: "has letters a-z, digits and dots alone",
    signs_certain: true,
    length: 6..=30,
    length_rule: "has 6 to 30 letters and digits",
    longest_certain: true,
    uncounted: Some('.'),
    tags: &['+'],
};
const YAHOO: Names = Names {
    provider: "Yahoo",
    source: "Yahoo's sign-up form, as cited by third parties",
    signs: &['.', '_'],
    signs_rule: "has letters, digits, dots and underscores alone",
    signs_certain: false,
    length: 4..=32,
    length_rule: "has 4 to 32 characters",
    longest_certain: false,
    uncounted: None,
    tags: &['+', '-'],
};
const OUTLOOK: Names = Names {
    provider: "Outlook",
    source: "Microsoft's sign-up form, as cited by third parties",
    signs: &['.', '_', '-'],
    signs_rule: "has letters, digits, dots, hyphens and underscores alone",
    signs_certain: false,
    length: 1..=64,
    length_rule: "has at most 64 characters",
    longest_certain: false,
    uncounted: None,
    tags: &['+'],
};
const ICLOUD: Names = Names {
    provider: "iCloud",
    source: "Apple's sign-up form, as cited by third parties",
    signs: &['.', '_', '-'],
    signs_rule: "has letters, digits, dots, hyphens and underscores alone",
    signs_certain: false,
    length: 3..=20,
    length_rule: "has 3 to 20 characters",
    longest_certain: false,
    uncounted: None,
    tags: &['+'],
};

/// Whether the address could be one of its provider's, as far as the provider says what names it gives
/// out. Providers whose rules are not known, and all companies, have none.
pub fn provider_rule(email: &EmailAddress) -> Result<(), LocalRule> {
    let Some(names) = names(email.domain_str()) else { return Ok(()) };
    let local = email.local();
    let name = local.split(names.tags).next().unwrap_or_default();
    let broken = |rule, certain| {
        Err(LocalRule { provider: names.provider, rule, source: names.source, certain })
    };
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || names.signs.contains(&c)) {
        return broken(names.signs_rule, names.signs_certain);
    }
    let length = name.chars().filter(|c| Some(*c) != names.uncounted).count();
    if names.length.contains(&length) {
        return Ok(());
    }
    broken(names.length_rule, names.longest_certain && length > *names.length.end())
}

fn names(domain: &str) -> Option<&'static Names> {
    match domain {
        "gmail.com" | "googlemail.com" => Some(&GMAIL),
        "yahoo.com" | "ymail.com" | "rocketmail.com" => Some(&YAHOO),
        "outlook.com" | "hotmail.com" | "live.com" | "msn.com" => Some(&OUTLOOK),
        // me.com and mac.com names are older than the rule.
        "icloud.com" => Some(&ICLOUD),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `None` where no rule is broken, otherwise whether it is certain.
    #[track_caller]
    fn check(address: &str, expected: Option<bool>) {
        let got = provider_rule(&address.parse().unwrap());
        assert_eq!(got.err().map(|rule| rule.certain), expected, "{address}: {got:?}");
    }

    #[test]
    fn gmail() {
        check("ada.lovelace+news_1@gmail.com", None);
        check("a.d.a.l.o.v.e.l.a.c.e.o.f.l.o.n.d.o.n.1.8.1.5.x@gmail.com", None);
        check("ada_lovelace@gmail.com", Some(true));
        check("ada-lovelace@googlemail.com", Some(true));
        check("adá.lovelace@gmail.com", Some(true));
        check(&format!("{}@gmail.com", "a".repeat(31)), Some(true));
        check("ada.l@gmail.com", Some(false));
        check("+ada@gmail.com", Some(false));
    }

    #[test]
    fn others_only_make_a_mailbox_less_likely() {
        check("ada_lovelace-shop@yahoo.com", None);
        check("ada@yahoo.com", Some(false));
        check("ada!@yahoo.com", Some(false));
        check("a-d_a.l+x@hotmail.com", None);
        check("o'brien@outlook.com", Some(false));
        check("al@icloud.com", Some(false));
        check("al@me.com", None);
        check("o'brien@acme.com", None);
    }

    #[test]
    fn a_rule_reads_as_a_sentence() {
        let rule = provider_rule(&"a_b@gmail.com".parse().unwrap()).unwrap_err().to_string();
        assert_eq!(
            rule,
            "a Gmail name has letters a-z, digits and dots alone (support.google.com/mail/answer/9211434)"
        );
    }
}
