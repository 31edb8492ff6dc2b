mod detail;
mod upsert;

use std::collections::BTreeMap;

use captely_contact::{Domain, EmailAddress, Field, Person, Provenance, Timestamp};
use captely_platform::ids::ContactId;

pub use detail::{CUSTOM_NAME_CHARS_MAX, CompanyDetail, ContactDetail};
pub use upsert::{Applied, FIELD_WORDS, OnMatch, Outcome, Policy, SkipReason, Upsert};

/// A person as a list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    /// Name, company and what else identifies.
    pub person: Person,
    /// The list's own e-mail address, if it has one that can be read.
    pub email: Option<EmailAddress>,
    /// The list's own phone number: in E.164 where it can be read, else as written.
    pub phone: Option<String>,
    /// What else is known. No value is empty.
    pub details: BTreeMap<ContactDetail, String>,
    /// The company, where the list says more of it than its name and its domain.
    pub company: Option<NewCompany>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// What the list knows the person said about being written to or called.
    pub consents: Vec<NewConsent>,
    /// When the list's system last changed it, where the list says so.
    pub as_of: Option<Timestamp>,
}

/// A company as a list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewCompany {
    /// Its name without its legal form, as written.
    pub name: String,
    /// Its domain; never that of a mail provider.
    pub domain: Option<Domain>,
    /// What else is known. No value is empty.
    pub details: BTreeMap<CompanyDetail, String>,
}

/// What somebody said about being written to or called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    /// About what.
    pub channel: Channel,
    /// Whether it may be done.
    pub stance: Stance,
    /// Where it stood: the column and the words.
    pub evidence: String,
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// E-mail.
    Email,
    /// Calls.
    Call,
}

impl Channel {
    /// That of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Email, Self::Call].into_iter().find(|one| one.as_str() == word)
    }

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Call => "call",
        }
    }
}

/// What was said. Silence is no consent and is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stance {
    /// No.
    Refused,
    /// Yes.
    Given,
}

impl Stance {
    /// That of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Refused, Self::Given].into_iter().find(|one| one.as_str() == word)
    }

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Given => "given",
        }
    }
}

/// A contact as stored, before anything was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id in the workspace.
    pub id: ContactId,
    /// Name, company and what else identifies.
    pub person: Person,
    /// The list's own e-mail address.
    pub original_email: Option<EmailAddress>,
    /// The list's own phone number, as written.
    pub original_phone: Option<String>,
}

/// One value found for one contact, with its provenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose.
    pub contact: ContactId,
    /// Which field.
    pub field: Field,
    /// The value as text.
    pub value: String,
    /// The mailbox's or line's status in its field's own words.
    pub status: &'static str,
    /// Where it came from, what it cost, why to trust it.
    pub provenance: Provenance,
    /// Whether it is the best of its field, to be shown on the contact itself.
    pub best: bool,
}
