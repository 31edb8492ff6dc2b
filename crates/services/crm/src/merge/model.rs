use std::collections::{BTreeMap, BTreeSet};

use captely_contact::Timestamp;
use captely_platform::ids::ContactId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::MergeId;
use crate::keys::Mark;

/// Two contacts to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePair {
    /// Stays.
    pub kept: ContactId,
    /// Goes into it.
    pub gone: ContactId,
    /// The import that merges them; none where a person does.
    pub origin: Option<Uuid>,
    /// Whose value is taken, by the field's word.
    pub choices: Choices,
}

/// Whose value is taken, by the field's word: a column's name, a detail's word or `custom.NAME`.
pub type Choices = BTreeMap<String, Take>;

/// Whose value of a field the contact has from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// That of the contact that is kept, also where it has none.
    Kept,
    /// That of the one that goes, also where it has none.
    Gone,
}

/// The fields that a merge changed, by their words.
pub type Changes = BTreeMap<String, Change>;

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// None where nothing was known.
    pub before: Option<String>,
    /// None where nothing is known any more.
    pub after: Option<String>,
}

/// A merge as it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its id; a later merge of the workspace has a greater one.
    pub id: MergeId,
    /// Who stayed.
    pub kept: ContactId,
    /// Who went into it.
    pub gone: ContactId,
    /// The import that did it.
    pub origin: Option<Uuid>,
    /// What was chosen.
    pub choices: Choices,
    /// What changed of the kept one.
    pub changes: Changes,
    /// What the kept one got beside.
    pub joined: Items,
    /// Marks that passed to it.
    pub(crate) marks: Vec<Mark>,
    /// How new the kept one was before and after, where that changed; in microseconds.
    pub(crate) aged: Option<(i64, i64)>,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// A contact with all that a merge looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: ContactId,
    /// What is known, by the field's word. No value is empty.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) items: Items,
    /// What it is known again by.
    pub(crate) marks: Vec<Mark>,
    pub(crate) merged_into: Option<ContactId>,
    /// How new it is: when what was last taken over was true, in microseconds.
    pub(crate) updated_at: i64,
}

/// What a contact has several of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Items {
    /// Tags.
    pub tags: BTreeSet<Tag>,
    /// What the person said.
    pub consents: BTreeSet<Consent>,
    /// What was found, by whom.
    pub values: BTreeSet<FoundValue>,
}

/// A tag, and what set it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// The tag.
    pub tag: String,
    /// The import that set it; none where a person did.
    pub origin: Option<Uuid>,
}

/// That the person said something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Consent {
    /// A word of [`Channel`](crate::Channel).
    pub channel: String,
    /// When, in microseconds UTC.
    pub at: i64,
    /// A word of [`Stance`](crate::Stance).
    pub stance: String,
    /// The import that brought it; none where a person wrote it down.
    pub origin: Option<Uuid>,
}

/// That a source found a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FoundValue {
    /// Of which field.
    pub field: String,
    /// Which source.
    pub source: String,
    /// When, in microseconds UTC.
    pub at: i64,
}

impl Items {
    /// Those that `other` has and this does not. A source's finding of one field stands once.
    pub(crate) fn missing_of(&self, other: &Self) -> Self {
        let found = |new: &FoundValue| {
            self.values.iter().any(|old| (&old.field, &old.source) == (&new.field, &new.source))
        };
        Self {
            tags: other.tags.difference(&self.tags).cloned().collect(),
            consents: other.consents.difference(&self.consents).cloned().collect(),
            values: other.values.iter().filter(|new| !found(new)).cloned().collect(),
        }
    }

    /// Those that both have.
    pub(crate) fn common(&self, other: &Self) -> Self {
        Self {
            tags: self.tags.intersection(&other.tags).cloned().collect(),
            consents: self.consents.intersection(&other.consents).cloned().collect(),
            values: self.values.intersection(&other.values).cloned().collect(),
        }
    }

    pub(crate) fn add(&mut self, new: &Self) {
        self.tags.extend(new.tags.iter().cloned());
        self.consents.extend(new.consents.iter().cloned());
        self.values.extend(new.values.iter().cloned());
    }

    pub(crate) fn remove(&mut self, gone: &Self) {
        self.tags.retain(|tag| !gone.tags.contains(tag));
        self.consents.retain(|consent| !gone.consents.contains(consent));
        self.values.retain(|value| !gone.values.contains(value));
    }
}
