//! What all comparisons of two rows come to.

use crate::compare::{Compared, Outcome, Scratch};
use crate::model::{bits, log_odds};
use crate::number::{long, real};
use crate::schema::{Chances, Level};
use crate::table::{Codes, Column, Table};
use crate::{MatchError, Model};

/// What a frequency is mixed with: so many rows in which the value is as frequent as the schema thinks.
/// In a table of three rows every value is frequent, and nothing follows from it.
pub(crate) const KNOWN_ROWS: f64 = 1_000.0;

/// Weighs pairs of groups by a model.
pub(crate) struct Scorer<'t> {
    codes: &'t Codes,
    comparisons: Vec<Weighing<'t>>,
    /// The most bits that each comparison and those after it can add.
    most_to_come: Vec<f64>,
    prior_bits: f64,
}

struct Weighing<'t> {
    compared: Compared<'t>,
    /// Bits for each level and, last, where none holds.
    weights: Vec<f64>,
    /// For each level that counts frequencies, the bits to add by form.
    rarity: Vec<Vec<f64>>,
}

/// One comparison's part in a pair's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Said {
    /// Which comparison.
    pub(crate) comparison: usize,
    /// Which level; beyond the last where none holds.
    pub(crate) level: usize,
    /// Bits for (positive) or against the pair being the same.
    pub(crate) bits: f64,
    /// Those of `bits` that the value's frequency makes.
    pub(crate) rarity: f64,
}

impl<'t> Scorer<'t> {
    pub(crate) fn new(table: &'t Table, model: &Model) -> Result<Self, MatchError> {
        model.check(&table.schema)?;
        let chances = table.schema.comparisons.iter().zip(&model.comparisons);
        let comparisons = Compared::all(table).into_iter().zip(chances).map(
            |(compared, (of_schema, chances))| Weighing {
                weights: chances.iter().map(|Chances { m, u }| bits(*m, *u)).collect(),
                rarity: of_schema.levels.iter().map(|level| rarity(&compared, level)).collect(),
                compared,
            },
        );
        let comparisons: Vec<Weighing<'t>> = comparisons.collect();
        let mut most_to_come: Vec<f64> = Vec::with_capacity(comparisons.len());
        for weighing in comparisons.iter().rev() {
            most_to_come.push(most_to_come.last().copied().unwrap_or_default() + weighing.most());
        }
        most_to_come.reverse();
        let prior_bits = log_odds(model.prior(real(long(table.partners()))));
        Ok(Self { codes: &table.codes, comparisons, most_to_come, prior_bits })
    }

    /// Log odds in bits that two groups are the same; the order of the two never counts.
    pub(crate) fn log_odds(&self, a: u32, b: u32, scratch: &mut Scratch) -> f64 {
        self.prior_bits + self.evidence(a, b, scratch, |_| ())
    }

    /// The log odds where they reach `floor`. Most pairs do not, and most of those are known not to before
    /// all is compared.
    pub(crate) fn log_odds_from(
        &self,
        a: u32,
        b: u32,
        floor: f64,
        scratch: &mut Scratch,
    ) -> Option<f64> {
        // The sum below is rounded in the same order as in `evidence`; the bound need not be.
        let least = floor - self.prior_bits - 1e-6;
        let (a, b) = (self.codes.group(a), self.codes.group(b));
        let mut sum = 0.0;
        for (weighing, to_come) in self.comparisons.iter().zip(&self.most_to_come) {
            if sum + to_come < least {
                return None;
            }
            if let Some((_, bits, _)) = weighing.weigh(a, b, scratch) {
                sum += bits;
            }
        }
        Some(self.prior_bits + sum).filter(|log_odds| *log_odds >= floor)
    }

