use captely_matching::profile_key;

/// An address on LinkedIn, in one form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Linkedin {
    /// `https://www.linkedin.com/in/ada-lovelace`.
    Person(String),
    /// `https://www.linkedin.com/company/acme`.
    Company(String),
}

/// Why a text is no address of a page.
pub(super) const NO_LINKEDIN: &str = "this is no address of a LinkedIn page; it was left out";
pub(super) const NO_PAGE: &str = "this is no address of a page there; it was left out";

/// Reads an address on LinkedIn; `None` for all else. A bare name counts only where it can be nothing else:
/// a column that says `Yes` names no profile.
pub(super) fn linkedin(text: &str) -> Option<Linkedin> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    if !text.contains(['/', '.']) && !is_slug(text) {
        return None;
    }
    let key = profile_key(text);
    let (kind, name) = key.split_once('/')?;
    let address = |path: &str| format!("https://www.linkedin.com/{path}");
    match kind {
        "in" => Some(Linkedin::Person(
            // Ids are told apart by the size of their letters, names are not.
            internal_id(text).map_or_else(|| address(&key), |id| address(&format!("in/{id}"))),
        )),
        "pub" => Some(Linkedin::Person(address(&key))),
        "sales" => {
            let at = text.find("/sales/")?;
            let path = text.get(at.saturating_add(1)..)?.split(['?', '#', ',']).next()?;
            Some(if name.starts_with("company") {
                Linkedin::Company(address(path))
            } else {
                Linkedin::Person(address(path))
            })
        }
        "company" | "school" | "showcase" => Some(Linkedin::Company(address(&key))),
        _ => None,
    }
}

/// The name in a profile's address that stands for a member's id, as Sales Navigator's exports have it.
fn internal_id(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("/in/")?;
    let name = rest.split(['/', '?', '#']).next()?;
    (name.starts_with("ACwAA") || name.starts_with("ACoAA")).then_some(name)
}

/// `ada-lovelace-1815`: letters and a hyphen or a digit among them.
fn is_slug(text: &str) -> bool {
    let mark = text.contains('-') || text.bytes().any(|b| b.is_ascii_digit());
    let letters = text.contains(char::is_alphabetic);
    let plain = text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '%');
    (5..=100).contains(&text.len()) && mark && letters && plain
}

/// A profile on Twitter or X: `@ada`, `https://twitter.com/ada?lang=en` → `https://x.com/ada`.
pub(super) fn twitter(text: &str) -> Option<String> {
    let (host, path) = host_and_path(text);
    let name = match host.as_str() {
        "twitter.com" | "x.com" | "mobile.twitter.com" => path.split('/').next()?,
        _ => text.strip_prefix('@').unwrap_or(text),
    };
    let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    ((1..=15).contains(&name.len()) && letters)
        .then(|| format!("https://x.com/{}", name.to_ascii_lowercase()))
}

/// A page on Facebook: `fb.com/acme/`, `https://m.facebook.com/acme?ref=x` → `https://www.facebook.com/acme`.
pub(super) fn facebook(text: &str) -> Option<String> {
    let (host, path) = host_and_path(text);
    let page = match host.as_str() {
        "facebook.com" | "fb.com" | "m.facebook.com" | "web.facebook.com" | "fb.me" => path,
        _ if text.contains(['/', ' ', ':']) => return None,
        _ => text.strip_prefix('@').unwrap_or(text),
    };
    let id = text.split_once("?id=").and_then(|(_, id)| id.split('&').next());
    let id = id.filter(|_| page.eq_ignore_ascii_case("profile.php"));
    let shown =
        !page.is_empty() && page.chars().all(|c| c.is_alphanumeric() || ".-_/%".contains(c));
    shown.then(|| match id {
        Some(id) => format!("https://www.facebook.com/profile.php?id={id}"),
        None => format!("https://www.facebook.com/{page}"),
    })
}

/// The host without `www.`, in small letters, and the path without slashes around it, query and fragment.
fn host_and_path(text: &str) -> (String, &str) {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    (host.strip_prefix("www.").unwrap_or(&host).to_owned(), path.trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkedin_addresses_have_one_form() {
        for (text, person) in [
            ("http://de.linkedin.com/in/Ada-Lovelace/?trk=x", "in/ada-lovelace"),
            ("www.linkedin.com/in/ada-lovelace", "in/ada-lovelace"),
            ("ada-lovelace-1815", "in/ada-lovelace-1815"),
            ("in/ada", "in/ada"),
            ("https://www.linkedin.com/in/ACwAAB1c?x", "in/ACwAAB1c"),
            ("https://www.linkedin.com/sales/lead/ACwAAB1c,NAME_SEARCH,x", "sales/lead/ACwAAB1c"),
        ] {
            let expected = Linkedin::Person(format!("https://www.linkedin.com/{person}"));
            assert_eq!(linkedin(text), Some(expected), "{text}");
        }
        let company = Linkedin::Company("https://www.linkedin.com/company/acme".into());
        assert_eq!(linkedin("https://linkedin.com/company/Acme/about/"), Some(company));
        for text in
            ["Yes", "Ada Lovelace", "https://example.com/in/ada", "https://linkedin.com/", "12"]
        {
            assert_eq!(linkedin(text), None, "{text}");
        }
    }

    #[test]
    fn pages_of_other_networks() {
        for text in ["@Ada_L", "https://twitter.com/ada_l?lang=en", "x.com/ada_l/", "ada_l"] {
            assert_eq!(twitter(text).as_deref(), Some("https://x.com/ada_l"), "{text}");
        }
        for text in ["https://www.facebook.com/acme/", "fb.com/acme?ref=x", "acme"] {
            assert_eq!(facebook(text).as_deref(), Some("https://www.facebook.com/acme"), "{text}");
        }
        assert_eq!(
            facebook("http://facebook.com/profile.php?id=12&x=1").as_deref(),
            Some("https://www.facebook.com/profile.php?id=12")
        );
        assert_eq!(twitter("https://example.com/ada"), None);
        assert_eq!(facebook("https://example.com/ada"), None);
    }
}
