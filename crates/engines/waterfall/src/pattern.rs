use std::collections::BTreeMap;

use captely_contact::{Domain, EmailAddress, Person, fold};
use serde::{Deserialize, Serialize};

/// How a company makes addresses out of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// `ada.lovelace`
    FirstDotLast,
    /// `alovelace`
    FLast,
    /// `ada`
    First,
    /// `adalovelace`
    FirstLast,
    /// `a.lovelace`
    FDotLast,
    /// `adal`
    FirstL,
    /// `ada_lovelace`
    FirstUnderLast,
    /// `ada-lovelace`
    FirstDashLast,
    /// `lovelace.ada`
    LastDotFirst,
    /// `lovelace`
    Last,
    /// `lovelacea`
    LastF,
    /// `lovelaceada`
    LastFirst,
}

/// All patterns, the commonest first. The order is our reading of public pattern tables (Clay names
/// `first.last` as its one default, FIELD.md §1.3); a domain's own addresses outweigh it.
const BY_FREQUENCY: [Pattern; 12] = [
    Pattern::FirstDotLast,
    Pattern::FLast,
    Pattern::First,
    Pattern::FirstLast,
    Pattern::FDotLast,
    Pattern::FirstL,
    Pattern::FirstUnderLast,
    Pattern::LastDotFirst,
    Pattern::Last,
    Pattern::FirstDashLast,
    Pattern::LastF,
    Pattern::LastFirst,
];

impl Pattern {
    /// How many whole names it uses: 2, 1 (with an initial), or 0 (one name alone).
    pub const fn names_used(self) -> u8 {
        match self {
            Self::FirstDotLast
            | Self::FirstLast
            | Self::FirstUnderLast
            | Self::FirstDashLast
            | Self::LastDotFirst
            | Self::LastFirst => 2,
            Self::FLast | Self::FDotLast | Self::FirstL | Self::LastF => 1,
            Self::First | Self::Last => 0,
        }
    }

    /// The name in tables: `first.last`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstDotLast => "first.last",
            Self::FLast => "flast",
            Self::First => "first",
            Self::FirstLast => "firstlast",
            Self::FDotLast => "f.last",
            Self::FirstL => "firstl",
            Self::FirstUnderLast => "first_last",
            Self::FirstDashLast => "first-last",
            Self::LastDotFirst => "last.first",
            Self::Last => "last",
            Self::LastF => "lastf",
            Self::LastFirst => "lastfirst",
        }
    }

    /// The pattern of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        BY_FREQUENCY.into_iter().find(|p| p.as_str() == name)
    }

    /// The local part for folded names; `None` where a name it needs is missing.
    fn local(self, first: &str, last: &str) -> Option<String> {
        let f = first.get(..1).unwrap_or_default();
        let l = last.get(..1).unwrap_or_default();
        let needs_first = self != Self::Last;
        let needs_last = self != Self::First;
        if (needs_first && first.is_empty()) || (needs_last && last.is_empty()) {
            return None;
        }
        Some(match self {
            Self::FirstDotLast => format!("{first}.{last}"),
            Self::FLast => format!("{f}{last}"),
            Self::First => first.to_owned(),
            Self::FirstLast => format!("{first}{last}"),
            Self::FDotLast => format!("{f}.{last}"),
            Self::FirstL => format!("{first}{l}"),
            Self::FirstUnderLast => format!("{first}_{last}"),
            Self::FirstDashLast => format!("{first}-{last}"),
            Self::LastDotFirst => format!("{last}.{first}"),
            Self::Last => last.to_owned(),
            Self::LastF => format!("{last}{f}"),
            Self::LastFirst => format!("{last}{first}"),
        })
    }
}

/// Given and family name as addresses spell them: of several given names the first counts.
fn spelt(person: &Person) -> (String, String) {
    let given = person.first_name.split_whitespace().next().unwrap_or_default();
    (fold(given), fold(&person.last_name))
}

