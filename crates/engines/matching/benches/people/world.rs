//! Names, companies and places, common and rare ones.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The fields of a row, in the order of `Schema::person()`.
pub(crate) const FIELDS: [&str; 10] = [
    "first_name",
    "last_name",
    "email",
    "phone",
    "linkedin_url",
    "company",
    "domain",
    "title",
    "city",
    "country",
];

const GIVEN: &str = include_str!("../../data/nicknames.txt");
const STARTS: [&str; 30] = [
    "Ba", "Ber", "Bra", "Car", "Che", "Dan", "Dor", "El", "Fa", "Fer", "Gar", "Gra", "Hal", "Hen",
    "Ja", "Ka", "Kel", "Lan", "Lor", "Ma", "Mor", "Nor", "Ol", "Pa", "Per", "Ros", "Sal", "Ste",
    "Tor", "Wil",
];
const MIDDLES: [&str; 24] = [
    "", "ba", "da", "den", "fi", "ga", "kin", "la", "li", "lo", "man", "mi", "na", "ne", "ni",
    "ri", "ro", "sa", "se", "ta", "ti", "va", "ve", "zi",
];
const ENDS: [&str; 28] = [
    "berg", "ck", "dez", "dson", "field", "ford", "gan", "ham", "kins", "ková", "ler", "ley",
    "lund", "mann", "mer", "ner", "ni", "nov", "ño", "ré", "sen", "ski", "son", "stein", "ton",
    "well", "wood", "zek",
];
const TRADES: [&str; 16] = [
    "Systems",
    "Logistics",
    "Foods",
    "Analytics",
    "Energy",
    "Textiles",
    "Robotics",
    "Media",
    "Pharma",
    "Consulting",
    "Software",
    "Capital",
    "Motors",
    "Labs",
    "Networks",
    "Group",
];
const FORMS: [&str; 8] = ["Inc.", "Ltd", "GmbH", "LLC", "S.A.", "AG", "B.V.", ""];
const RANKS: [&str; 8] =
    ["Head of", "Director of", "VP", "Manager", "Senior Manager", "Chief", "Junior", "Lead"];
const WORK: [&str; 14] = [
    "Sales",
    "Marketing",
    "Engineering",
    "Finance",
    "Operations",
    "Human Resources",
    "Product",
    "Legal",
    "Procurement",
    "Data",
    "Security",
    "Support",
    "Research",
    "Strategy",
];
const COUNTRIES: [&str; 10] = ["US", "GB", "DE", "FR", "IN", "ES", "IT", "NL", "BR", "AU"];

/// A company of the world.
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) form: &'static str,
    pub(crate) domain: String,
    pub(crate) switchboard: String,
}

/// What persons are made of.
pub(crate) struct World {
    given: Vec<&'static str>,
    family: Vec<String>,
    pub(crate) companies: Vec<Company>,
    cities: Vec<(String, &'static str)>,
}

/// One person.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) work_email: String,
    pub(crate) own_email: String,
    pub(crate) phone: String,
    pub(crate) profile: String,
    pub(crate) company: usize,
    pub(crate) company_name: String,
    pub(crate) domain: String,
    pub(crate) title: String,
    pub(crate) city: String,
    pub(crate) country: String,
}

/// A number below `most`, low ones far more often: how often names are borne.
fn common(most: usize, dice: &mut ChaCha8Rng) -> usize {
    let throw: f64 = dice.random();
    let scaled = throw * throw * throw * f64::from(u32::try_from(most).unwrap());
    let low: usize = format!("{:.0}", scaled.floor()).parse().unwrap();
    low.min(most - 1)
}

fn pick<'l, T>(list: &'l [T], dice: &mut ChaCha8Rng) -> &'l T {
    &list[dice.random_range(0..list.len())]
}

pub(crate) fn plain(text: &str) -> String {
    captely_matching::fold_words(text).replace(' ', "")
}

