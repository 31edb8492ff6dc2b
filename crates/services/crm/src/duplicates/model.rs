use captely_contact::Timestamp;
use captely_platform::ids::ContactId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{MergeId, PairId};

macro_rules! words {
    ($(#[$doc:meta])+ $name:ident { $($(#[$of:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$of])+ $variant),+ }

        impl $name {
            /// Their words.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in the database and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one of this word.
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What became of a question.
    PairState {
        /// Nobody has decided.
        Open = "open",
        /// They were merged.
        Merged = "merged",
        /// They are two people.
        Dismissed = "dismissed",
    }
}

words! {
    /// Why it is asked whether two contacts are one.
    PairWhy {
        /// They are likely enough the same to be merged without asking, which nobody wanted.
        Same = "same",
        /// They may be the same.
        Unsure = "unsure",
        /// They are likely the same, but have different values where one person has one.
        Conflict = "conflict",
        /// They are likely the same, but others that are the same as one speak against the other.
        Chain = "chain",
        /// A row of a list had marks of both.
        Marks = "marks",
    }
}

/// Two contacts that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Its id.
    pub id: PairId,
    /// The contact with the smaller id: the older.
    pub a: ContactId,
    /// The other.
    pub b: ContactId,
    /// How probable it is that they are one, in millionths.
    pub millionths: i64,
    /// Why it is asked.
    pub why: PairWhy,
    /// What speaks for it and against it.
    pub parts: Vec<PairPart>,
    /// What became of it.
    pub state: PairState,
    /// The merge, where they were merged.
    pub merge: Option<MergeId>,
    /// When it was found, the last time.
    pub found_at: Timestamp,
    /// When somebody decided; of a pair that is asked about anew, when somebody dismissed it before.
    pub decided_at: Option<Timestamp>,
}

/// What one comparison says of two contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DuplicateReason)]
pub struct PairPart {
    /// What was compared.
    #[schema(example = "last name")]
    pub name: String,
    /// The field that decided.
    #[schema(example = "last_name")]
    pub field: String,
    /// The value of `a`.
    #[schema(example = "Rao")]
    pub a: String,
    /// The value of `b`.
    #[schema(example = "Rao")]
    pub b: String,
    /// How much it says, in hundredths of a bit: positive for one person, negative for two. A hundred doubles the odds.
    #[schema(example = 850)]
    pub weight: i64,
    /// The same in words.
    #[schema(example = "equal, and rare: speaks strongly for one person")]
    pub says: String,
}

/// A pair to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPair {
    pub(crate) a: ContactId,
    pub(crate) b: ContactId,
    /// Of whom more is known.
    pub(crate) keep: ContactId,
    pub(crate) millionths: i64,
    pub(crate) why: PairWhy,
    pub(crate) parts: Vec<PairPart>,
    pub(crate) form: Vec<u8>,
}
