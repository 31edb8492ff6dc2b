use std::borrow::Cow;
use std::collections::BTreeMap;

use captely_platform::ids::ContactId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{CompanyId, MergeId, Sieve};

/// What to do with a value where the contact already has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMatch {
    /// Whoever is there is left as they are.
    #[default]
    Skip,
    /// Only fields without a value take the row's.
    FillBlanks,
    /// Every value of the row is taken. An empty cell erases nothing.
    Overwrite,
    /// As [`OnMatch::Overwrite`] where the row is not older than the contact, else as
    /// [`OnMatch::FillBlanks`].
    NewestWins,
}

/// Who wins where a row meets a contact that is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// For every field that is not named.
    pub usual: OnMatch,
    /// By the word of a field (`first_name`, `email`, `seniority`, `custom.NAME`; of a company `company.industry`).
    pub fields: BTreeMap<String, OnMatch>,
    /// Whether two contacts that one row shows to be the same become one. Otherwise the row goes to the one
    /// that it names more surely, and the other is told.
    pub merge_known: bool,
}

/// The words of a contact's fields that are no details, in the order in which rows hold them.
pub const FIELD_WORDS: [&str; 9] = [
    "first_name",
    "last_name",
    "company",
    "domain",
    "title",
    "linkedin_url",
    "country",
    "email",
    "phone",
];

impl Policy {
    /// What to do with the field of this word.
    pub fn of(&self, word: &str) -> OnMatch {
        self.fields.get(word).copied().unwrap_or(self.usual)
    }
}

/// How rows become contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upsert {
    /// The import that brings them. Without one nothing can be undone.
    pub origin: Option<Uuid>,
    /// Who wins where a row meets a contact that is there.
    pub policy: Policy,
    /// How many contacts the workspace may have; `None` is no limit.
    pub contacts_max: Option<u32>,
    /// Whether a row that names nobody is a contact all the same, as in a list of companies to look people up
    /// at. Otherwise it makes its company only.
    pub everybody: bool,
    /// What is kept from call to call of a long list; without it each call asks the database for every mark.
    pub sieve: Option<Sieve>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The contact that the row is; none where it was left out or names only a company.
    pub contact: Option<ContactId>,
    /// The company that the row names.
    pub company: Option<CompanyId>,
    /// What happened.
    pub outcome: Outcome,
    /// The words of the fields of the contact (or of the company of a row that names nobody) that changed. Empty
    /// for new ones.
    pub changed: Vec<Cow<'static, str>>,
    /// Further contacts that the row's marks belong to and that were not merged: to be asked about.
    pub also: Vec<ContactId>,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It is a new contact, or company where it names nobody.
    Created,
    /// It changed what was there.
    Updated,
    /// It was there, and nothing changed.
    Unchanged,
    /// It is the person of an earlier row of the same import and was added to them, or it made two contacts one.
    Merged {
        /// The last of the merges of contacts that it brought about.
        merge: Option<MergeId>,
    },
    /// It was left out.
    Skipped {
        /// Why.
        reason: SkipReason,
    },
}

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The person was erased and must not be made again.
    Erased,
    /// The address or its domain is suppressed.
    Suppressed,
    /// The workspace has as many contacts as it may have.
    NoRoom,
    /// The row names neither a person nor a company.
    Nobody,
}

impl SkipReason {
    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Suppressed => "suppressed",
            Self::NoRoom => "no_room",
            Self::Nobody => "nobody",
        }
    }
}
