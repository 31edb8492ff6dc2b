//! One company, computed from its number.

use super::World;
use super::company_names::{self, NAMES_MAX};
use super::countries::{COUNTRIES, Country, Language};
use super::patterns::{Pattern, Spelling};
use crate::chance::{self, again, below, draw, happens, topic};
use crate::mail_world::Personality;

/// A company as it truly is.
#[derive(Debug, Clone)]
pub struct Company {
    /// Number in the world.
    pub id: u32,
    /// Name with its legal form: `Velotex Textil GmbH`.
    pub name: String,
    /// Domain, under a reserved top-level name unless the company was invited.
    pub domain: String,
    /// Where it sits.
    pub country: &'static Country,
    /// A city of that country.
    pub city: &'static str,
    /// Industry in English, lower case.
    pub industry: &'static str,
    /// Head count; not the number of its people in the world.
    pub employees: u32,
    /// Year of foundation.
    pub founded: u32,
    /// Switchboard in E.164.
    pub phone: String,
    /// How it builds addresses.
    pub pattern: Pattern,
    /// How its mail servers behave.
    pub personality: Personality,
    /// What its draws hang on.
    pub(crate) key: u64,
}

impl Company {
    /// The nine digits of a French register number, invented (they begin with 000).
    pub fn siren(&self) -> Option<String> {
        let digits = below(draw(self.key, topic::COMPANY_FACTS, 9), 1_000_000);
        (self.country.code == "FR").then(|| format!("000{digits:06}"))
    }

    /// The size class that providers give: `51-200`.
    pub const fn size_class(&self) -> &'static str {
        match self.employees {
            0..=10 => "1-10",
            11..=50 => "11-50",
            51..=200 => "51-200",
            201..=1_000 => "201-1000",
            _ => "1001-5000",
        }
    }
}

/// What follows from a company's draws alone, without building its texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traits {
    pub(crate) country: &'static Country,
    pub(crate) employees: u32,
    pub(crate) pattern: Pattern,
    pub(crate) spelling: Spelling,
    pub(crate) personality: Personality,
}

/// Weights of the mail personalities, in thousandths.
const PERSONALITIES: [(Personality, u32); 9] = [
    (Personality::Normal, 620),
    (Personality::CatchAll, 150),
    (Personality::Greylisting, 70),
    (Personality::RefusesSecondRcpt, 40),
    (Personality::Tarpit, 25),
    (Personality::BlocksSender, 30),
    (Personality::NullMx, 10),
    (Personality::NoMx, 25),
    (Personality::DeadHost, 30),
];

/// The traits of a company whose draws hang on `key`; its country may be given.
pub(crate) fn traits(seed: u64, key: u64, country: Option<&'static Country>) -> Traits {
    let at = chance::weighted(
        draw(seed, topic::COMPANY_COUNTRY, key),
        COUNTRIES.iter().map(|c| c.weight),
    );
    let country = country.unwrap_or_else(|| COUNTRIES.get(at).unwrap_or(&COUNTRIES[0]));
    let facts = draw(seed, topic::COMPANY_FACTS, key);
    let size = again(facts, 1);
    let employees = match below(again(facts, 2), 100) {
        0..45 => 2 + below(size, 48),
        45..80 => 50 + below(size, 200),
        80..95 => 250 + below(size, 750),
        _ => 1_000 + below(size, 4_000),
    };
    let employees = u32::try_from(employees).unwrap_or(10);
    let mail = draw(seed, topic::COMPANY_MAIL, key);
    let personality = PERSONALITIES
        .get(chance::weighted(mail, PERSONALITIES.iter().map(|(_, w)| *w)))
        .map_or(Personality::Normal, |(p, _)| *p);
    let small = employees < 50;
    let weights = Pattern::WEIGHTS.iter().map(|(_, few, many)| if small { *few } else { *many });
    let drawn = draw(seed, topic::COMPANY_PATTERN, key);
    let pattern = Pattern::WEIGHTS.get(chance::weighted(drawn, weights)).map(|(p, _, _)| *p);
    let german = country.language == Language::German || country.code == "SE";
    let spelling = Spelling {
        expand: happens(again(drawn, 1), if german { 600 } else { 30 }),
        keep_hyphen: happens(again(drawn, 2), 600),
    };
    Traits { country, employees, pattern: pattern.unwrap_or_default(), spelling, personality }
}

impl World {
    /// The traits of company `id` of the drawn world.
    pub(crate) fn drawn_traits(&self, id: u32) -> Traits {
        traits(self.seed(), u64::from(id), None)
    }

    /// The domain of company `id` of the drawn world, and its name without the legal form.
    pub(crate) fn drawn_names(&self, id: u32, language: Language) -> (String, String) {
        let number = self.company_order.at(u64::from(id) % NAMES_MAX);
        let (word, industry) = company_names::name_parts(number);
        let name = company_names::full_name(&word, industry, language);
        let form = draw(self.seed(), topic::COMPANY_FACTS, u64::from(id) + (1 << 40));
        let joint = if happens(form, 450) { "-" } else { "" };
        let top = if happens(again(form, 1), 250) { "test" } else { "example" };
        let domain = format!("{}.{top}", name.to_lowercase().replace(' ', joint));
        (name, domain)
    }

    /// Company `id` of the drawn world.
    pub(crate) fn drawn_company(&self, id: u32) -> Company {
        let traits = self.drawn_traits(id);
        let (bare, domain) = self.drawn_names(id, traits.country.language);
        let number = self.company_order.at(u64::from(id) % NAMES_MAX);
        let industry = company_names::name_parts(number).1.name;
        finish(self.seed(), u64::from(id), id, (bare, domain), industry, &traits)
    }
}

/// Adds the remaining facts to a company's traits. `names` are the bare name and the domain.
pub(crate) fn finish(
    seed: u64,
    key: u64,
    id: u32,
    names: (String, String),
    industry: &'static str,
    traits: &Traits,
) -> Company {
    let facts = draw(seed, topic::COMPANY_FACTS, key);
    let form = again(facts, 3);
    let forms = traits.country.legal_forms;
    // Most companies use the first, official-looking form.
    let form =
        if happens(form, 600) { forms.first().copied() } else { Some(chance::pick(form, forms)) };
    let (bare, domain) = names;
    Company {
        id,
        name: format!("{bare} {}", form.unwrap_or_default()).trim().to_owned(),
        domain,
        country: traits.country,
        city: chance::pick(again(facts, 4), traits.country.cities),
        industry,
        employees: traits.employees,
        founded: 1950 + u32::try_from(below(again(facts, 5), 75)).unwrap_or(0),
        phone: super::phones::switchboard(traits.country.code, again(facts, 6)),
        pattern: traits.pattern,
        personality: traits.personality,
        key,
    }
}
