use captely_contact::{Confidence, Credits, E164, EmailAddress, EmailStatus, Field, PhoneType};
use serde::{Deserialize, Serialize};

/// What a provider said about one person. No e-mail and no phone means: looked, found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    /// Addresses, the provider's best first.
    pub emails: Vec<FoundEmail>,
    /// Numbers, the provider's best first.
    pub phones: Vec<FoundPhone>,
    /// Other values that came along (title, LinkedIn address, company …).
    pub extras: Vec<(Field, String)>,
    /// What the provider charged, as far as its answer or its price list tells.
    pub charged: Credits,
    /// The provider's own words that led to the verdict, for the record: `certainty=ultra_sure`.
    pub said: String,
}

/// An address and what its provider thinks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundEmail {
    /// The address.
    pub email: EmailAddress,
    /// The provider's own confidence, on our scale.
    pub confidence: Confidence,
    /// The provider's own verdict, if it gave one.
    pub status: Option<EmailStatus>,
}

/// A number and what its provider thinks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPhone {
    /// As the provider wrote it.
    pub raw: String,
    /// In international form, where the provider's text has that form.
    pub e164: Option<E164>,
    /// The kind of line, as far as the provider says.
    pub kind: PhoneType,
    /// The provider's own confidence, on our scale.
    pub confidence: Confidence,
}
