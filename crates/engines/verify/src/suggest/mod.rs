//! Suggestions for slips in domains. They are shown; nothing is ever changed by itself.

mod providers;
mod repair;
mod slip;

use captely_contact::EmailAddress;
use strsim::osa_distance;

use crate::lists::{DomainClass, domain_class};
use providers::{COINED, POPULAR, REAL};
pub use repair::repair;
use slip::is_slip;

/// Top-level domains for which a slip is corrected.
const TOPS: &[&str] = &["com", "net", "org", "edu", "info", "gov"];
/// Real top-level domains of small countries that a slip of `com` makes.
const COM_SLIPS: &[&str] = &["co", "cm", "om"];

/// The address that was probably meant, where the domain looks like a slip: `gmial.com`, `acme.con`.
///
/// A domain of the public lists of free providers and relays is never corrected, nor one under a real
/// top-level domain unless it is a slip of a name made up for a provider (`gnail.com`, `hotmail.co`).
pub fn suggestion(email: &EmailAddress) -> Option<EmailAddress> {
    let domain = email.domain_str();
    let class = domain_class(domain);
    if matches!(class, Some(DomainClass::Free | DomainClass::Relay)) || REAL.contains(&domain) {
        return None;
    }
    // Throw-away lists hold the domains that squatters keep one letter beside the providers'.
    let squatted = class == Some(DomainClass::Disposable);
    let real_top = email.domain()?.has_known_suffix();
    let meant = match provider_meant(domain, real_top, squatted) {
        Some(provider) => provider.to_owned(),
        None if real_top => return None,
        None => top_meant(domain)?,
    };
    format!("{}@{meant}", email.local()).parse().ok()
}

/// The provider whose domain was meant; of several the one with the fewest differing letters, and of
/// those the most popular.
fn provider_meant(domain: &str, real_top: bool, squatted: bool) -> Option<&'static str> {
    let parts = domain.split_once('.')?;
    let close = |provider: &&&str| {
        // At most a letter of the name and two of the ending are wrong.
        domain.len().abs_diff(provider.len()) <= 3
            && may_begin(domain, provider)
            && provider.split_once('.').is_some_and(|meant| {
                let beside = || osa_distance(domain, provider) == 1;
                is_meant(parts, meant, real_top)
                    || (squatted && COINED.contains(&meant.0) && beside())
            })
    };
    POPULAR.iter().filter(close).min_by_key(|provider| osa_distance(domain, provider)).copied()
}

/// Whether the first letters are the same, or swapped: all that a slip leaves of them.
fn may_begin(written: &str, meant: &str) -> bool {
    let first = meant.as_bytes().first();
    written.as_bytes().iter().take(2).any(|byte| Some(byte) == first)
}

/// Both domains are given as what stands before and after the first dot.
fn is_meant(written: (&str, &str), meant: (&str, &str), real_top: bool) -> bool {
    if written == meant {
        return false;
    }
    let coined = || COINED.contains(&meant.0);
    let name_close = || written.0 == meant.0 || (coined() && is_slip(written.0, meant.0));
    let end_close = || {
        written.1 == meant.1
            || (!real_top && osa_distance(written.1, meant.1) <= 2)
            || (meant.1 == "com" && COM_SLIPS.contains(&written.1) && coined())
    };
    let undotted = |(name, end): (&'_ str, &'_ str)| format!("{name}{end}").replace('.', "");
    (name_close() && end_close())
        || (written.0.starts_with(meant.0) && coined() && undotted(written) == undotted(meant))
}

/// The same domain under the top-level domain that was meant. The one given is nobody's.
fn top_meant(domain: &str) -> Option<String> {
    let (name, top) = domain.rsplit_once('.')?;
    let meant = TOPS.iter().find(|meant| osa_distance(top, meant) == 1)?;
    Some(format!("{name}.{meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domain: &str, expected: Option<&str>) {
        let email = format!("ada@{domain}").parse().unwrap();
        let got = suggestion(&email);
        assert_eq!(got.as_ref().map(EmailAddress::domain_str), expected, "{domain}");
        assert!(got.is_none_or(|got| got.local() == "ada"));
    }

    #[test]
    fn slips_in_providers() {
        for domain in [
            "gmial.com",
            "gnail.com",
            "gmai.com",
            "gmail.con",
            "gmail.co",
            "gmail.cm",
            "gnail.con",
            "gmaill.com",
            "gmailc.om",
            "gamail.com",
        ] {
            check(domain, Some("gmail.com"));
        }
        check("hotmail.con", Some("hotmail.com"));
        check("homail.con", Some("hotmail.com"));
        check("hotmial.co.uk", Some("hotmail.co.uk"));
        check("yaho.fr", Some("yahoo.fr"));
        check("yajoo.com", Some("yahoo.com"));
        check("iclod.com", Some("icloud.com"));
        check("outlok.com", Some("outlook.com"));
        check("comcast.nry", Some("comcast.net"));
        check("aol.con", Some("aol.com"));
        check("web.dee", Some("web.de"));
    }

    #[test]
    fn slips_in_top_level_domains() {
        check("acme.con", Some("acme.com"));
        check("mail.acme.cmo", Some("mail.acme.com"));
        check("acme.ney", Some("acme.net"));
        check("acme.ogr", Some("acme.org"));
    }

    #[test]
    fn real_domains_are_left_alone() {
        for domain in [
            "gmail.com",
            "mail.com",
            "email.com",
            "ymail.com",
            "gmail.de",
            "hmail.com",
            "grail.com",
            "wahoo.com",
            "cloud.com",
            "vandex.com",
            "concast.com",
            "gail.com",
            "grange.fr",
            "acme.co",
            "acme.cm",
            "acme.om",
            "live.co",
            "qmail.com",
            "yahoo.co",
            "duck.com",
            "hotmail.ch",
            "acme.test",
            "printer.local",
            "fox.net",
            "mac.com",
            "xn--bcher-kva.de",
        ] {
            check(domain, None);
        }
    }

    #[test]
    fn what_is_suggested_is_real_and_final() {
        for provider in POPULAR {
            check(provider, None);
            let email: EmailAddress = format!("a@{provider}").parse().unwrap();
            assert!(email.domain().unwrap().has_known_suffix(), "{provider}");
            assert!(domain_class(provider) != Some(DomainClass::Disposable), "{provider}");
        }
        for name in COINED {
            assert!(POPULAR.iter().any(|p| p.split('.').next() == Some(name)), "{name}");
        }
    }
}
