//! Which rows of one table are the same.

use std::collections::HashSet;

use serde::Serialize;

use crate::block::LeftOut;
use crate::cluster::{Clusters, Refusal};
use crate::model::{log_odds, probability};
use crate::number::place;
use crate::pairs::{Kept, Pair, equal_rows, score};
use crate::score::Scorer;
use crate::{MatchError, Model, Table};

/// What was found in one table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duplicates {
    /// Rows that are the same: two and more in each, ascending; clusters by their first row.
    pub clusters: Vec<Vec<usize>>,
    /// What a person should decide, the likeliest first; one question at most for two clusters.
    pub questions: Vec<Question>,
    /// What was done for it.
    pub effort: Effort,
}

/// Two rows that may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Question {
    /// A row.
    pub a: usize,
    /// Another one.
    pub b: usize,
    /// How probable it is that they are the same, by themselves.
    pub probability: f64,
    /// Why it is asked.
    pub why: Why,
}

/// Why a pair is a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is between the thresholds.
    Unsure,
    /// It is likely enough, but the rows or those that were found to be the same as them have different
    /// values in a field in which one thing has one value.
    Conflict,
    /// It is likely enough, but rows that are the same as one speak against those that are the same as
    /// the other.
    Chain,
}

/// What was compared and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Pairs of different rows that were scored.
    pub pairs_scored: u64,
    /// Likely pairs left out because there were too many.
    pub pairs_dropped: u64,
    /// Blocks that were too large.
    pub left_out: Vec<LeftOut>,
}

impl Effort {
    pub(crate) fn new(kept: &Kept, left_out: Vec<LeftOut>) -> Self {
        Self { pairs_scored: kept.scored, pairs_dropped: kept.dropped, left_out }
    }
}

/// Finds the rows of one table that are the same. Neither the order of the rows nor the number of threads
/// changes what comes out, beyond the rows' numbers.
pub fn dedupe(table: &Table, model: &Model) -> Result<Duplicates, MatchError> {
    if table.is_two() {
        return Err(MatchError::Sides("there are two tables: link them"));
    }
    let scorer = Scorer::new(table, model)?;
    let thresholds = table.schema.thresholds;
    let (same, ask) = (log_odds(thresholds.same), log_odds(thresholds.ask));
    let (meetings, left_out) = table.meetings();
    let kept = score(table, meetings, &scorer, ask);
    let equal = equal_rows(table, &scorer, same);
    let mut clusters = Clusters::new(table, &scorer, same);
    let mut open = Vec::new();
    for pair in &kept.pairs {
        let why = if pair.log_odds >= same {
            match clusters.join(*pair) {
                Ok(()) => continue,
                Err(Refusal::Conflict) => Why::Conflict,
                Err(Refusal::Chain) => Why::Chain,
            }
        } else {
            Why::Unsure
        };
        open.push((*pair, why));
    }
    let questions = questions(table, &mut clusters, &open);
    let effort = Effort::new(&kept, left_out.clone());
    Ok(Duplicates { clusters: clusters.rows(&equal), questions, effort })
}

/// One question for every two clusters between which any is open, the likeliest.
fn questions(table: &Table, clusters: &mut Clusters<'_>, open: &[(Pair, Why)]) -> Vec<Question> {
    let mut asked = HashSet::new();
    let mut questions = Vec::new();
    for (pair, why) in open {
        let (a, b) = (clusters.root(pair.a), clusters.root(pair.b));
        if a != b && asked.insert((a.min(b), a.max(b))) {
            questions.push(question(table, *pair, *why));
        }
    }
    questions
}

pub(crate) fn question(table: &Table, pair: Pair, why: Why) -> Question {
    let (x, y) = (place(table.groups.first(pair.a)), place(table.groups.first(pair.b)));
    Question { a: x.min(y), b: x.max(y), probability: probability(pair.log_odds), why }
}
