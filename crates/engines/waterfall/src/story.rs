use captely_contact::Usd;
use serde::{Deserialize, Serialize};

/// Most lines a row's story keeps; a row makes a handful, retries included.
const LINES_MAX: usize = 64;

/// Why a row went the way it did: one line a decision, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Story(Vec<Line>);

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Whom it concerns: a provider, `pattern`, `input`, `row`.
    pub who: String,
    /// What was done or not done, and why, in plain words.
    pub what: String,
    /// What it cost; left out of JSON when nothing.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub cost: Usd,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_nothing(cost: &Usd) -> bool {
    *cost == Usd::ZERO
}

impl Story {
    /// Adds a line.
    pub fn say(&mut self, who: &str, what: impl Into<String>, cost: Usd) {
        if self.0.len() < LINES_MAX {
            self.0.push(Line { who: who.to_owned(), what: what.into(), cost });
        }
    }

    /// The lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}
