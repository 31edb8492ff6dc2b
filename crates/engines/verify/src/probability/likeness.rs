use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lists::Classes;
use crate::shape::{Shape, shape};

/// What an address looks like before anybody is asked: addresses of one likeness fare alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Likeness {
    /// At a free provider, whatever the name.
    FreeMail,
    /// A name of that shape elsewhere.
    Name(Shape),
}

impl Likeness {
    /// How many there are.
    pub(super) const COUNT: usize = Shape::ALL.len().saturating_add(1);

    /// All of them; each stands at its own place.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::FreeMail).chain(Shape::ALL.into_iter().map(Self::Name))
    }

    /// The word in the table of counts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FreeMail => "free_mail",
            Self::Name(shape) => shape.as_str(),
        }
    }

    /// Its position in [`Self::all`].
    pub(super) fn place(self) -> usize {
        Self::all().position(|one| one == self).unwrap_or_default()
    }

    /// The likeness of a lower-case local part at a domain of these classes.
    pub(crate) fn of(local: &str, classes: Classes) -> Self {
        if classes.free_provider { Self::FreeMail } else { Self::Name(shape(local)) }
    }
}

impl From<Likeness> for &'static str {
    fn from(likeness: Likeness) -> Self {
        likeness.as_str()
    }
}

impl TryFrom<String> for Likeness {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        Self::all().find(|one| one.as_str() == word).ok_or("names a likeness that there is not")
    }
}

impl fmt::Display for Likeness {
    /// As the subject of a sentence: "a name of two words".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FreeMail => "a name at a free provider",
            Self::Name(Shape::Role) => "a function's name",
            Self::Name(Shape::Words) => "a name of two words",
            Self::Name(Shape::InitialWord) => "a name of a word and an initial",
            Self::Name(Shape::Word) => "a name of one word",
            Self::Name(Shape::WordDigits) => "a name that ends in digits",
            Self::Name(Shape::Digits) => "a name of digits",
            Self::Name(Shape::Random) => "a name that looks made up",
            Self::Name(Shape::Other) => "a name of an unusual form",
        })
    }
}
