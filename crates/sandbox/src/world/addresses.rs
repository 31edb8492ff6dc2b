//! Addresses with their truth: what a list of addresses from anywhere holds, good and bad.

use super::World;
use super::patterns::Pattern;
use crate::chance::{again, below, draw, happens, index, mark, topic, weighted};
use crate::mail_world::{MailWorld, Mailbox, Personality};

/// An address, and what would become of a mail to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledAddress {
    /// The text as a list would have it.
    pub address: String,
    /// Where such a text comes from.
    pub origin: AddressOrigin,
    /// How the domain's mail hosts behave; `None` where the world has no such domain.
    pub personality: Option<Personality>,
    /// Whether the domain has hosts that take mail at all.
    pub reachable: bool,
    /// The state of the mailbox; `Absent` also where there is no such domain.
    pub mailbox: Mailbox,
}

impl LabelledAddress {
    /// Whether a mail to it arrives: the mailbox takes mail, and its domain's hosts are there.
    pub const fn delivers(&self) -> bool {
        self.reachable && matches!(self.mailbox, Mailbox::Exists)
    }
}

/// How an address came into a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressOrigin {
    /// The one that a person has, or had.
    Listed,
    /// Made of a person's name by a pattern that is not the company's.
    Guessed,
    /// A function: info, sales.
    Role,
    /// Keys hit at random.
    Invented,
    /// A person's with one letter wrong before the `@`.
    Mistyped,
    /// At a free provider.
    FreeMail,
    /// At a domain that does not exist.
    LostDomain,
    /// No address at all.
    Broken,
}

impl AddressOrigin {
    /// The word in `addresses.csv`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Guessed => "guessed",
            Self::Role => "role",
            Self::Invented => "invented",
            Self::Mistyped => "mistyped",
            Self::FreeMail => "free_mail",
            Self::LostDomain => "lost_domain",
            Self::Broken => "broken",
        }
    }
}

/// How often each origin occurs, in thousandths.
const ORIGINS: [(AddressOrigin, u32); 8] = [
    (AddressOrigin::Listed, 600),
    (AddressOrigin::Guessed, 130),
    (AddressOrigin::Role, 90),
    (AddressOrigin::Invented, 50),
    (AddressOrigin::Mistyped, 50),
    (AddressOrigin::FreeMail, 30),
    (AddressOrigin::LostDomain, 30),
    (AddressOrigin::Broken, 20),
];

impl World {
    /// The address in row `row` (from 0) of the world's list of addresses, one for each of its people;
    /// `None` after the last.
    pub fn labelled_address(&self, row: u64) -> Option<LabelledAddress> {
        let person = self.lead(row)?;
        let drawn = draw(self.seed(), topic::ADDRESS_ORIGIN, u64::from(person));
        let listed = self.address_at(person, self.company_of(person)?)?;
        let (local, domain) = listed.split_once('@')?;
        let origin = origin(drawn);
        let address = match origin {
            AddressOrigin::Listed => listed.clone(),
            AddressOrigin::Guessed => format!("{}@{domain}", self.guess(person, drawn)?),
            AddressOrigin::Role => {
                let (role, _) = super::ROLES.get(index(again(drawn, 1), super::ROLES.len()))?;
                format!("{role}@{domain}")
            }
            AddressOrigin::Invented => format!("{}@{domain}", invented(drawn)),
            AddressOrigin::Mistyped => format!("{}@{domain}", mistyped(local, drawn)),
            AddressOrigin::FreeMail => format!("{local}@freemail.example"),
            AddressOrigin::LostDomain => format!("{local}@{}", mistyped(domain, drawn)),
            AddressOrigin::Broken => broken(local, domain, drawn),
        };
        Some(self.label(address, origin))
    }

    fn guess(&self, person: u32, drawn: u64) -> Option<String> {
        let company = self.company_of(person)?;
        let traits = self.drawn_traits(company);
        let parts = self.name_parts(person, traits.country)?;
        let (pattern, _, _) =
            Pattern::WEIGHTS.get(index(again(drawn, 1), Pattern::WEIGHTS.len()))?;
        Some(pattern.local(&traits.spelling.of(parts.given), &traits.spelling.of(parts.family)))
    }

