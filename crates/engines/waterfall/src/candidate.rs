use captely_contact::{Confidence, E164, EmailAddress, EmailStatus, PhoneType, Usd};
use serde::{Deserialize, Serialize};

/// An address that may be the person's, after checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailCandidate {
    /// The address.
    pub email: EmailAddress,
    /// Who gave it: a provider's name, `pattern`, or `input`.
    pub source: String,
    /// How sure we are that mail reaches this person.
    pub confidence: Confidence,
    /// What is known of the mailbox.
    pub status: EmailStatus,
    /// What verification said in one sentence; empty where nothing was verified.
    pub verification: String,
    /// What the call that gave it cost.
    pub cost: Usd,
}

/// A number that may be the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCandidate {
    /// The number.
    pub phone: E164,
    /// Who gave it.
    pub source: String,
    /// How sure we are that it is the person's.
    pub confidence: Confidence,
    /// The kind of line.
    pub kind: PhoneType,
    /// What the call that gave it cost beyond what its e-mail cost.
    pub cost: Usd,
}

/// The best of each field so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Best {
    /// The surest address.
    pub email: Option<EmailCandidate>,
    /// The surest number.
    pub phone: Option<PhoneCandidate>,
}

impl Best {
    /// Keeps `new` if it is surer than what is there; the earlier one stays on equal terms.
    pub fn offer_email(&mut self, new: EmailCandidate) {
        let better = self.email.as_ref().is_none_or(|old| new.confidence > old.confidence);
        if better && new.confidence > Confidence::NONE {
            self.email = Some(new);
        }
    }

    /// Keeps `new` if it is surer; a mobile wins over other lines on equal terms.
    pub fn offer_phone(&mut self, new: PhoneCandidate) {
        let rank = |p: &PhoneCandidate| (p.confidence, p.kind == PhoneType::Mobile);
        if self.phone.as_ref().is_none_or(|old| rank(&new) > rank(old)) {
            self.phone = Some(new);
        }
    }
}
