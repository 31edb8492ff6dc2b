use captely_contact::{Credits, PhoneType};
use serde::{Deserialize, Serialize};

/// What a checker found out about a number, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedPhone {
    /// Whether the numbering plan has it. An invalid number's other findings are empty.
    pub valid: bool,
    /// The kind of line.
    pub kind: PhoneType,
    /// Who serves it. After a move to another network this may still be the first one.
    pub carrier: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Whether somebody is there.
    pub line: LineStatus,
    /// The checker's own words, for the record: `type=mobile line_status=active`.
    pub said: String,
    /// What was charged, as far as the answer or the price list tells.
    pub charged: Credits,
}

/// Whether a line is in use, as only its network can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// In use.
    Active,
    /// A call or message would arrive now.
    Reachable,
    /// In use or not, it cannot be reached now.
    Unreachable,
    /// Out of use.
    Inactive,
    /// The network did not say.
    Unknown,
    /// Nobody asked the network.
    NotAsked,
}

impl LineStatus {
    /// The word in files, tables and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Reachable => "reachable",
            Self::Unreachable => "unreachable",
            Self::Inactive => "inactive",
            Self::Unknown => "unknown",
            Self::NotAsked => "not_asked",
        }
    }
}
