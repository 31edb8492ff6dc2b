//! Which rows of a second table are in a first one.

use serde::{Deserialize, Serialize};

use crate::dedupe::{Effort, Question, Why, question};
use crate::model::{log_odds, probability};
use crate::number::place;
use crate::pairs::{Pair, score};
use crate::score::Scorer;
use crate::{MatchError, Model, Table};

/// How many rows of the second table one row of the first may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partners {
    /// Both tables have each thing once.
    One,
    /// The second table, such as an uploaded list, may have a thing several times.
    Several,
}

/// What was found of a second table in a first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Links {
    /// Rows that are the same, by the row of the first table and then that of the second.
    pub links: Vec<Link>,
    /// What a person should decide, the likeliest first, about rows that have no link.
    pub questions: Vec<Question>,
    /// What was done for it.
    pub effort: Effort,
}

/// A row of each table that are the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Link {
    /// The row of the first table.
    pub first: usize,
    /// The row of the second, counted on from the rows of the first.
    pub second: usize,
    /// How probable it is.
    pub probability: f64,
}

/// Links the rows of two tables, the likeliest pair first; each row of the second with one of the first at
/// most.
pub fn link(table: &Table, model: &Model, partners: Partners) -> Result<Links, MatchError> {
    if !table.is_two() {
        return Err(MatchError::Sides("there is one table: look for duplicates in it"));
    }
    let scorer = Scorer::new(table, model)?;
    let thresholds = table.schema.thresholds;
    let (same, ask) = (log_odds(thresholds.same), log_odds(thresholds.ask));
    let (meetings, left_out) = table.meetings();
    let kept = score(table, meetings, &scorer, ask);
    let mut open = Open::new(table, partners);
    let (mut links, mut questions) = (Vec::new(), Vec::new());
    for pair in &kept.pairs {
        if pair.log_odds >= same {
            open.take(*pair, &mut links);
        }
    }
    for pair in kept.pairs.iter().filter(|pair| pair.log_odds < same && open.has_both(**pair)) {
        questions.push(question(table, *pair, Why::Unsure));
    }
    links.sort_unstable_by_key(|link: &Link| (link.first, link.second));
    Ok(Links { links, questions, effort: Effort::new(&kept, left_out.clone()) })
}

/// How many rows of each group have no partner yet.
struct Open<'t> {
    table: &'t Table,
    partners: Partners,
    taken: Vec<usize>,
}

impl<'t> Open<'t> {
    fn new(table: &'t Table, partners: Partners) -> Self {
        Self { table, partners, taken: vec![0; table.groups.len()] }
    }

    fn rest(&self, group: u32) -> &'t [u32] {
        let rows = self.table.groups.of_group(group);
        rows.get(self.taken.get(place(group)).copied().unwrap_or_default()..).unwrap_or_default()
    }

    fn has_both(&self, pair: Pair) -> bool {
        !self.rest(pair.a).is_empty() && !self.rest(pair.b).is_empty()
    }

    fn count(&mut self, group: u32, rows: usize) {
        if let Some(taken) = self.taken.get_mut(place(group)) {
            *taken = taken.saturating_add(rows);
        }
    }

    /// Links what is left of both groups: equal rows one by one, or all with the first.
    fn take(&mut self, pair: Pair, links: &mut Vec<Link>) {
        let probability = probability(pair.log_odds);
        let link = |first: &u32, second: &u32| Link {
            first: place(*first),
            second: place(*second),
            probability,
        };
        let (firsts, seconds) = (self.rest(pair.a), self.rest(pair.b));
        match (self.partners, firsts) {
            (Partners::One, _) => {
                let rows = firsts.len().min(seconds.len());
                links.extend(firsts.iter().zip(seconds).map(|(first, second)| link(first, second)));
                self.count(pair.a, rows);
                self.count(pair.b, rows);
            }
            (Partners::Several, [first, ..]) => {
                links.extend(seconds.iter().map(|second| link(first, second)));
                self.count(pair.b, seconds.len());
            }
            (Partners::Several, []) => {}
        }
    }
}
