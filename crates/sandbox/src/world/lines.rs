//! Whether a phone number is in use, and who serves it.

use super::{World, phones};
use crate::chance::{below, draw, mark, topic};

/// A line as it truly is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: &'static str,
    /// Calling code of its country, without the plus sign.
    pub calling: &'static str,
    /// A mobile; otherwise a company's switchboard.
    pub mobile: bool,
    /// Its state.
    pub state: LineState,
}

/// The state of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// In use and answering.
    Active,
    /// In use, and its network says only that calls arrive.
    Reachable,
    /// In use, and switched off or out of reach now.
    Unreachable,
    /// Nobody has it any more.
    Inactive,
    /// Its network does not say.
    Untold,
}

impl Line {
    /// The invented network that serves it.
    pub fn carrier(&self) -> String {
        let kind = if self.mobile { "Mobile" } else { "Telecom" };
        format!("Sandbox {kind} {}", self.country)
    }
}

impl World {
    /// The line of a number in E.164; `None` for numbers outside of the world's ranges.
    pub fn line(&self, number: &str) -> Option<Line> {
        let (country, calling, mobile) = phones::place(number)?;
        let state = match below(draw(self.seed(), topic::LINE, mark(number)), 100) {
            0..78 => LineState::Active,
            78..84 => LineState::Reachable,
            84..90 => LineState::Unreachable,
            90..98 => LineState::Inactive,
            _ => LineState::Untold,
        };
        Some(Line { country, calling, mobile, state })
    }
}
