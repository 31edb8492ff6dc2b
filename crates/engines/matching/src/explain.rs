//! Why two rows are the same or not.

use serde::Serialize;

use crate::compare::Scratch;
use crate::model::probability;
use crate::number::{place, short};
use crate::schema::{Comparison, Test};
use crate::score::{Said, Scorer};
use crate::table::Groups;
use crate::{MatchError, Model, Table};

/// What each comparison says of two rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// How probable it is that the rows are the same.
    pub probability: f64,
    /// What it would be for any two rows of the table.
    pub prior: f64,
    /// The comparisons that could be made, in the schema's order. One that is missing here found nothing
    /// to compare, and says nothing.
    pub parts: Vec<Part>,
}

/// What one comparison says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The comparison's name.
    pub name: String,
    /// The field that was looked at.
    pub field: String,
    /// The test that holds; none where no level does.
    pub level: Option<Test>,
    /// Bits for (positive) or against the rows being the same: one bit doubles the odds.
    pub bits: f64,
    /// Those of `bits` that come of how rare the value is in the table.
    pub rarity_bits: f64,
    /// The value of the first row, as it came.
    pub a: String,
    /// The value of the second row, as it came.
    pub b: String,
}

/// Explains pairs of rows of one table by one model.
pub struct Explainer<'t> {
    table: &'t Table,
    scorer: Scorer<'t>,
    group_of_row: Vec<u32>,
}

impl<'t> Explainer<'t> {
    /// For the rows of a table.
    pub fn new(table: &'t Table, model: &Model) -> Result<Self, MatchError> {
        let scorer = Scorer::new(table, model)?;
        Ok(Self { table, scorer, group_of_row: group_of_row(&table.groups) })
    }

    /// The explanation for two rows; nothing where a row does not exist.
    pub fn explain(&self, a: usize, b: usize) -> Option<Explanation> {
        let (x, y) = (*self.group_of_row.get(a)?, *self.group_of_row.get(b)?);
        let mut parts = Vec::new();
        let told = |said: Said| parts.extend(self.part(said, short(a), short(b)));
        let evidence = self.scorer.evidence(x, y, &mut Scratch::new(), told);
        let prior = self.scorer.prior_bits();
        Some(Explanation {
            probability: probability(prior + evidence),
            prior: probability(prior),
            parts,
        })
    }

    fn part(&self, said: Said, a: u32, b: u32) -> Option<Part> {
        let schema = &self.table.schema;
        let comparison: &Comparison = schema.comparisons.get(said.comparison)?;
        let level = comparison.levels.get(said.level);
        // Where no level holds, the values of the first field are shown that both rows have.
        let compared = self.scorer.compared(said.comparison)?;
        let (x, y) = (self.group_of_row.get(place(a))?, self.group_of_row.get(place(b))?);
        let (x, y) = (self.table.codes.group(*x), self.table.codes.group(*y));
        let there = |at: &usize| compared.two(*at, x, y).is_some_and(|two| two.is_there());
        let first = (0..comparison.fields.len()).find(there).unwrap_or_default();
        let field = comparison.fields.get(level.map_or(first, |level| level.field))?;
        let column = self.table.columns.get(schema.field(field)?)?;
        Some(Part {
            name: comparison.name.clone(),
            field: field.clone(),
            level: level.map(|level| level.test),
            bits: said.bits,
            rarity_bits: said.rarity,
            a: column.value(a).to_owned(),
            b: column.value(b).to_owned(),
        })
    }
}

fn group_of_row(groups: &Groups) -> Vec<u32> {
    let mut of_row = vec![0; groups.rows()];
    for group in 0..short(groups.len()) {
        for row in groups.of_group(group) {
            if let Some(slot) = of_row.get_mut(place(*row)) {
                *slot = group;
            }
        }
    }
    of_row
}
