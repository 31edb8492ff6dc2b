//! Guests: people of somebody's own list, invited into the world so that the whole product can be tried
//! on that list without an account. Their truth is drawn from the seed and their name, not learned.

use std::collections::HashMap;
use std::sync::{Arc, RwLockReadGuard};

use captely_contact::Domain;
use serde::{Deserialize, Serialize};

use super::company::{self, Company};
use super::company_names;
use super::find::{Wanted, readings};
use super::names::Name;
use super::person::{self, NameParts, Names, Person};
use super::{World, countries};
use crate::chance;

/// The most guests a world takes.
pub const GUESTS_MAX: usize = 200_000;
/// Their numbers begin here, above those of drawn people and companies.
const FIRST_ID: u32 = 1 << 30;

/// One invited person. Empty text means unknown; a name, and a company or a domain, are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guest {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Company name.
    pub company: String,
    /// Company domain, or an address of its web site.
    pub domain: String,
    /// Job title.
    pub title: String,
    /// Country: a code or an English name.
    pub country: String,
}

/// What is kept of the guests.
#[derive(Debug, Default)]
pub(super) struct Guests {
    people: Vec<(Person, String)>,
    companies: Vec<Arc<Company>>,
    by_identity: HashMap<(u32, String, String), u32>,
    by_address: HashMap<String, u32>,
    by_domain: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
}

impl Guests {
    fn place(id: u32) -> usize {
        id.checked_sub(FIRST_ID).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
    }

    fn next_id(len: usize) -> u32 {
        FIRST_ID.saturating_add(u32::try_from(len).unwrap_or(0))
    }

    pub(super) fn person(&self, id: u32) -> Option<Person> {
        self.people.get(Self::place(id)).map(|(person, _)| person.clone())
    }

    pub(super) fn address(&self, id: u32) -> Option<String> {
        self.people.get(Self::place(id)).map(|(_, address)| address.clone())
    }

    pub(super) fn company(&self, id: u32) -> Option<Arc<Company>> {
        self.companies.get(Self::place(id)).cloned()
    }

    pub(super) fn company_at(&self, domain: &str) -> Option<u32> {
        self.by_domain.get(domain).copied()
    }

    pub(super) fn company_named(&self, bare: &str) -> Option<u32> {
        self.by_name.get(bare).copied()
    }

    pub(super) fn holder_of(&self, address: &str) -> Option<u32> {
        self.by_address.get(address).copied()
    }

    pub(super) fn named_at(&self, company: u32, first: &str, last: &str) -> Option<u32> {
        if self.people.is_empty() {
            return None;
        }
        let by = |a: &str, b: &str| self.by_identity.get(&(company, a.into(), b.into())).copied();
        by(first, last).or_else(|| by(last, first))
    }
}

impl World {
    pub(super) fn guests(&self) -> RwLockReadGuard<'_, Guests> {
        self.guests.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Takes guests in; gives how many were new. People whom the world knows already, and rows without
    /// a name or a company, are passed over. Beyond [`GUESTS_MAX`] nobody is taken.
    pub fn invite(&self, guests: &[Guest]) -> usize {
        let _door = self.door.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        guests.iter().filter(|guest| self.invite_one(guest).is_some()).count()
    }

    fn invite_one(&self, guest: &Guest) -> Option<u32> {
        let wanted = Wanted {
            first: &guest.first_name,
            last: &guest.last_name,
            domain: &guest.domain,
            company: &guest.company,
            ..Wanted::default()
        };
        let (first, last) = readings(&wanted).into_iter().next()?;
        if self.find(&wanted).is_some() || self.guests().people.len() >= GUESTS_MAX {
            return None;
        }
        let company = self.employer_of(guest)?;
        let key = chance::mark(&format!("{first}|{last}|{}", company.domain));
        let names = Names {
            first: guest.first_name.trim().to_owned(),
            last: guest.last_name.trim().to_owned(),
            native: None,
        };
        let id = Guests::next_id(self.guests().people.len());
        let mut person = person::finish(self.seed(), key, id, company.id, names, company.country);
        if !guest.title.trim().is_empty() {
            guest.title.trim().clone_into(&mut person.title);
        }
        let address = self.free_address(&company, &person);
        let mut kept = self.guests.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.by_identity.insert((company.id, first, last), id);
        kept.by_address.insert(address.clone(), id);
        kept.people.push((person, address));
        Some(id)
    }

    /// The guest's company: one the world has, or a new one.
    fn employer_of(&self, guest: &Guest) -> Option<Arc<Company>> {
        if let Some(known) = self.find_company(&guest.domain, &guest.company) {
            return self.company(known);
        }
        let bare = company_names::bare(&guest.company);
        let domain = match Domain::from_loose(&guest.domain) {
            Ok(domain) => domain.as_str().to_owned(),
            Err(_) if captely_contact::fold(&bare).is_empty() => return None,
            Err(_) => format!("{}.example", captely_contact::fold(&bare)),
        };
        let key = chance::mark(&domain);
        let country = countries::country_named(&guest.country);
        let traits = company::traits(self.seed(), key, country);
        let id = Guests::next_id(self.guests().companies.len());
        let industry = company_names::name_parts(key % company_names::NAMES_MAX).1.name;
        let names = (guest.company.trim().to_owned(), domain.clone());
        let mut company = company::finish(self.seed(), key, id, names, industry, &traits);
        guest.company.trim().clone_into(&mut company.name);
        let company = Arc::new(company);
        let mut kept = self.guests.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.by_domain.insert(domain, id);
        if !bare.is_empty() {
            kept.by_name.insert(bare, id);
        }
        kept.companies.push(Arc::clone(&company));
        Some(company)
    }

    fn free_address(&self, company: &Company, person: &Person) -> String {
        let name = |text: &str| Name {
            latin: text.to_owned(),
            native: String::new(),
            folded: captely_contact::fold(text),
            expanded: super::names::expand(text),
        };
        let (given, family) = (name(&person.first_name), name(&person.last_name));
        let traits = company::traits(self.seed(), company.key, Some(company.country));
        let parts = NameParts { given: &given, family: &family, second: None };
        let mut local = self.local_for(person.key, parts, &traits);
        if local.is_empty() {
            local = format!("user{}", person.id - FIRST_ID);
        }
        let mut address = format!("{local}@{}", company.domain);
        let mut number = 2_u32;
        while self.by_email(&address).is_some() {
            address = format!("{local}{number}@{}", company.domain);
            number += 1;
        }
        address
    }
}

impl World {
    /// Everybody whom lists know at the company, guests too.
    pub(crate) fn people_of(&self, company: u32) -> Vec<u32> {
        let guests = self.guests();
        let invited = guests.people.iter().filter(|(p, _)| p.company == company).map(|(p, _)| p.id);
        if company < self.companies() {
            return self.residents(company).chain(invited).collect();
        }
        invited.collect()
    }

    /// The numbers of all guests, in the order of their invitation.
    pub fn guest_ids(&self) -> Vec<u32> {
        self.guests().people.iter().map(|(person, _)| person.id).collect()
    }
}
