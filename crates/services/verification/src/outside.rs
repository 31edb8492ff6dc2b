//! Outside verifiers, each question of which costs money: asked only about what our own check leaves open,
//! written down before and after (ADR 0003), never beyond a budget, and never twice without need.

mod ask;
mod call;
mod checker;

use std::time::Duration;

use captely_contact::{EmailStatus, Safety, Timestamp, Usd};
use captely_providers::CheckerSheet;
use captely_verify::PhoneVerdict;

use crate::model::Answer;

pub use checker::{OutsideChecker, OutsideFound};

captely_platform::id_type!(OutsideId, "out");

/// After so long a question without an end is one whose answer was lost. The longest call and the longest
/// wait for a checker's own work are shorter.
pub(crate) const LOST_AFTER: Duration = Duration::from_mins(30);
/// How long an answer is believed of which the checker says that asking again may help.
pub(crate) const PASSING_ANSWER: Duration = Duration::from_hours(24);

/// What a round of a list may spend on outside checks; both hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Checks that may be charged.
    pub checks_max: i64,
    /// Money, each check at its worst price until its true one is known.
    pub usd_max: Usd,
}

/// How an outside verifier is used.
pub struct Outside<'a> {
    /// Who is asked.
    pub checker: &'a OutsideChecker,
    /// How much may be spent.
    pub budget: Budget,
    /// Whether it is asked about every address, not just about those left open. Of numbers every
    /// valid one is asked about anyhow: no numbering plan knows whether a line is in use.
    pub all: bool,
}

impl Outside<'_> {
    /// Whether it is asked about an address with this answer of our own: one that leaves it open. About
    /// what is invalid nobody need be paid.
    pub fn is_asked_about(&self, own: &Answer) -> bool {
        if !matches!(self.checker, OutsideChecker::Email(_)) {
            return false;
        }
        let open = matches!(own.verdict.status, EmailStatus::Unknown | EmailStatus::AcceptAll);
        // What is invalid, or blocked by the user's own list, is not written to whatever anybody says.
        own.verdict.safety != Safety::Invalid && (open || self.all)
    }

    /// What it is asked about a number with this reading of our own: its E.164, where the numbering plans
    /// find it valid, whatever dialling it costs.
    pub fn number(&self, own: &PhoneVerdict) -> Option<String> {
        let asked = own.valid && matches!(self.checker, OutsideChecker::Phone(_));
        own.e164.as_ref().filter(|_| asked).map(ToString::to_string)
    }

    /// The price of one check at worst.
    pub fn worst(&self) -> Usd {
        worst(self.checker.sheet())
    }
}

pub(crate) fn worst(sheet: &CheckerSheet) -> Usd {
    sheet.usd_per_credit.times(sheet.credits_max)
}

/// What an outside verifier said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideAnswer {
    /// Its short name.
    pub checker: String,
    /// Its finding in our words.
    pub found: OutsideFound,
    /// When it was asked.
    pub at: Timestamp,
    /// What that cost.
    pub cost: Usd,
}

/// What came of asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutsideSummary {
    /// Calls that went out.
    pub asked: u64,
    /// Subjects that were answered before, and cost nothing now.
    pub known: u64,
    /// Subjects whose answer was lost, now or earlier. They are not asked again.
    pub in_doubt: u64,
    /// Subjects for which the budget left nothing.
    pub short_of_budget: u64,
    /// Calls that failed and were not charged.
    pub failed: u64,
    /// What was spent by this command, lost answers at their worst price.
    pub cost: Usd,
    /// Why nobody was asked any more, where the checker itself was the reason.
    pub stopped: Option<String>,
}

impl OutsideSummary {
    /// Adds what came of asking about others.
    pub fn add(&mut self, other: Self) {
        self.asked += other.asked;
        self.known += other.known;
        self.in_doubt += other.in_doubt;
        self.short_of_budget += other.short_of_budget;
        self.failed += other.failed;
        self.cost = self.cost.plus(other.cost);
        self.stopped = self.stopped.take().or(other.stopped);
    }
}

/// A question to an outside verifier.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) id: OutsideId,
    /// An address in its normal form, or a number in E.164.
    pub(crate) subject: String,
    pub(crate) checker: String,
    pub(crate) nth: i64,
    pub(crate) held: Usd,
    pub(crate) asked_at: Timestamp,
    /// `None`: it may be under way.
    pub(crate) end: Option<End>,
}

/// What came of a question.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) state: State,
    pub(crate) cost: Usd,
    pub(crate) at: Timestamp,
    pub(crate) answer: Option<OutsideFound>,
}

/// How a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Answered,
    /// Nothing was charged.
    Failed,
    /// It may have been charged.
    InDoubt,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
        }
    }

    /// A word of a later version is taken as the state in which nothing is asked again.
    pub(crate) fn of(word: &str) -> Self {
        [Self::Answered, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
            .unwrap_or(Self::InDoubt)
    }
}
