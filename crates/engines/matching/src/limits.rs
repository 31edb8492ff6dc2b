use serde::{Deserialize, Serialize};

use crate::MatchError;

/// The most fields that a schema has.
pub(crate) const FIELDS_MAX: usize = 32;
/// The most comparisons that a schema has.
pub(crate) const COMPARISONS_MAX: usize = 32;
/// The most levels that a comparison has, the last included.
pub(crate) const LEVELS_MAX: usize = 15;
/// The most blocking rules that a schema has.
pub(crate) const BLOCKS_MAX: usize = 32;
/// The most blocks of one rule that one row stands in.
pub(crate) const KEYS_PER_ROW_MAX: usize = 24;
/// The most words of one value that are compared one by one.
pub(crate) const WORDS_MAX: usize = 24;

/// What one matching may cost. What is left out for a limit is told, never dropped in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Rows of both tables together. More are refused.
    pub rows_max: usize,
    /// Bytes of one value that are looked at; the rest is cut off and counted.
    pub value_bytes_max: usize,
    /// Pairs up to which all rows are compared with all: small tables need no blocks.
    pub all_pairs_max: u64,
    /// Different rows in one block. A larger block is divided by the rule's finer keys, and left out
    /// where those do not help.
    pub block_rows_max: usize,
    /// Pairs that are scored. Where blocks ask for more, the largest are left out.
    pub pairs_max: u64,
    /// Pairs that are kept because they are the same or to be asked about; the best stay.
    pub kept_pairs_max: usize,
    /// Threads that work; 0 means one a core.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows_max: 5_000_000,
            value_bytes_max: 1_024,
            all_pairs_max: 1_000_000,
            block_rows_max: 50,
            pairs_max: 200_000_000,
            kept_pairs_max: 20_000_000,
            threads: 0,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> Result<(), MatchError> {
        if u32::try_from(self.rows_max).is_ok() && self.value_bytes_max <= 65_536 {
            return Ok(());
        }
        Err(MatchError::Limits)
    }

    pub(crate) fn workers(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}
