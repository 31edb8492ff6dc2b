//! The world: who exists, where they work, and which address reaches them.
//!
//! Person `i` and company `j` are functions of the seed, computed when asked for. Kept are only the
//! tables that lead from a domain or a company's name back to its number, and the rosters of the
//! companies that somebody asked about.

mod addresses;
mod company;
pub(crate) mod company_names;
pub mod countries;
mod find;
mod guests;
mod leads;
mod lines;
mod mail;
pub(crate) mod names;
mod patterns;
mod person;
mod phones;
mod roster;
mod titles;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

pub use addresses::{AddressOrigin, LabelledAddress};
pub use company::Company;
pub use countries::{COUNTRIES, Country};
pub(crate) use find::Wanted;
pub use guests::{GUESTS_MAX, Guest};
pub use lines::{Line, LineState};
pub(crate) use mail::{ROLES, is_disposable, is_free_mail};
pub use patterns::Pattern;
pub use person::Person;
pub use titles::Seniority;

use crate::chance::{self, Shuffle, again, below, draw, topic};
use company_names::NAMES_MAX;
use guests::Guests;
use names::NameTable;

/// The most people a drawn world may have; the ids of guests begin above.
pub const PEOPLE_MAX: u32 = 2_000_000;

/// A drawn world and its invited guests.
#[derive(Debug)]
pub struct World {
    seed: u64,
    people: u32,
    names: NameTable,
    company_order: Shuffle,
    lead_order: Shuffle,
    /// First person of each company; one more entry than there are companies.
    starts: Vec<u32>,
    by_domain: HashMap<u64, u32>,
    by_name: HashMap<u64, u32>,
    /// (company, person) of everybody who changed company, sorted.
    arrivals: Vec<(u32, u32)>,
    rosters: Vec<OnceLock<Box<[Box<str>]>>>,
    guests: RwLock<Guests>,
    /// Held while guests come in, so that two lists at once do not mix up their numbers.
    door: Mutex<()>,
}

impl World {
    /// Draws a world of `people` persons (at most [`PEOPLE_MAX`]). The same seed and number give the
    /// same world, always.
    pub fn new(seed: u64, people: u32) -> Self {
        let people = people.clamp(1, PEOPLE_MAX);
        let starts = draw_starts(seed, people);
        let companies = starts.len().saturating_sub(1);
        let mut world = Self {
            seed,
            people,
            names: NameTable::new(),
            company_order: Shuffle::new(NAMES_MAX, draw(seed, topic::COMPANY_ORDER, 0)),
            lead_order: leads::order(seed, people),
            starts,
            by_domain: HashMap::with_capacity(companies),
            by_name: HashMap::with_capacity(companies),
            arrivals: Vec::new(),
            rosters: std::iter::repeat_with(OnceLock::new).take(companies).collect(),
            guests: RwLock::new(Guests::default()),
            door: Mutex::new(()),
        };
        for id in 0..world.companies() {
            let language = world.drawn_traits(id).country.language;
            let (name, domain) = world.drawn_names(id, language);
            world.by_domain.insert(chance::mark(&domain), id);
            world.by_name.insert(chance::mark(&company_names::bare(&name)), id);
        }
        let moved = |person| world.moved_to(person).map(|company| (company, person));
        world.arrivals = (0..people).filter_map(moved).collect();
        world.arrivals.sort_unstable();
        world
    }

    /// The seed it was drawn from.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// People of the drawn world, without guests.
    pub const fn people(&self) -> u32 {
        self.people
    }

    /// Companies of the drawn world, without guests'.
    pub fn companies(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(0)
    }

    /// The person with this number, drawn or invited.
    pub fn person(&self, id: u32) -> Option<Person> {
        if id < self.people { self.drawn_person(id) } else { self.guests().person(id) }
    }

    /// The company with this number, drawn or invited.
    pub fn company(&self, id: u32) -> Option<Arc<Company>> {
        if id < self.companies() {
            return Some(Arc::new(self.drawn_company(id)));
        }
        self.guests().company(id)
    }

    /// Where a person works today.
    pub fn employer(&self, person: &Person) -> Option<Arc<Company>> {
        self.company(person.moved_to.unwrap_or(person.company))
    }

    /// The address that lists and stale sources would know: the one at the listed company.
    pub fn listed_email(&self, person: &Person) -> Option<String> {
        self.address_at(person.id, person.company)
    }

    /// The address that reaches the person today, if one does.
    pub fn true_email(&self, person: &Person) -> Option<String> {
        if let Some(company) = person.moved_to {
            return self.address_at(person.id, company);
        }
        let works = person.mailbox == crate::mail_world::Mailbox::Exists;
        works.then(|| self.listed_email(person)).flatten()
    }

    pub(crate) fn company_of(&self, person: u32) -> Option<u32> {
        if person >= self.people {
            return None;
        }
        let after = self.starts.partition_point(|&start| start <= person);
        u32::try_from(after.checked_sub(1)?).ok()
    }

    pub(crate) fn residents(&self, company: u32) -> std::ops::Range<u32> {
        let at =
            |n: u32| usize::try_from(n).ok().and_then(|n| self.starts.get(n)).copied().unwrap_or(0);
        at(company)..at(company.saturating_add(1))
    }

    pub(crate) fn arrivals_at(&self, company: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.arrivals.partition_point(|&(c, _)| c < company);
        let rest = self.arrivals.get(from..).unwrap_or_default();
        rest.iter().take_while(move |&&(c, _)| c == company).map(|&(_, person)| person)
    }
}

/// Company sizes within the world: many small ones, few large ones.
fn draw_starts(seed: u64, people: u32) -> Vec<u32> {
    let mut starts = vec![0_u32];
    let (mut at, mut company) = (0_u32, 0_u64);
    while at < people {
        let drawn = draw(seed, topic::COMPANY_SIZE, company);
        let size = match below(drawn, 100) {
            0..40 => 1 + below(again(drawn, 1), 3),
            40..80 => 4 + below(again(drawn, 1), 7),
            80..98 => 11 + below(again(drawn, 1), 30),
            _ => 41 + below(again(drawn, 1), 110),
        };
        at = at.saturating_add(u32::try_from(size).unwrap_or(1)).min(people);
        starts.push(at);
        company += 1;
    }
    starts
}

#[cfg(test)]
mod tests;
