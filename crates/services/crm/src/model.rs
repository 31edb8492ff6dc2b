use captely_contact::{EmailAddress, Field, Person, Provenance};
use captely_platform::ids::ContactId;

/// A person as a list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    /// Name, company and what else identifies.
    pub person: Person,
    /// The list's own e-mail address, if it has one that can be read.
    pub email: Option<EmailAddress>,
    /// The list's own phone number, as written.
    pub phone: Option<String>,
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
