use serde::{Deserialize, Serialize};

use crate::{Confidence, Timestamp, Usd};

/// Where a value came from, what it cost and why to trust it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Who gave the value: a provider's name, `pattern` for our own guess, `input` for the list.
    pub source: String,
    /// When the value was learned.
    pub at: Timestamp,
    /// What the calls for it cost.
    pub cost: Usd,
    /// How sure we are after all checks.
    pub confidence: Confidence,
    /// What verification said, in its own words; empty where nothing was verified.
    pub verification: String,
}
