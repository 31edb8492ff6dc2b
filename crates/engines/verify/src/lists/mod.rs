//! Classes of domains and local parts, from the word lists in `data/`.
//!
//! The build script makes hash tables of them, which are searched where they lie: nothing is parsed or
//! built when the program starts. Every answer is checked against the text, so none is wrong.

mod hash;
mod own;
mod slot;
mod table;

use captely_contact::{Domain, EmailAddress};

use hash::Hash;
pub use own::{OWN_ENTRIES_MAX, Own, OwnLists, OwnListsError};
use table::Table;

static DOMAINS: Table = Table::new(
    include_bytes!(concat!(env!("OUT_DIR"), "/domains.bin")),
    include_bytes!(concat!(env!("OUT_DIR"), "/domains.txt")),
);
static ROLES: Table = Table::new(
    include_bytes!(concat!(env!("OUT_DIR"), "/roles.bin")),
    include_bytes!(concat!(env!("OUT_DIR"), "/roles.txt")),
);

/// What the lists say of an address. A domain is at most one of disposable, free and relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Classes {
    /// The domain, or one it lies under, gives out throw-away addresses.
    pub disposable: bool,
    /// Anybody can open a mailbox at the domain: gmail.com, gmx.de, proton.me.
    pub free_provider: bool,
    /// The domain forwards to a mailbox that stays hidden: duck.com, mozmail.com. Such addresses are
    /// lasting and deliver; they are no throw-away addresses.
    pub relay: bool,
    /// The local part names a function and not a person.
    pub role: bool,
}

impl Classes {
    /// The same for an address that a workspace has decided to write to.
    pub(crate) const fn allowed(self) -> Self {
        Self { disposable: false, role: false, ..self }
    }
}

/// What the lists say of the address: one walk over its domain and one over its local part.
pub fn classes(email: &EmailAddress) -> Classes {
    let class = domain_class(email.domain_str());
    Classes {
        disposable: class == Some(DomainClass::Disposable),
        free_provider: class == Some(DomainClass::Free),
        relay: class == Some(DomainClass::Relay),
        role: is_role(email.local()),
    }
}

/// Whether the domain, or one it lies under, gives out throw-away addresses.
pub fn is_disposable(domain: &Domain) -> bool {
    domain_class(domain.as_str()) == Some(DomainClass::Disposable)
}

/// Whether anybody can open a mailbox at the domain: gmail.com, gmx.de, proton.me.
pub fn is_free_provider(domain: &Domain) -> bool {
    domain_class(domain.as_str()) == Some(DomainClass::Free)
}

/// Whether the domain forwards to a mailbox that stays hidden: duck.com, mozmail.com.
pub fn is_relay(domain: &Domain) -> bool {
    domain_class(domain.as_str()) == Some(DomainClass::Relay)
}

/// Whether a lower-case local part names a function and not a person: `info`, `sales`, `no-reply`.
/// What follows a `+` is ignored.
pub fn is_role(local: &str) -> bool {
    let name = local.as_bytes().split(|byte| *byte == b'+').next().unwrap_or_default();
    ROLES.class(Hash::of(name), name).is_some()
}

/// A list of domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DomainClass {
    Disposable,
    Free,
    Relay,
}

impl DomainClass {
    /// By the number that `build.rs` gives to the list.
    fn from_number(class: u32) -> Option<Self> {
        match class {
            0 => Some(Self::Disposable),
            1 => Some(Self::Free),
            2 => Some(Self::Relay),
            _ => None,
        }
    }
}

/// The list in which a lower-case domain stands, or a parent of it. A free provider's subdomains are
/// not its mailboxes' domains. A parent that is a public suffix says nothing: one listed customer of
/// `jp.com` tells nothing of the others.
pub(crate) fn domain_class(domain: &str) -> Option<DomainClass> {
    let bytes = domain.as_bytes();
    let (mut hash, mut found, mut dots) = (Hash::EMPTY, None, 0_u32);
    for (at, byte) in bytes.iter().enumerate().rev() {
        if *byte == b'.' {
            let parent = bytes.get(at.saturating_add(1)..).unwrap_or_default();
            if dots > 0
                && let Some(class) = class_at(hash, parent)
                && class != DomainClass::Free
                && is_registrable(domain, parent.len())
            {
                found = Some(class);
            }
            dots = dots.saturating_add(1);
        }
        hash = hash.before(*byte);
    }
    class_at(hash, bytes).or(found)
}