    /// The bits of all comparisons together, without the prior; `told` hears each.
    pub(crate) fn evidence(
        &self,
        a: u32,
        b: u32,
        scratch: &mut Scratch,
        mut told: impl FnMut(Said),
    ) -> f64 {
        let (a, b) = (self.codes.group(a), self.codes.group(b));
        let mut sum = 0.0;
        for (comparison, weighing) in self.comparisons.iter().enumerate() {
            let Some((level, bits, rarity)) = weighing.weigh(a, b, scratch) else { continue };
            told(Said { comparison, level, bits, rarity });
            sum += bits;
        }
        sum
    }

    /// A level's bits with those of the value's frequency. Equal values never speak against a pair, however
    /// common they are.
    pub(crate) fn with_rarity(base: f64, rarity: f64) -> f64 {
        if rarity < 0.0 && base > 0.0 { (base + rarity).max(0.0) } else { base + rarity }
    }

    /// Log odds in bits before anything is compared.
    pub(crate) fn prior_bits(&self) -> f64 {
        self.prior_bits
    }

    /// The groups' forms in the field that a level of a comparison looks at.
    pub(crate) fn compared(&self, comparison: usize) -> Option<&Compared<'t>> {
        self.comparisons.get(comparison).map(|weighing| &weighing.compared)
    }
}

impl Weighing<'_> {
    /// The level that holds, its bits, and those of them that the value's frequency makes; nothing where
    /// there is nothing to compare.
    fn weigh(&self, a: &[u32], b: &[u32], scratch: &mut Scratch) -> Option<(usize, f64, f64)> {
        let Outcome::Level(level) = self.compared.outcome(a, b, scratch) else { return None };
        let rarity = self.rarity_of(level, a, b);
        let base = self.weights.get(level).copied().unwrap_or_default();
        Some((level, Scorer::with_rarity(base, rarity), rarity))
    }

    /// The most bits that it can say.
    fn most(&self) -> f64 {
        let rarest = |level: usize| {
            let by_form = self.rarity.get(level).map_or(&[][..], Vec::as_slice);
            by_form.iter().fold(0.0, |most: f64, bits| most.max(*bits))
        };
        let bits = self.weights.iter().enumerate().map(|(level, base)| base + rarest(level));
        bits.fold(0.0, f64::max)
    }

    fn rarity_of(&self, level: usize, a: &[u32], b: &[u32]) -> f64 {
        let by_form = self.rarity.get(level).filter(|by_form| !by_form.is_empty());
        let field = self.compared.levels().get(level).map(|level| level.field);
        let (Some(by_form), Some(field)) = (by_form, field) else { return 0.0 };
        let Some(two) = self.compared.two(field, a, b) else { return 0.0 };
        let of = |code| by_form.get(crate::number::place(code)).copied().unwrap_or_default();
        // Where two values are only alike, the more common one counts.
        of(two.a).min(of(two.b))
    }
}

/// For each form the bits by which it tells more (or less) than an average one; empty where the level does
/// not count frequencies.
fn rarity(compared: &Compared<'_>, level: &Level) -> Vec<f64> {
    let Some(column) = compared.column(level.field).filter(|_| level.frequency > 0.0) else {
        return Vec::new();
    };
    let expected = level.chances.u;
    let mixed = |frequency: f64, rows: f64| {
        (frequency * rows + expected * KNOWN_ROWS) / (rows + KNOWN_ROWS)
    };
    let rows = f64::from(column.present);
    let average = mixed(coincidence(column), rows);
    let of = |code| {
        let frequency = f64::from(column.count(code)) / rows.max(1.0);
        level.frequency * bits(average, mixed(frequency, rows))
    };
    (0..column.forms.len()).map(of).collect()
}

/// The chance that two random rows have the same form.
pub(crate) fn coincidence(column: &Column) -> f64 {
    let rows = f64::from(column.present);
    let pairs = |n: f64| n * (n - 1.0);
    let same: f64 = (1..column.forms.len()).map(|code| pairs(f64::from(column.count(code)))).sum();
    if rows < 2.0 { 0.0 } else { same / pairs(rows) }
}