/// What addresses of one domain have shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PatternBook(BTreeMap<Pattern, u32>);

impl PatternBook {
    /// Notes that `email` is this person's confirmed address; its pattern, where it has one.
    pub fn learn(&mut self, person: &Person, email: &EmailAddress) -> Option<Pattern> {
        let (first, last) = spelt(person);
        let fits = |p: &Pattern| p.local(&first, &last).is_some_and(|l| l == email.local());
        let pattern = BY_FREQUENCY.into_iter().find(fits)?;
        self.add(pattern, 1);
        Some(pattern)
    }

    /// Adds sightings of a pattern, as read from storage.
    pub fn add(&mut self, pattern: Pattern, sightings: u32) {
        let count = self.0.entry(pattern).or_default();
        *count = count.saturating_add(sightings);
    }

    /// Whether this pattern has been seen here.
    pub fn knows(&self, pattern: Pattern) -> bool {
        self.0.contains_key(&pattern)
    }

    /// Whether nothing has been seen yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Patterns to try, the most seen first, then the commonest of all.
    fn ranked(&self) -> Vec<Pattern> {
        let mut ranked = BY_FREQUENCY.to_vec();
        ranked.sort_by_key(|p| std::cmp::Reverse(self.0.get(p).copied().unwrap_or(0)));
        ranked
    }
}

/// Up to `most` addresses to try for a person at a domain, the likeliest first. Where the domain's
/// pattern is known, only known patterns and the next likeliest one are tried.
pub fn guesses(
    person: &Person,
    domain: &Domain,
    book: &PatternBook,
    most: usize,
) -> Vec<(Pattern, EmailAddress)> {
    let (first, last) = spelt(person);
    let known = book.0.len();
    let most = if known > 0 { most.min(known.saturating_add(1)) } else { most };
    let mut made: Vec<(Pattern, EmailAddress)> = Vec::with_capacity(most);
    for pattern in book.ranked() {
        let address = pattern.local(&first, &last).map(|local| format!("{local}@{domain}"));
        let Some(Ok(email)) = address.map(|a| a.parse::<EmailAddress>()) else { continue };
        if made.len() < most && made.iter().all(|(_, other)| *other != email) {
            made.push((pattern, email));
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Person {
        Person {
            first_name: "Ada Mary".into(), last_name: "Löve-Lace".into(), ..Person::default()
        }
    }

    fn texts(book: &PatternBook, most: usize) -> Vec<String> {
        let domain: Domain = "x.example".parse().unwrap();
        guesses(&ada(), &domain, book, most)
            .into_iter()
            .map(|(_, e)| e.local().to_owned())
            .collect()
    }

    #[test]
    fn common_patterns_first_then_what_the_domain_showed() {
        let mut book = PatternBook::default();
        assert_eq!(texts(&book, 3), ["ada.lovelace", "alovelace", "ada"]);
        let seen = book.learn(&ada(), &"lovelacea@x.example".parse().unwrap());
        assert_eq!(seen, Some(Pattern::LastF));
        assert_eq!(texts(&book, 5), ["lovelacea", "ada.lovelace"]);
        assert_eq!(book.learn(&ada(), &"boss@x.example".parse().unwrap()), None);
    }

    #[test]
    fn a_missing_name_leaves_out_the_patterns_that_need_it() {
        let only = Person { first_name: "Cher".into(), ..Person::default() };
        let domain: Domain = "x.example".parse().unwrap();
        let made = guesses(&only, &domain, &PatternBook::default(), 9);
        assert_eq!(made.len(), 1);
        let none =
            Person { first_name: "王".into(), last_name: "伟".into(), ..Person::default() };
        assert!(guesses(&none, &domain, &PatternBook::default(), 9).is_empty());
    }

    #[test]
    fn names_of_patterns_round_trip() {
        for pattern in BY_FREQUENCY {
            assert_eq!(Pattern::from_name(pattern.as_str()), Some(pattern));
        }
    }
}
