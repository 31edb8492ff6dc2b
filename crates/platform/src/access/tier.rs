use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many requests a minute a signed-in person or a key has (REQUIREMENTS SEC-07). It comes with the
/// plan of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// 100.
    Standard,
    /// 1,000.
    Premium,
    /// No limit of its own.
    Enterprise,
}

impl Tier {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Premium, Self::Enterprise];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Premium => "premium",
            Self::Enterprise => "enterprise",
        }
    }

    /// Requests a minute; none means that there is no limit.
    pub const fn requests_per_minute(self) -> Option<u32> {
        match self {
            Self::Standard => Some(100),
            Self::Premium => Some(1_000),
            Self::Enterprise => None,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error is a sentence.
impl FromStr for Tier {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|tier| tier.as_str() == word);
        found.ok_or_else(|| "a tier is standard, premium or enterprise".to_owned())
    }
}
