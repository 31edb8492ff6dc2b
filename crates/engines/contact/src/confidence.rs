use std::fmt;

use serde::{Deserialize, Serialize};

/// How sure we are of a value, in whole percent: 0 (no idea) to 100 (certain).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// Nothing is known.
    pub const NONE: Self = Self(0);

    /// `percent` above 100 is cut to 100.
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// The same as a number from 0 to 100.
    pub const fn as_percent(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
