//! One person, computed from a number.

use super::World;
use super::company::Traits;
use super::countries::Country;
use super::names::Name;
use super::patterns::Pattern;
use super::titles::{self, Seniority};
use crate::chance::{self, again, below, draw, happens, topic};
use crate::mail_world::Mailbox;

/// A person as they truly are.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number in the world.
    pub id: u32,
    /// The company that lists know them at.
    pub company: u32,
    /// Where they work now, if they changed company since.
    pub moved_to: Option<u32>,
    /// Given name in Latin letters.
    pub first_name: String,
    /// Family name in Latin letters.
    pub last_name: String,
    /// Both names in the country's own script, where that is another.
    pub native: Option<(String, String)>,
    /// Job title.
    pub title: String,
    /// How senior.
    pub seniority: Seniority,
    /// Department, in Apollo's words.
    pub department: &'static str,
    /// The state of their mailbox at [`Person::company`].
    pub mailbox: Mailbox,
    /// Mobile number in E.164.
    pub mobile: String,
    /// Asked not to be processed: Hunter answers 451, Dropcontact `Do_Not_Contact`.
    pub opted_out: bool,
    /// Profile address, invented and marked as the sandbox's.
    pub linkedin_url: String,
    /// What their draws hang on.
    pub(crate) key: u64,
}

/// The names of a person before they are put together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameParts<'w> {
    pub(crate) given: &'w Name,
    pub(crate) family: &'w Name,
    pub(crate) second: Option<&'w Name>,
}

impl NameParts<'_> {
    /// Whether two spellings (of [`super::names::spelling`]) mean this person. A second family name may be
    /// left out; given and family name may be the wrong way round.
    pub(crate) fn are(&self, first: &str, last: &str) -> bool {
        (self.given.is_spelt(first) && self.family_is(last))
            || (self.given.is_spelt(last) && self.family_is(first))
    }

    fn family_is(&self, text: &str) -> bool {
        if self.family.is_spelt(text) {
            return true;
        }
        let Some(second) = self.second else { return false };
        let rest = |first: &str| text.strip_prefix(first).is_some_and(|rest| second.is_spelt(rest));
        rest(&self.family.folded) || rest(&self.family.expanded)
    }
}

impl World {
    /// The names of person `id`, who works in `country`.
    pub(crate) fn name_parts(&self, id: u32, country: &Country) -> Option<NameParts<'_>> {
        let drawn = draw(self.seed(), topic::PERSON_NAME, u64::from(id));
        let native = happens(again(drawn, 1), 880);
        let culture =
            if native { self.names.of(country.code) } else { self.names.any(again(drawn, 2)) }?;
        let given = culture.given.get(chance::index(again(drawn, 3), culture.given.len()))?;
        let family = culture.family.get(chance::index(again(drawn, 4), culture.family.len()))?;
        let double = happens(again(drawn, 5), culture.double_permille);
        let second = culture.family.get(chance::index(again(drawn, 6), culture.family.len()));
        let second = second.filter(|s| double && *s != family);
        Some(NameParts { given, family, second })
    }

    /// Person `id` of the drawn world.
    pub(crate) fn drawn_person(&self, id: u32) -> Option<Person> {
        let company = self.company_of(id)?;
        let country = self.drawn_traits(company).country;
        let parts = self.name_parts(id, country)?;
        let second = parts.second.map(|s| format!(" {}", s.latin)).unwrap_or_default();
        let names = Names {
            first: parts.given.latin.clone(),
            last: format!("{}{second}", parts.family.latin),
            native: (!parts.given.native.is_empty())
                .then(|| (parts.given.native.clone(), parts.family.native.clone())),
        };
        let mut person = finish(self.seed(), u64::from(id), id, company, names, country);
        person.moved_to = self.moved_to(id);
        if person.moved_to.is_some() {
            person.mailbox = Mailbox::Absent;
        }
        Some(person)
    }

    /// The company that person `id` changed to, if they did.
    pub(crate) fn moved_to(&self, id: u32) -> Option<u32> {
        let drawn = draw(self.seed(), topic::PERSON_MOVE, u64::from(id));
        if !happens(drawn, 45) {
            return None;
        }
        let companies = self.companies();
        let to = u32::try_from(below(again(drawn, 1), u64::from(companies))).ok()?;
        (self.company_of(id) != Some(to)).then_some(to)
    }

    /// The local part that a domain with these traits gives to the person, before suffixes.
    pub(crate) fn local_for(&self, key: u64, parts: NameParts<'_>, traits: &Traits) -> String {
        let drawn = draw(self.seed(), topic::PERSON_LOCAL, key);
        // A few people have an address of another form than their colleagues.
        let deviates = happens(drawn, 30);
        let other = Pattern::WEIGHTS.get(chance::index(again(drawn, 1), Pattern::WEIGHTS.len()));
        let pattern = other.filter(|_| deviates).map_or(traits.pattern, |(p, _, _)| *p);
        pattern.local(&traits.spelling.of(parts.given), &traits.spelling.of(parts.family))
    }
}

/// A name as given to [`finish`].
pub(crate) struct Names {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) native: Option<(String, String)>,
}

/// Adds the remaining facts to a person's names.
pub(crate) fn finish(
    seed: u64,
    key: u64,
    id: u32,
    company: u32,
    names: Names,
    country: &Country,
) -> Person {
    let role = titles::role(draw(seed, topic::PERSON_ROLE, key), country.language);
    let drawn = draw(seed, topic::PERSON_MAILBOX, key);
    let mailbox = match below(drawn, 1_000) {
        0..905 => Mailbox::Exists,
        905..970 => Mailbox::Absent,
        970..985 => Mailbox::Full,
        _ => Mailbox::Disabled,
    };
    let slug = [&names.first, &names.last].map(|n| captely_contact::fold(n)).join("-");
    Person {
        id,
        company,
        moved_to: None,
        first_name: names.first,
        last_name: names.last,
        native: names.native,
        title: role.title,
        seniority: role.seniority,
        department: role.department,
        mailbox,
        mobile: super::phones::mobile(country.code, draw(seed, topic::PERSON_PHONE, key)),
        opted_out: happens(again(drawn, 1), 8),
        linkedin_url: format!("https://www.linkedin.com/in/{slug}-sbx{id:08x}"),
        key,
    }
}