fn class_at(hash: Hash, domain: &[u8]) -> Option<DomainClass> {
    DOMAINS.class(hash, domain).and_then(DomainClass::from_number)
}

/// Whether the last `length` bytes of the domain are at least what one registers.
fn is_registrable(domain: &str, length: usize) -> bool {
    domain.parse::<Domain>().is_ok_and(|domain| length >= domain.registrable().as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domain: &str, expected: Option<DomainClass>) {
        assert_eq!(domain_class(domain), expected, "{domain}");
    }

    #[test]
    fn every_entry_is_found_and_nothing_beside_it() {
        let (mut disposable, mut free, mut relay) = (0, 0, 0);
        for entry in DOMAINS.entries() {
            let class = class_at(Hash::of(entry.as_bytes()), entry.as_bytes());
            *match class.unwrap() {
                DomainClass::Disposable => &mut disposable,
                DomainClass::Free => &mut free,
                DomainClass::Relay => &mut relay,
            } += 1;
            let near = format!("{entry}~");
            assert_eq!(class_at(Hash::of(near.as_bytes()), near.as_bytes()), None, "{near}");
        }
        assert!(disposable > 60_000 && free > 4_000 && relay >= 30);
        assert!(ROLES.entries().count() > 900 && ROLES.entries().all(is_role));
        for stranger in ["", "\n", ".", "~", "gmail.com\n", "info\n"] {
            assert_eq!(class_at(Hash::of(stranger.as_bytes()), stranger.as_bytes()), None);
            assert!(!is_role(stranger), "{stranger:?}");
        }
    }

    #[test]
    fn lists_and_table_say_the_same() {
        for (text, class) in [
            (include_str!("../../data/disposable.txt"), DomainClass::Disposable),
            (include_str!("../../data/free.txt"), DomainClass::Free),
            (include_str!("../../data/relay.txt"), DomainClass::Relay),
        ] {
            assert!(text.lines().is_sorted());
            for line in text.lines() {
                assert_eq!(domain_class(line), Some(class), "{line}");
            }
        }
    }

    #[test]
    fn disposable() {
        for domain in ["mailinator.com", "yopmail.com", "guerrillamail.com", "x.y.mailinator.com"] {
            check(domain, Some(DomainClass::Disposable));
        }
    }

    #[test]
    fn free_and_not_their_subdomains() {
        // The three of the middle are missing in many public lists (data/README.md, traps).
        for domain in
            ["gmail.com", "gmx.de", "hey.com", "tutanota.com", "proton.me", "yahoo.co.uk", "qq.com"]
        {
            check(domain, Some(DomainClass::Free));
            check(&format!("corp.{domain}"), None);
        }
    }

    #[test]
    fn relays_deliver_and_are_no_throw_away_domains() {
        for domain in ["duck.com", "mozmail.com", "simplelogin.com", "passmail.net", "anonaddy.com"]
        {
            check(domain, Some(DomainClass::Relay));
            check(&format!("ada.{domain}"), Some(DomainClass::Relay));
        }
    }

    #[test]
    fn companies_are_in_no_list() {
        for domain in
            ["example.com", "microsoft.com", "facebook.com", "afternic.com", "toyota.jp.com"]
        {
            check(domain, None);
        }
    }

    #[test]
    fn a_listed_public_suffix_says_nothing_of_its_customers() {
        // eu.org is listed, and a public suffix.
        let suffix = DOMAINS.entries().find(|entry| {
            let below: Domain = format!("a.{entry}").parse().unwrap();
            below.registrable() == below && domain_class(entry) == Some(DomainClass::Disposable)
        });
        let suffix = suffix.expect("a public suffix among the entries");
        check(suffix, Some(DomainClass::Disposable));
        check(&format!("acme.{suffix}"), None);
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

    #[test]
    fn one_look_up_says_all() {
        let of = |text: &str| classes(&text.parse().unwrap());
        let none = Classes::default();
        assert_eq!(of("ada@example.com"), none);
        assert_eq!(of("info@gmail.com"), Classes { free_provider: true, role: true, ..none });
        assert_eq!(of("ada@x.mailinator.com"), Classes { disposable: true, ..none });
        assert_eq!(of("x7@ada.anonaddy.com"), Classes { relay: true, ..none });
    }
}
