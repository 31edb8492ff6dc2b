//! The normal form for finding duplicates: one key for the spellings of one mailbox.

use unicode_normalization::UnicodeNormalization;

use crate::EmailAddress;

/// How a provider reads the part before the `@`.
struct Reading {
    /// The domain that stands for all of the provider's domains with one name space; `None` where each
    /// domain has its own.
    domain: Option<&'static str>,
    /// Characters that the provider ignores.
    ignored: &'static [char],
    /// Characters after which a tag of the recipient's own follows.
    tags: &'static [char],
}

const PLUS: &[char] = &['+'];

/// Google: dots do not matter, `+tag` is the recipient's own, googlemail.com is gmail.com
/// (support.google.com/mail/answer/7436150, /answer/10313).
const GOOGLE: Reading = Reading { domain: Some("gmail.com"), ignored: &['.'], tags: PLUS };
/// Apple: whoever has a me.com or mac.com address has it at icloud.com too (support.apple.com/118230).
const APPLE: Reading = Reading { domain: Some("icloud.com"), ignored: &[], tags: PLUS };
/// Proton: `+tag` (proton.me/support/addresses-and-aliases); its own web client compares addresses
/// without dots, hyphens and underscores (WebClients, `removeEmailAlias`).
const PROTON: Reading =
    Reading { domain: Some("proton.me"), ignored: &['.', '-', '_'], tags: PLUS };
/// Yandex: a name on all of its domains is one mailbox (yandex.com/support, "Mailbox aliases").
const YANDEX: Reading = Reading { domain: Some("yandex.ru"), ignored: &[], tags: PLUS };
/// Yahoo: disposable addresses are `nickname-keyword`, and account names have no hyphen (Yahoo's help,
/// "AddressGuard" and "Disposable email addresses").
const YAHOO: Reading = Reading { domain: None, ignored: &[], tags: &['-', '+'] };
/// Outlook.com, Fastmail, Zoho, GMX and the like: `+tag`, dots matter, each domain its own names.
const TAGGED: Reading = Reading { domain: None, ignored: &[], tags: PLUS };
/// Everybody else: what a `+` means there is not known.
const UNKNOWN: Reading = Reading { domain: None, ignored: &[], tags: &[] };

/// A key that is the same for two addresses of one mailbox, as far as the domain alone tells: dots and
/// tags as the provider reads them, its domains as one, Unicode in NFC.
///
/// It is no address to write to. Equal keys are a reason to look at two contacts as one; domains that
/// are hosted by a provider are not known without DNS and keep their tags.
pub fn duplicate_key(email: &EmailAddress) -> String {
    let domain = email.domain_str();
    let reading = reading(domain);
    let local = email.local();
    let untagged = local.split(reading.tags).next().unwrap_or_default();
    // A local part that begins with the tag's sign is a name, however odd.
    let untagged = if untagged.is_empty() { local } else { untagged };
    let domain = reading.domain.unwrap_or(domain);
    let mut key = String::with_capacity(local.len().saturating_add(domain.len()).saturating_add(1));
    let kept = untagged.chars().filter(|c| !reading.ignored.contains(c));
    if local.is_ascii() {
        key.extend(kept);
    } else {
        key.extend(kept.nfc());
    }
    if key.is_empty() {
        key.push_str(untagged);
    }
    key.push('@');
    key.push_str(domain);
    key
}

fn reading(domain: &str) -> &'static Reading {
    match domain {
        "gmail.com" | "googlemail.com" => &GOOGLE,
        "icloud.com" | "me.com" | "mac.com" => &APPLE,
        "proton.me" | "protonmail.com" | "protonmail.ch" | "pm.me" => &PROTON,
        "yandex.ru" | "ya.ru" | "yandex.com" | "yandex.by" | "yandex.kz" | "yandex.ua" => &YANDEX,
        "ymail.com" | "rocketmail.com" => &YAHOO,
        "fastmail.com" | "fastmail.fm" | "zoho.com" | "zohomail.com" | "gmx.com" | "gmx.net"
        | "gmx.de" | "gmx.at" | "gmx.ch" | "web.de" | "mailbox.org" | "posteo.de" | "hey.com"
        | "msn.com" => &TAGGED,
        _ => match domain.split_once('.') {
            // Country domains: yahoo.fr, hotmail.co.uk, live.nl, outlook.de.
            Some(("yahoo", suffix)) if is_country(suffix) => &YAHOO,
            Some(("hotmail" | "live" | "outlook", suffix)) if is_country(suffix) => &TAGGED,
            _ => &UNKNOWN,
        },
    }
}

/// `com`, `fr`, `co.uk`, `com.br`: what the big providers put their name before.
fn is_country(suffix: &str) -> bool {
    let country = suffix.strip_prefix("co.").or_else(|| suffix.strip_prefix("com."));
    suffix == "com" || country.unwrap_or(suffix).len() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let key = duplicate_key(&address.parse().unwrap());
        assert_eq!(key, expected, "{address}");
        let again = key.parse::<EmailAddress>().map(|email| duplicate_key(&email));
        assert_eq!(again.as_deref(), Ok(expected), "the key of the key of {address}");
    }

    #[test]
    fn spellings_of_one_mailbox_have_one_key() {
        check("A.d.A+news@GoogleMail.com", "ada@gmail.com");
        check("ada.x+1@me.com", "ada.x@icloud.com");
        check("Ada_L-x.y+z@pm.me", "adalxy@proton.me");
        check("ada-l+x@ya.ru", "ada-l@yandex.ru");
        check("nick-shop@yahoo.co.uk", "nick@yahoo.co.uk");
        check("ada.l+x@outlook.com", "ada.l@outlook.com");
        check("ada+x@live.co.uk", "ada@live.co.uk");
        check("jose\u{301}@example.com", "josé@example.com");
    }

    #[test]
    fn what_is_not_known_is_kept() {
        check("ada.l+x@acme.com", "ada.l+x@acme.com");
        check("nick-shop@acme.com", "nick-shop@acme.com");
        check("+ada@gmail.com", "+ada@gmail.com");
        check("-@yahoo.com", "-@yahoo.com");
        check("-_-@pm.me", "-_-@proton.me");
        check("ada+x@live.company", "ada+x@live.company");
        check("ada+x@yahoo.example.com", "ada+x@yahoo.example.com");
    }
}
