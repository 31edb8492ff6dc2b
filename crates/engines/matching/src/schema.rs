//! What rows are made of and how two of them are compared: data, so that another table needs another
//! file and no other code.

mod check;
mod standard;

use serde::{Deserialize, Serialize};

/// The fields of a table, how they are compared, and which rows are compared at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The values of a row, in their order.
    pub fields: Vec<Field>,
    /// What speaks for and against two rows being the same. Each looks at something else: two that look at
    /// the same count it twice.
    pub comparisons: Vec<Comparison>,
    /// Which rows are compared: those that share a block of any rule.
    pub blocks: Vec<BlockRule>,
    /// Fields in which one thing has one value: rows with two different ones are never put into one
    /// cluster, and are asked about instead.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// When a pair is the same, to be asked about, or different.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// How many others a row has that are the same, before anything is known of the table.
    #[serde(default = "default_matches_per_row")]
    pub matches_per_row: f64,
}

fn default_matches_per_row() -> f64 {
    0.2
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name, which the other parts of the schema use.
    pub name: String,
    /// What it holds, which says how it is brought into its normal form.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words.
    Text,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Company's name; its legal form is left out.
    Company,
    /// Job title.
    Title,
    /// City, region or country.
    Place,
    /// E-mail address, in its provider's normal form.
    Email,
    /// Internet domain, its registrable part.
    Domain,
    /// Phone number, in E.164 wherever the caller knows its country.
    Phone,
    /// Address of a LinkedIn profile or page.
    Profile,
    /// Day.
    Date,
    /// Number.
    Number,
    /// Postal code.
    Postcode,
    /// Street address.
    Address,
    /// Letters and digits that somebody gave out, such as a customer's number.
    Code,
}

/// One thing that two rows are compared in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Its name in explanations.
    pub name: String,
    /// The fields that its levels look at; most look at the first.
    pub fields: Vec<String>,
    /// From the strongest on; the first that holds counts. Empty: the usual ones of the first field's kind.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// The chances where no level holds.
    #[serde(default)]
    pub otherwise: Chances,
}

/// One degree of likeness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What must hold.
    pub test: Test,
    /// Which of the comparison's fields it looks at, counted from 0.
    #[serde(default)]
    pub field: usize,
    /// How often it holds, at the start.
    #[serde(default)]
    pub chances: Chances,
    /// How far a rare value counts more than a common one: 0 not at all, 1 by all that its frequency
    /// tells.
    #[serde(default)]
    pub frequency: f64,
    /// Where it holds, this comparison says nothing: another one has counted it.
    #[serde(default)]
    pub neutral: bool,
}

/// How often something holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chances {
    /// Among pairs that are the same.
    pub m: f64,
    /// Among pairs that are different.
    pub u: f64,
}

impl Default for Chances {
    fn default() -> Self {
        Self { m: 0.05, u: 0.5 }
    }
}

/// What two values are tested for. Values that are equal pass every test but those for a difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// The normal forms are equal.
    Exact,
    /// Jaro-Winkler similarity of at least this.
    JaroWinkler(f64),
    /// At most this many slips of the keyboard (1 to 3).
    Edits(u8),
    /// Given names that are short for each other.
    Nickname,
    /// One is the first letter of the other.
    Initial,
    /// The first two fields stand in each other's place, with this similarity at least.
    Swapped(f64),
    /// This share at least of what the words weigh is in both; rare words weigh more, and words that
    /// start or look alike count as one.
    Words(f64),
    /// All words of the shorter one are in the other, which has more.
    Contained,
    /// The first this many letters are equal.
    Start(u8),
    /// The last this many letters are equal.
    End(u8),
    /// Numbers that differ by at most this; days by at most so many days.
    Within(f64),
    /// Day and month of one are month and day of the other.
    Turned,
    /// The part before the `@` is equal.
    LocalPart,
    /// The first number in both is equal.
    FirstNumber,
}

/// Rows that are equal in all of `keys` are compared with each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockRule {
    /// What must be equal.
    pub keys: Vec<Key>,
    /// What else divides a block that is too large, one after the other.
    #[serde(default)]
    pub narrower: Vec<Key>,
}

/// A part of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The field.
    pub field: String,
    /// The part of it.
    #[serde(default)]
    pub part: Part,
}

/// What of a value makes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// Each of its words, so that a row stands in several blocks.
    AnyWord,
    /// Its first letters.
    Start(u8),
    /// Its last letters.
    End(u8),
    /// Each name that it may be short for.
    Nickname,
    /// What it sounds like, roughly: its first letter and the consonants.
    Sound,
    /// What stands before the `@`.
    LocalPart,
}

/// From which probability on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// A pair is the same.
    pub same: f64,
    /// A person is asked; below, the pair is different.
    pub ask: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { same: 0.95, ask: 0.5 }
    }
}

impl Schema {
    /// People of B2B lists: names, address, phone, profile, company, title, place.
    pub fn person() -> Self {
        Self::embedded(include_str!("../schemas/person.json"))
    }

    /// Companies of B2B lists: name, domain, page, phone, address.
    pub fn company() -> Self {
        Self::embedded(include_str!("../schemas/company.json"))
    }
}