pub(crate) fn digits(count: usize, dice: &mut ChaCha8Rng) -> String {
    (0..count).map(|_| char::from(b'0' + dice.random_range(0..10))).collect()
}

impl World {
    pub(crate) fn new(rows: usize, dice: &mut ChaCha8Rng) -> Self {
        let given = GIVEN.lines().filter_map(|line| line.split(' ').next()).collect();
        let name = |dice: &mut ChaCha8Rng| {
            format!("{}{}{}", pick(&STARTS, dice), pick(&MIDDLES, dice), pick(&ENDS, dice))
        };
        let family = (0..(rows / 4).clamp(200, 15_000)).map(|_| name(dice)).collect();
        let companies = (0..=rows / 12).map(|number| {
            let mut label = name(dice);
            if number % 3 > 0 {
                label = format!("{label}{}", pick(&MIDDLES, dice));
            }
            let name = format!("{label} {}", pick(&TRADES, dice));
            let domain = format!("{}{number}.example", plain(&label));
            let switchboard = format!("+1{}", digits(10, dice));
            Company { name, form: pick::<&str>(&FORMS, dice), domain, switchboard }
        });
        let companies = companies.collect();
        let cities = (0..400).map(|_| (name(dice), *pick(&COUNTRIES, dice))).collect();
        Self { given, family, companies, cities }
    }

    pub(crate) fn person(&self, number: u32, dice: &mut ChaCha8Rng) -> Person {
        let given = self.given[common(self.given.len(), dice)];
        let mut letters = given.chars();
        let first: String = letters.next().unwrap().to_uppercase().chain(letters).collect();
        let last = self.family[common(self.family.len(), dice)].clone();
        let (city, country) = pick(&self.cities, dice).clone();
        let mut person = Person {
            own_email: format!("{}{}{number}@gmail.com", plain(&first), plain(&last)),
            profile: format!("{}-{}-{number:x}", plain(&first), plain(&last)),
            phone: format!("+1{}", digits(10, dice)),
            first,
            last,
            city,
            country: country.to_owned(),
            work_email: String::new(),
            company: 0,
            company_name: String::new(),
            domain: String::new(),
            title: String::new(),
        };
        self.employ(&mut person, dice);
        // Some give the number that all of their company give.
        if dice.random_bool(0.08) {
            person.phone.clone_from(&self.companies[person.company].switchboard);
        }
        person
    }

    /// Gives a person a place at a company, with its address and a title.
    pub(crate) fn employ(&self, person: &mut Person, dice: &mut ChaCha8Rng) {
        person.company = dice.random_range(0..self.companies.len());
        let company = &self.companies[person.company];
        person.company_name = format!("{} {}", company.name, company.form);
        person.domain.clone_from(&company.domain);
        let (first, last) = (plain(&person.first), plain(&person.last));
        person.work_email = match dice.random_range(0..3) {
            0 => format!("{first}.{last}@{}", company.domain),
            1 => format!("{}{last}@{}", &first[..1], company.domain),
            _ => format!("{first}@{}", company.domain),
        };
        entitle(person, dice);
    }
}

/// Gives a person another title.
pub(crate) fn entitle(person: &mut Person, dice: &mut ChaCha8Rng) {
    person.title = format!("{} {}", pick(&RANKS, dice), pick(&WORK, dice));
}

impl Person {
    /// The row of what is known; a tenth of each is not.
    pub(crate) fn row(self, dice: &mut ChaCha8Rng) -> [String; FIELDS.len()] {
        let mut some = |value: String, missing: f64| {
            if dice.random_bool(missing) { String::new() } else { value }
        };
        let email = if self.work_email.is_empty() { self.own_email } else { self.work_email };
        [
            self.first,
            self.last,
            email,
            self.phone,
            self.profile,
            some(self.company_name, 0.03),
            some(self.domain, 0.1),
            some(self.title, 0.1),
            some(self.city, 0.1),
            some(self.country, 0.1),
        ]
    }
}
