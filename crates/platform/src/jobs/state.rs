use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{DbError, Value};

/// Where a job stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
pub enum State {
    /// Waiting for its time or for a worker.
    Pending,
    /// Held by a worker.
    Processing,
    /// Done and not yet purged.
    Done,
    /// Given up.
    Failed,
    /// Called off.
    Cancelled,
    /// Held back until resumed.
    Paused,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Processing, Self::Done, Self::Failed, Self::Cancelled, Self::Paused];

    /// Its word: `pending`, `processing`, …
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Paused => "paused",
        }
    }

    /// What stands in the columns `state` and `wanted`.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Processing => 1,
            Self::Done => 2,
            Self::Failed => 3,
            Self::Cancelled => 4,
            Self::Paused => 5,
        }
    }

    pub(super) fn from_number(number: i64) -> Result<Self, DbError> {
        Self::ALL
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or_else(|| DbError::Decode(format!("a job is in state {number}")))
    }
}

impl From<State> for Value {
    fn from(state: State) -> Self {
        Self::Int(state.number())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no state of a job; they are pending, processing, done, failed, cancelled, paused"
)]
pub struct NoState(
    /// The word, cut to 60 characters.
    pub String,
);

impl FromStr for State {
    type Err = NoState;

    fn from_str(word: &str) -> Result<Self, NoState> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| NoState(word.chars().take(60).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_there_and_back() {
        for state in State::ALL {
            assert_eq!(state.word().parse(), Ok(state));
            assert_eq!(State::from_number(state.number()).unwrap(), state);
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("{:?}", state.word()));
        }
        assert!("Pending".parse::<State>().is_err());
        assert!(State::from_number(6).is_err());
    }
}
