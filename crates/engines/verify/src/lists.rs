//! Classes of domains and local parts, from the word lists in `data/`.
//!
//! A list is text sorted by bytes, one entry a line, searched where it lies: nothing is parsed or
//! built when the program starts.

use std::cmp::Ordering;

use captely_contact::Domain;

static DISPOSABLE: &[u8] = include_bytes!("../data/disposable.txt");
static FREE: &[u8] = include_bytes!("../data/free.txt");
static RELAY: &[u8] = include_bytes!("../data/relay.txt");
static ROLE: &[u8] = include_bytes!("../data/role.txt");
/// Folded name, space, code.
static COUNTRY: &[u8] = include_bytes!("../data/country.txt");

/// Whether the domain, or one it lies under, gives out throw-away addresses.
pub fn is_disposable(domain: &Domain) -> bool {
    any_parent(DISPOSABLE, domain)
}

/// Whether anybody can open a mailbox at the domain: gmail.com, gmx.de, proton.me.
pub fn is_free_provider(domain: &Domain) -> bool {
    contains(FREE, domain.as_str())
}

/// Whether the domain forwards to a mailbox that stays hidden: duck.com, mozmail.com.
/// Such addresses are lasting and deliver; they are no throw-away addresses.
pub fn is_relay(domain: &Domain) -> bool {
    any_parent(RELAY, domain)
}

/// Whether a lower-case local part names a function and not a person: `info`, `sales`, `no-reply`.
/// What follows a `+` is ignored.
pub fn is_role(local: &str) -> bool {
    let name = local.split('+').next().unwrap_or_default();
    contains(ROLE, name)
}

/// Whether the domain stands in the list, or a parent of it that is not a public suffix: one listed
/// customer of `jp.com` says nothing about the others.
fn any_parent(list: &[u8], domain: &Domain) -> bool {
    let mut rest = domain.as_str();
    if contains(list, rest) {
        return true;
    }
    while let Some((_, parent)) = rest.split_once('.') {
        rest = parent;
        if rest.contains('.') && contains(list, rest) {
            return rest.len() >= domain.registrable().as_str().len();
        }
    }
    false
}

/// Whether the entry stands in the list.
fn contains(list: &[u8], entry: &str) -> bool {
    search(list, |line| line.cmp(entry.as_bytes())).is_some()
}

/// The ISO 3166-1 alpha-2 code for a country's folded name or code: `germany`, `deu`, `deutschland`.
pub(crate) fn country_code(folded: &str) -> Option<&'static str> {
    let name = |line: &'static [u8]| line.split(|&b| b == b' ').next().unwrap_or_default();
    let line = search(COUNTRY, |line| name(line).cmp(folded.as_bytes()))?;
    let code = line.rsplit(|&b| b == b' ').next()?;
    std::str::from_utf8(code).ok()
}

/// Binary search over sorted lines; `compare` says how a line stands to what is looked for.
fn search<'l>(list: &'l [u8], compare: impl Fn(&'l [u8]) -> Ordering) -> Option<&'l [u8]> {
    let (mut low, mut high) = (0_usize, list.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = line_start(list, low, middle);
        let line = line_at(list, start);
        match compare(line) {
            Ordering::Equal => return Some(line),
            Ordering::Less => low = start.saturating_add(line.len()).saturating_add(1),
            Ordering::Greater => high = start,
        }
    }
    None
}

/// Where the line that holds byte `at` begins; no line begins before `low`.
fn line_start(list: &[u8], low: usize, at: usize) -> usize {
    let before = list.get(low..at).unwrap_or_default();
    before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(low, |newline| low.saturating_add(newline).saturating_add(1))
}

/// The line that begins at `start`, without its end.
fn line_at(list: &[u8], start: usize) -> &[u8] {
    let rest = list.get(start..).unwrap_or_default();
    let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(text: &str) -> Domain {
        text.parse().unwrap()
    }

    #[test]
    fn every_line_is_found_and_lists_are_sorted() {
        for list in [DISPOSABLE, FREE, RELAY, ROLE] {
            let text = std::str::from_utf8(list).unwrap();
            let lines: Vec<_> = text.lines().collect();
            assert!(lines.is_sorted() && lines.len() > 20 && text.ends_with('\n'));
            for line in lines {
                assert!(contains(list, line), "{line}");
                assert!(!contains(list, &format!("{line}~")), "{line}~");
                assert!(!contains(list, &format!("!{line}")), "!{line}");
            }
            assert!(!contains(list, "") && !contains(list, "\n"));
        }
    }

    #[test]
    fn classes() {
        for d in ["mailinator.com", "yopmail.com", "guerrillamail.com", "x.mailinator.com"] {
            assert!(is_disposable(&domain(d)), "{d}");
        }
        for d in ["gmail.com", "hey.com", "tutanota.com", "proton.me", "gmx.de", "yahoo.co.uk"] {
            assert!(is_free_provider(&domain(d)), "{d}");
            assert!(!is_disposable(&domain(d)), "{d}");
        }
        for d in ["duck.com", "mozmail.com", "simplelogin.com", "passmail.net", "ada.anonaddy.com"]
        {
            assert!(is_relay(&domain(d)), "{d}");
            assert!(!is_disposable(&domain(d)), "{d}");
            assert!(!is_free_provider(&domain(d)), "{d}");
        }
        for d in ["example.com", "microsoft.com", "toyota.jp.com"] {
            assert!(!is_disposable(&domain(d)) && !is_free_provider(&domain(d)), "{d}");
        }
    }

    #[test]
    fn a_listed_public_suffix_says_nothing_of_its_customers() {
        let list = b"co.uk\nlisted.net\n";
        assert!(any_parent(list, &domain("a.b.listed.net")));
        assert!(
            !any_parent(list, &domain("acme.co.uk")) && !any_parent(list, &domain("a.acme.co.uk"))
        );
    }

    #[test]
    fn no_free_provider_is_disposable() {
        for line in std::str::from_utf8(FREE).unwrap().lines() {
            assert!(!is_disposable(&domain(line)), "{line}");
        }
    }

    #[test]
    fn countries() {
        for (name, code) in
            [("germany", "DE"), ("deu", "DE"), ("us", "US"), ("unitedkingdom", "GB"), ("uk", "GB")]
        {
            assert_eq!(country_code(name), Some(code), "{name}");
        }
        assert_eq!((country_code(""), country_code("atlantis")), (None, None));
    }

    #[test]
    fn roles() {
        for local in ["info", "sales", "no-reply", "postmaster", "support+eu"] {
            assert!(is_role(local), "{local}");
        }
        for local in ["ada", "ada.lovelace", "berlin", "alexa", ""] {
            assert!(!is_role(local), "{local}");
        }
    }
}
