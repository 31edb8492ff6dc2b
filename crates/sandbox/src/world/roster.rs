//! Who has which address at a company: name collisions get a number.

use std::collections::HashSet;

use super::World;

impl World {
    /// The local parts of a drawn company: its residents in order, then its arrivals.
    fn roster(&self, company: u32) -> &[Box<str>] {
        let Some(cell) = usize::try_from(company).ok().and_then(|c| self.rosters.get(c)) else {
            return &[];
        };
        cell.get_or_init(|| self.draw_roster(company))
    }

    fn draw_roster(&self, company: u32) -> Box<[Box<str>]> {
        let traits = self.drawn_traits(company);
        let mut taken: HashSet<String> = HashSet::new();
        let mut roster = Vec::new();
        for person in self.residents(company).chain(self.arrivals_at(company)) {
            // Arrivals bring the names of the country they came from.
            let home = self.company_of(person).map_or(company, |c| c);
            let country = self.drawn_traits(home).country;
            let local = match self.name_parts(person, country) {
                Some(parts) => self.local_for(u64::from(person), parts, &traits),
                None => format!("user{person}"),
            };
            roster.push(with_suffix(&local, &mut taken).into_boxed_str());
        }
        roster.into_boxed_slice()
    }

    /// The address of `person` at `company`, whether it still works or not.
    pub(crate) fn address_at(&self, person: u32, company: u32) -> Option<String> {
        if person >= self.people() {
            return self.guests().address(person);
        }
        let residents = self.residents(company);
        let place = if residents.contains(&person) {
            person - residents.start
        } else {
            let among = self.arrivals_at(company).position(|p| p == person)?;
            u32::try_from(among).ok()? + (residents.end - residents.start)
        };
        let local = self.roster(company).get(usize::try_from(place).ok()?)?;
        let language = self.drawn_traits(company).country.language;
        Some(format!("{local}@{}", self.drawn_names(company, language).1))
    }

    /// The person of a drawn company who has, or had, this local part.
    pub(crate) fn holder_of(&self, company: u32, local: &str) -> Option<u32> {
        let place = self.roster(company).iter().position(|l| **l == *local)?;
        let place = u32::try_from(place).ok()?;
        let residents = self.residents(company);
        let count = residents.end - residents.start;
        if place < count {
            return Some(residents.start + place);
        }
        self.arrivals_at(company).nth(usize::try_from(place - count).ok()?)
    }
}

/// `local`, or with the first number from 2 that makes it free; it is then taken.
fn with_suffix(local: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = local.to_owned();
    let mut number = 2_u32;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{local}{number}");
        number += 1;
    }
    candidate
}
