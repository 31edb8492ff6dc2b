//! From what a client asks about to the person or company that is meant, whatever the spelling.

use captely_contact::Domain;

use super::names::spelling;
use super::{World, company_names};
use crate::chance;

/// Words, or characters of a script without blanks, that a name in one piece may have.
const PIECES_MAX: usize = 6;

/// What a client says of the person it looks for. Empty text means not given.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) first: &'a str,
    pub(crate) last: &'a str,
    pub(crate) full: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) company: &'a str,
    pub(crate) linkedin: &'a str,
    pub(crate) email: &'a str,
}

impl World {
    /// The person who is meant: by profile, by address, or by name and company.
    pub(crate) fn find(&self, wanted: &Wanted<'_>) -> Option<u32> {
        if let Some(id) = self.by_profile(wanted.linkedin) {
            return Some(id);
        }
        if let Some(id) = self.by_email(wanted.email) {
            return Some(id);
        }
        let company = self.find_company(wanted.domain, wanted.company)?;
        readings(wanted).iter().find_map(|(first, last)| self.named_at(company, first, last))
    }

    /// The company of a domain, or of a name in any spelling and with any legal form.
    pub(crate) fn find_company(&self, domain: &str, name: &str) -> Option<u32> {
        let by_domain = Domain::from_loose(domain).ok().and_then(|d| self.by_domain(d.as_str()));
        by_domain.or_else(|| {
            let bare = company_names::bare(name);
            if bare.is_empty() {
                return None;
            }
            let drawn = self.by_name.get(&chance::mark(&bare)).copied();
            drawn.or_else(|| self.guests().company_named(&bare))
        })
    }

    /// The company whose domain this is (lower case, ASCII).
    pub(crate) fn by_domain(&self, domain: &str) -> Option<u32> {
        let drawn = self.by_domain.get(&chance::mark(domain)).copied();
        drawn.or_else(|| self.guests().company_at(domain))
    }

    /// The person who has, or had, this address.
    pub(crate) fn by_email(&self, email: &str) -> Option<u32> {
        let (local, domain) = email.trim().rsplit_once('@')?;
        let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
        let drawn = self.by_domain.get(&chance::mark(&domain));
        let holder = drawn.and_then(|&company| self.holder_of(company, &local));
        holder.or_else(|| self.guests().holder_of(&format!("{local}@{domain}")))
    }

    fn by_profile(&self, linkedin: &str) -> Option<u32> {
        let (_, mark) = linkedin.trim_end_matches('/').rsplit_once("-sbx")?;
        let id = u32::from_str_radix(mark, 16).ok()?;
        self.person(id).map(|p| p.id)
    }

    fn named_at(&self, company: u32, first: &str, last: &str) -> Option<u32> {
        let residents = self.residents(company);
        let country = self.drawn_traits(company).country;
        let is_meant = |id: u32, country| {
            self.name_parts(id, country).is_some_and(|parts| parts.are(first, last))
        };
        let mut found = None;
        if company < self.companies() {
            found = residents.into_iter().find(|&id| is_meant(id, country)).or_else(|| {
                self.arrivals_at(company).find(|&id| {
                    let home = self.company_of(id).map(|c| self.drawn_traits(c).country);
                    is_meant(id, home.unwrap_or(country))
                })
            });
        }
        found.or_else(|| self.guests().named_at(company, first, last))
    }
}

/// Given and family name in compared spelling, in all ways in which the client may mean them; none where there
/// is no name at all. A name in one piece may end its given part anywhere: what is one name is for the world to
/// say, not for a rule that a client's parser might have as well.
pub(crate) fn readings(wanted: &Wanted<'_>) -> Vec<(String, String)> {
    let (first, last) = (wanted.first.trim(), wanted.last.trim());
    let apart = !first.is_empty() && !last.is_empty();
    let joined = format!("{first} {last}");
    let full = if apart || wanted.full.is_empty() { &joined } else { wanted.full };
    let words: Vec<&str> = full.split_whitespace().collect();
    let pieces: Vec<String> = match words.as_slice() {
        [word] if word.chars().all(is_unspaced) => word.chars().map(String::from).collect(),
        words => words.iter().map(|word| (*word).to_owned()).collect(),
    };
    let mut readings = Vec::new();
    if apart {
        readings.push((spelling(first), spelling(last)));
    }
    if let (2..=PIECES_MAX, false) = (pieces.len(), apart && words.len() == 2) {
        readings.extend((1..pieces.len()).map(|at| {
            let (first, last) = pieces.split_at(at);
            (spelling(&first.concat()), spelling(&last.concat()))
        }));
    }
    if readings.is_empty() {
        readings.push((spelling(full), String::new()));
    }
    readings.retain(|(first, last)| !first.is_empty() || !last.is_empty());
    readings
}

/// Characters of scripts that put no blank between the parts of a name: kana, Chinese, hangul (the blocks of the
/// Unicode Standard from here on).
pub(super) const fn is_unspaced(c: char) -> bool {
    c >= '\u{3040}'
}
