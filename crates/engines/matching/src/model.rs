//! Match weights (I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", 1969): how often each level
//! holds among pairs that are the same (m) and among pairs that are different (u), as data.

use serde::{Deserialize, Serialize};

use crate::schema::Chances;
use crate::{MatchError, Schema};

/// The chances of a schema's comparisons, either those that the schema starts with or fitted to a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// How many others a row has that are the same, on average.
    pub matches_per_row: f64,
    /// The highest chance that two random rows are the same. Before a table was looked at it is small, as
    /// small tables are parts of a world that is not small.
    pub prior_max: f64,
    /// For each comparison its levels in their order and, last, where none holds.
    pub comparisons: Vec<Vec<Chances>>,
}

/// [`Model::prior_max`] before a table was looked at.
const PRIOR_MAX: f64 = 1e-4;

impl Model {
    /// What a schema starts with.
    pub fn of(schema: &Schema) -> Result<Self, MatchError> {
        let schema = schema.complete()?;
        let chances = |comparison: &crate::Comparison| {
            let levels = comparison.levels.iter().map(|level| level.chances);
            levels.chain([comparison.otherwise]).collect()
        };
        Ok(Self {
            matches_per_row: schema.matches_per_row,
            prior_max: PRIOR_MAX,
            comparisons: schema.comparisons.iter().map(chances).collect(),
        })
    }

    /// Whether the model has the comparisons and levels of a schema, all with usable numbers.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), MatchError> {
        let wrong = |why: String| Err(MatchError::Model(why));
        if self.comparisons.len() != schema.comparisons.len() {
            return wrong(format!("it has {} comparisons", self.comparisons.len()));
        }
        for (chances, comparison) in self.comparisons.iter().zip(&schema.comparisons) {
            let name = &comparison.name;
            if chances.len() != comparison.levels.len().saturating_add(1) {
                return wrong(format!("{name} has another number of levels"));
            }
            if !chances.iter().flat_map(|c| [c.m, c.u]).all(|p| p > 0.0 && p < 1.0) {
                return wrong(format!("a chance of {name} is not between 0 and 1"));
            }
        }
        let in_range = self.prior_max > 0.0 && self.prior_max < 1.0;
        if in_range && self.matches_per_row > 0.0 && self.matches_per_row.is_finite() {
            return Ok(());
        }
        wrong("matches_per_row must be above 0, and prior_max between 0 and 1".into())
    }

    /// The chance that two random rows are the same. `rows` is how many partners a row may have.
    pub(crate) fn prior(&self, rows: f64) -> f64 {
        (self.matches_per_row / rows.max(1.0)).min(self.prior_max)
    }
}

/// Bits of evidence for `m` against `u`.
pub(crate) fn bits(m: f64, u: f64) -> f64 {
    (m / u).log2()
}

/// Log odds in bits of a probability.
pub(crate) fn log_odds(probability: f64) -> f64 {
    bits(probability, 1.0 - probability)
}

/// The probability of log odds in bits.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_and_probabilities() {
        for p in [0.001, 0.5, 0.95] {
            assert!((probability(log_odds(p)) - p).abs() < 1e-12);
        }
        assert!(probability(2_000.0) <= 1.0 && probability(-2_000.0) >= 0.0);
    }

    #[test]
    fn a_model_of_another_schema_is_refused() {
        let person = Schema::person();
        let mut model = Model::of(&person).unwrap();
        model.check(&person.complete().unwrap()).unwrap();
        assert!(model.check(&Schema::company().complete().unwrap()).is_err());
        model.comparisons[0][0].u = 0.0;
        assert!(model.check(&person.complete().unwrap()).is_err());
    }
}
