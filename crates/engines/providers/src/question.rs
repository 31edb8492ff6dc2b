use captely_contact::{Field, Person};
use serde::{Deserialize, Serialize};

/// What one provider is asked about one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Our own mark for this attempt (at most 64 ASCII characters), so that a lost answer can be found
    /// again: an attempt id, sent along where the provider echoes such a mark; or, of a question that
    /// shares its call with others, as [`Question::mark_in_call`] writes it.
    pub mark: String,
    /// Whom to look for.
    pub person: Person,
    /// The fields wanted; never empty.
    pub wants: Vec<Field>,
}

impl Question {
    /// The mark of the question at `place` (from 0) of the call that is known as `call`: `call#place`.
    pub fn mark_in_call(call: &str, place: usize) -> String {
        format!("{call}#{place}")
    }

    /// The call that this question shares with others, and its place in it; `None` if it has its own.
    pub fn call(&self) -> Option<(&str, usize)> {
        let (call, place) = self.mark.rsplit_once('#')?;
        Some((call, place.parse().ok()?))
    }

    /// Whether `field` is wanted.
    pub fn wants(&self, field: Field) -> bool {
        self.wants.contains(&field)
    }
}
