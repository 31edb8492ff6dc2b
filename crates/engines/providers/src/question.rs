use captely_contact::{Field, Person};
use serde::{Deserialize, Serialize};

/// What one provider is asked about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Our own mark for this attempt (an attempt id, at most 64 ASCII characters). Sent along where
    /// the provider echoes such a mark, so that a lost answer can be found again.
    pub mark: String,
    /// Whom to look for.
    pub person: Person,
    /// The fields wanted; never empty.
    pub wants: Vec<Field>,
}

impl Question {
    /// Whether `field` is wanted.
    pub fn wants(&self, field: Field) -> bool {
        self.wants.contains(&field)
    }
}
