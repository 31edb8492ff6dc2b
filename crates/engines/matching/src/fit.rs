//! Chances that a table tells of itself, without anybody having said which rows are the same.
//!
//! Expectation maximisation over all pairs of the table (W. E. Winkler, "Using the EM Algorithm for Weight
//! Computation in the Fellegi-Sunter Model of Record Linkage", 1988). Pairs that share a block are sampled
//! and may be the same; all others are sampled too, count as different, and so tell how often values agree
//! by chance. Both samples are weighted up to the whole, so that what blocking picks out biases nothing.

mod sample;

use serde::{Deserialize, Serialize};

use crate::model::{bits, log_odds, probability};
use crate::number::{long, real};
use crate::schema::Chances;
use crate::score::{KNOWN_ROWS, Scorer};
use crate::{MatchError, Model, Table};

use sample::{Sample, Seen};

/// How hard a fit is tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitOptions {
    /// Pairs that share a block and are looked at.
    pub block_pairs_max: u64,
    /// Pairs of any rows that are looked at.
    pub random_pairs: u64,
    /// Rounds at most.
    pub rounds_max: u32,
    /// Largest change of any chance in a round with which it ends.
    pub change_min: f64,
    /// Chooses the pairs.
    pub seed: u64,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            block_pairs_max: 200_000,
            random_pairs: 100_000,
            rounds_max: 50,
            change_min: 0.000_1,
            seed: 1,
        }
    }
}

/// Chances fitted to a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// The chances.
    pub model: Model,
    /// How many rounds it took.
    pub rounds: u32,
    /// Whether the last round changed nothing that matters.
    pub is_settled: bool,
    /// How many pairs of the table are expected to be the same.
    pub expected_matches: f64,
}

/// What the start weighs as much as, in pairs that are the same and pairs that are different. A level that
/// was never seen among a hundred pairs may be as rare as one in a million; the start says what is usual.
/// The pairs that are different are those of [`KNOWN_ROWS`], for which frequencies too count as known.
const START_PAIRS: Chances = Chances { m: 10.0, u: KNOWN_ROWS * (KNOWN_ROWS - 1.0) / 2.0 };
/// Chances stay this far from 0 and 1.
const CHANCE_MIN: f64 = 1e-12;

/// Fits a model to a table, starting from `start`. Equal for every order of the rows.
pub fn fit(table: &Table, start: &Model, options: &FitOptions) -> Result<Fit, MatchError> {
    let scorer = Scorer::new(table, start)?;
    let sample = Sample::take(table, &scorer, options);
    let partners = real(long(table.partners()));
    let mut model = start.clone();
    let mut fit = Fit { model: start.clone(), rounds: 0, is_settled: false, expected_matches: 0.0 };
    if sample.seen.is_empty() {
        return Ok(fit);
    }
    let mut prior = model.prior(partners);
    while fit.rounds < options.rounds_max && !fit.is_settled {
        let (next, matches) = round(&sample, &model, prior, start);
        prior = (matches / sample.pairs).clamp(CHANCE_MIN, 0.5);
        fit.is_settled = change(&model, &next) < options.change_min;
        fit.rounds = fit.rounds.saturating_add(1);
        fit.expected_matches = matches;
        model = next;
    }
    model.matches_per_row = prior * partners;
    model.prior_max = 0.5;
    fit.model = model;
    Ok(fit)
}

/// Weight that a comparison's outcomes have gathered: for each level among the same and the different.
type Sums = Vec<Vec<Chances>>;

/// One round: the model that explains best what the last one made of the sample, and how many pairs of the
/// table it took for the same.
fn round(sample: &Sample, model: &Model, prior: f64, start: &Model) -> (Model, f64) {
    let weights: Vec<Vec<f64>> =
        model.comparisons.iter().map(|c| c.iter().map(|c| bits(c.m, c.u)).collect()).collect();
    let prior_bits = log_odds(prior);
    let mut sums: Sums = sample.different.clone();
    let mut matches = 0.0;
    for seen in sample.seen.chunks_exact(weights.len().max(1)) {
        let evidence: f64 =
            seen.iter().zip(&weights).map(|(seen, weights)| seen.bits(weights)).sum();
        let same = probability(prior_bits + evidence);
        matches += same * sample.weight;
        for (seen, sums) in seen.iter().zip(&mut sums) {
            if let Some(sum) = seen.level.and_then(|level| sums.get_mut(usize::from(level))) {
                sum.m += same * sample.weight;
                sum.u += (1.0 - same) * sample.weight;
            }
        }
    }
    let comparisons = sums.iter().zip(&start.comparisons);
    let comparisons = comparisons.map(|(sums, start)| share(sums, start)).collect();
    (Model { comparisons, ..model.clone() }, matches)
}

/// Chances from sums, with the start mixed in.
fn share(sums: &[Chances], start: &[Chances]) -> Vec<Chances> {
    let all_m: f64 = START_PAIRS.m + sums.iter().map(|sum| sum.m).sum::<f64>();
    let all_u: f64 = START_PAIRS.u + sums.iter().map(|sum| sum.u).sum::<f64>();
    let chance = |p: f64| p.clamp(CHANCE_MIN, 1.0 - CHANCE_MIN);
    let mixed = |(sum, start): (&Chances, &Chances)| Chances {
        m: chance((sum.m + start.m * START_PAIRS.m) / all_m),
        u: chance((sum.u + start.u * START_PAIRS.u) / all_u),
    };
    sums.iter().zip(start).map(mixed).collect()
}

fn change(before: &Model, after: &Model) -> f64 {
    let pairs = before.comparisons.iter().flatten().zip(after.comparisons.iter().flatten());
    pairs.map(|(x, y)| (x.m - y.m).abs().max((x.u - y.u).abs())).fold(0.0, f64::max)
}

impl Seen {
    /// The bits of this outcome, as [`Scorer`] reckons them.
    fn bits(&self, weights: &[f64]) -> f64 {
        let Some(base) = self.level.and_then(|level| weights.get(usize::from(level))) else {
            return 0.0;
        };
        Scorer::with_rarity(*base, self.rarity)
    }
}