    fn label(&self, address: String, origin: AddressOrigin) -> LabelledAddress {
        let known = address
            .rsplit_once('@')
            .filter(|_| origin != AddressOrigin::Broken)
            .and_then(|(local, domain)| Some((local, domain, self.domain(domain)?)));
        let Some((local, domain, mail)) = known else {
            let (personality, mailbox) = (None, Mailbox::Absent);
            return LabelledAddress { address, origin, personality, reachable: false, mailbox };
        };
        let reachable = match mail.personality {
            Personality::NullMx | Personality::DeadHost => false,
            Personality::NoMx => mail.has_a,
            _ => true,
        };
        let mailbox = self.mailbox(domain, local);
        let personality = Some(mail.personality);
        LabelledAddress { address, origin, personality, reachable, mailbox }
    }
}

fn origin(drawn: u64) -> AddressOrigin {
    let place = weighted(drawn, ORIGINS.iter().map(|(_, permille)| *permille));
    ORIGINS.get(place).map_or(AddressOrigin::Listed, |(origin, _)| *origin)
}

/// Six to fourteen letters and digits that mean nothing.
fn invented(drawn: u64) -> String {
    const KEYS: &[u8; 36] = b"qwrtpsdfghjklzxcvbnmaeiouy0123456789";
    let length = 6 + below(again(drawn, 2), 9);
    let key = |step: u64| KEYS.get(index(again(drawn, 10 + step), KEYS.len())).copied();
    let first = char::from(b'a' + u8::try_from(below(again(drawn, 3), 26)).unwrap_or(0));
    std::iter::once(first).chain((1..length).filter_map(key).map(char::from)).collect()
}

/// One letter left out, doubled, or swapped with the next.
fn mistyped(text: &str, drawn: u64) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    // Not the last: a domain keeps its top level.
    let among = letters.iter().position(|c| *c == '.').unwrap_or(letters.len()).max(1);
    let at = index(again(drawn, 2), among);
    match below(again(drawn, 3), 3) {
        0 if among > 1 => {
            letters.remove(at);
        }
        1 if at + 1 < among && letters.get(at) != letters.get(at + 1) => letters.swap(at, at + 1),
        _ => {
            if let Some(letter) = letters.get(at).copied() {
                letters.insert(at, letter);
            }
        }
    }
    letters.into_iter().collect()
}

/// What exports and people leave in a column of addresses.
fn broken(local: &str, domain: &str, drawn: u64) -> String {
    let bare = domain.split('.').next().unwrap_or_default();
    match below(again(drawn, 2), 7) {
        0 => format!("{local}.{domain}"),
        1 => format!("{local}@{bare}"),
        2 => format!("{local}@@{domain}"),
        3 => format!(".{local}@{domain}"),
        4 => format!("{local}@-{domain}"),
        5 => "n/a".to_owned(),
        _ => format!("{local} ({bare})@{domain}"),
    }
}

/// Whether a mailbox of this name is open at a free provider: three of five are.
pub(super) fn free_mailbox(seed: u64, address: &str) -> Mailbox {
    let drawn = draw(seed, topic::FREE_MAILBOX, mark(address));
    if happens(drawn, 600) { Mailbox::Exists } else { Mailbox::Absent }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_origin_occurs_and_its_truth_is_the_mail_worlds() {
        let world = World::new(5, 4_000);
        let mut seen: BTreeMap<AddressOrigin, (u32, u32)> = BTreeMap::new();
        for labelled in (0..).map_while(|row| world.labelled_address(row)) {
            let (all, delivering) = seen.entry(labelled.origin).or_default();
            *all += 1;
            *delivering += u32::from(labelled.delivers());
            if let Some((local, domain)) = labelled.address.rsplit_once('@')
                && labelled.personality.is_some()
            {
                assert_eq!(labelled.mailbox, world.mailbox(domain, local), "{labelled:?}");
            }
        }
        assert_eq!(seen.len(), ORIGINS.len(), "{seen:?}");
        assert_eq!(seen.values().map(|(all, _)| all).sum::<u32>(), 4_000);
        let share = |origin| {
            let (all, delivering) = seen[&origin];
            f64::from(delivering) / f64::from(all)
        };
        assert!(share(AddressOrigin::Listed) > 0.7, "{seen:?}");
        assert!(share(AddressOrigin::Guessed) < 0.5, "{seen:?}");
        for never in [AddressOrigin::Invented, AddressOrigin::LostDomain, AddressOrigin::Broken] {
            assert!(share(never) < 0.01, "{seen:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_addresses() {
        let (one, other) = (World::new(8, 500), World::new(8, 500));
        for row in 0..500 {
            assert_eq!(one.labelled_address(row), other.labelled_address(row));
        }
        assert_eq!(one.labelled_address(500), None);
    }
}
