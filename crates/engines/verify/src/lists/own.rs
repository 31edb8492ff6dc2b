//! A workspace's own lists: who is always written to and who never is.

use std::collections::HashMap;

use captely_contact::{Domain, DomainError, EmailAddress, duplicate_key};

use crate::address::{AddressError, syntax};

/// Entries of both lists together.
pub const OWN_ENTRIES_MAX: usize = 100_000;

/// What a workspace has decided about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// The address counts as one that may be written to, whatever public lists say.
    Allowed,
    /// The address is not to be written to.
    Blocked,
}

/// A workspace's own allow list and block list.
///
/// An entry is a domain, which stands for its subdomains too, or an address, which stands for all
/// spellings of its mailbox ([`duplicate_key`]). The most exact entry decides; where both lists hold
/// the same entry, it is blocked.
#[derive(Debug, Clone, Default)]
pub struct OwnLists {
    domains: HashMap<String, Own>,
    mailboxes: HashMap<String, Own>,
}

/// Which line of a list is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnListsError {
    /// A line with an `@` that is no address.
    #[error("line {line} of the {list} list {why}; write a domain or an address on each line")]
    Address {
        /// `allow` or `block`.
        list: &'static str,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: AddressError,
    },
    /// A line without an `@` that is no domain.
    #[error("line {line} of the {list} list {why}; write a domain or an address on each line")]
    Domain {
        /// `allow` or `block`.
        list: &'static str,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: DomainError,
    },
    /// More than [`OWN_ENTRIES_MAX`] entries.
    #[error("the lists have more than {OWN_ENTRIES_MAX} entries; list whole domains instead")]
    TooMany,
}

impl OwnLists {
    /// Reads both lists: one domain (`acme.com`, `*.acme.com`, `@acme.com`) or address a line. Empty
    /// lines and what follows a `#` are skipped.
    pub fn parse(allow: &str, block: &str) -> Result<Self, OwnListsError> {
        let mut lists = Self::default();
        lists.add("allow", allow, Own::Allowed)?;
        lists.add("block", block, Own::Blocked)?;
        Ok(lists)
    }

    /// What the workspace has decided about the address, if anything.
    pub fn look_up(&self, email: &EmailAddress) -> Option<Own> {
        if !self.mailboxes.is_empty()
            && let Some(own) = self.mailboxes.get(&duplicate_key(email))
        {
            return Some(*own);
        }
        let mut rest = Some(email.domain_str());
        while let Some(domain) = rest {
            if let Some(own) = self.domains.get(domain) {
                return Some(*own);
            }
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
        None
    }

    /// Entries of both lists.
    pub fn len(&self) -> usize {
        self.domains.len().saturating_add(self.mailboxes.len())
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn add(&mut self, list: &'static str, text: &str, own: Own) -> Result<(), OwnListsError> {
        for (written, line) in text.lines().zip(1..) {
            let entry = written.split('#').next().unwrap_or_default().trim();
            if entry.is_empty() {
                continue;
            }
            let domain = entry.strip_prefix("*.").or_else(|| entry.strip_prefix('@'));
            if domain.is_none() && entry.contains('@') {
                let email =
                    syntax(entry).map_err(|why| OwnListsError::Address { list, line, why })?;
                self.mailboxes.insert(duplicate_key(&email), own);
            } else {
                let domain: Domain = domain
                    .unwrap_or(entry)
                    .parse()
                    .map_err(|why| OwnListsError::Domain { list, line, why })?;
                self.domains.insert(domain.into(), own);
            }
            if self.len() > OWN_ENTRIES_MAX {
                return Err(OwnListsError::TooMany);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lists: &OwnLists, address: &str, expected: Option<Own>) {
        assert_eq!(lists.look_up(&address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn the_most_exact_entry_decides() {
        let allow = "# ours\nacme.com\nada@rival.com # a friend\n\n@gmx.de\n";
        let block = "rival.com\n*.lab.acme.com\r\nA.Da.Bad@gmail.com\ngmx.de";
        let lists = OwnLists::parse(allow, block).unwrap();
        assert_eq!(lists.len(), 6);
        check(&lists, "x@acme.com", Some(Own::Allowed));
        check(&lists, "x@mail.acme.com", Some(Own::Allowed));
        check(&lists, "x@a.lab.acme.com", Some(Own::Blocked));
        check(&lists, "x@lab.acme.com", Some(Own::Blocked));
        check(&lists, "ada@rival.com", Some(Own::Allowed));
        check(&lists, "bob@rival.com", Some(Own::Blocked));
        check(&lists, "adabad+news@googlemail.com", Some(Own::Blocked));
        check(&lists, "x@gmx.de", Some(Own::Blocked));
        check(&lists, "x@notacme.com", None);
        check(&OwnLists::default(), "x@acme.com", None);
        assert!(OwnLists::default().is_empty());
    }

    #[test]
    fn a_wrong_line_is_named() {
        let error = OwnLists::parse("acme.com\nada@@acme.com", "").unwrap_err();
        assert_eq!(
            error,
            OwnListsError::Address { list: "allow", line: 2, why: AddressError::TwoAts }
        );
        let error = OwnLists::parse("", "\n\nacme").unwrap_err().to_string();
        assert_eq!(
            error,
            "line 3 of the block list has no dot, so it is no domain; write a domain or an address on each line"
        );
    }

    #[test]
    fn there_is_a_limit() {
        use std::fmt::Write as _;

        let mut block = String::new();
        for n in 0..=OWN_ENTRIES_MAX {
            writeln!(block, "d{n}.com").unwrap();
        }
        assert_eq!(OwnLists::parse("", &block).unwrap_err(), OwnListsError::TooMany);
    }
}
