//! Pairs that a fit looks at.

use crate::block::Meetings;
use crate::compare::Scratch;
use crate::fit::{FitOptions, Sums};
use crate::number::{long, real, short};
use crate::parallel::in_parts;
use crate::schema::Chances;
use crate::score::{Said, Scorer};
use crate::table::Table;

/// What one comparison said of one pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// The level; none where there was nothing to compare.
    pub(super) level: Option<u8>,
    /// Bits that the value's frequency adds.
    pub(super) rarity: f64,
}

/// Pairs of a table, weighted so that they stand for all.
pub(super) struct Sample {
    /// Pairs that share a block: for each what every comparison said.
    pub(super) seen: Vec<Seen>,
    /// How many pairs each of them stands for.
    pub(super) weight: f64,
    /// What pairs that share no block said, as pairs that are different, weighted.
    pub(super) different: Sums,
    /// Pairs of the table.
    pub(super) pairs: f64,
}

impl Sample {
    pub(super) fn take(table: &Table, scorer: &Scorer<'_>, options: &FitOptions) -> Self {
        let (meetings, _) = table.meetings();
        let comparisons = table.schema.comparisons.len();
        // Each pair is taken or not by its own number: which are taken does not depend on the threads.
        let one_in = meetings.pairs_at_most().div_ceil(options.block_pairs_max.max(1)).max(1);
        let workers = table.limits.workers();
        let parts = in_parts(workers, meetings.len(), meetings.part(), |part| {
            let (mut met, mut seen, mut scratch) = (0_u64, Vec::new(), Scratch::new());
            meetings.pairs(part, |a, b| {
                met = met.saturating_add(1);
                let number = options.seed ^ (u64::from(a) << 32 | u64::from(b));
                if mixed(number).is_multiple_of(one_in) {
                    look(scorer, a, b, &mut scratch, comparisons, &mut seen);
                }
            });
            (met, seen)
        });
        let (mut met, mut seen) = (0_u64, Vec::new());
        for (met_here, seen_here) in parts {
            met = met.saturating_add(met_here);
            seen.extend(seen_here);
        }
        let pairs = real(table.all_pairs());
        let taken = real(long(seen.len() / comparisons.max(1)));
        let (different, random) = random_pairs(table, meetings, scorer, options);
        let random_weight = if random > 0.0 { (pairs - real(met)).max(0.0) / random } else { 0.0 };
        let scaled = |c: &Chances| Chances { m: 0.0, u: c.u * random_weight };
        Self {
            seen,
            weight: if taken > 0.0 { real(met) / taken } else { 0.0 },
            different: different.iter().map(|c| c.iter().map(scaled).collect()).collect(),
            pairs,
        }
    }
}

/// Appends what each comparison says of a pair.
fn look(
    scorer: &Scorer<'_>,
    a: u32,
    b: u32,
    scratch: &mut Scratch,
    comparisons: usize,
    seen: &mut Vec<Seen>,
) {
    let start = seen.len();
    seen.resize(start.saturating_add(comparisons), Seen::default());
    scorer.evidence(a, b, scratch, |said: Said| {
        if let Some(slot) = seen.get_mut(start.saturating_add(said.comparison)) {
            *slot = Seen { level: u8::try_from(said.level).ok(), rarity: said.rarity };
        }
    });
}

/// How often each level holds for pairs of any two groups that share no block, and how many were looked at.
fn random_pairs(
    table: &Table,
    meetings: &Meetings,
    scorer: &Scorer<'_>,
    options: &FitOptions,
) -> (Sums, f64) {
    let comparisons = table.schema.comparisons.len();
    let count = usize::try_from(options.random_pairs).unwrap_or(usize::MAX);
    let parts = in_parts(table.limits.workers(), count, 8_192, |part| {
        let (mut seen, mut scratch) = (Vec::new(), Scratch::new());
        for number in part {
            let (a, b) = pair(table, mixed(options.seed.wrapping_add(long(number))));
            if a < b && !meetings.have(a, b) {
                look(scorer, a, b, &mut scratch, comparisons, &mut seen);
            }
        }
        seen
    });
    let levels = table.schema.comparisons.iter().map(|c| c.levels.len().saturating_add(1));
    let mut sums: Sums = levels.map(|levels| vec![Chances { m: 0.0, u: 0.0 }; levels]).collect();
    let mut looked = 0.0;
    for seen in parts.concat().chunks_exact(comparisons.max(1)) {
        looked += 1.0;
        for (seen, sums) in seen.iter().zip(&mut sums) {
            if let Some(sum) = seen.level.and_then(|level| sums.get_mut(usize::from(level))) {
                sum.u += 1.0;
            }
        }
    }
    (sums, looked)
}

/// Two groups that may be compared, from a random number.
fn pair(table: &Table, random: u64) -> (u32, u32) {
    let groups = long(table.groups.len());
    let second = if table.is_two() { u64::from(table.second_group()) } else { 0 };
    let within = |random: u64, from: u64, to: u64| {
        let span = to.saturating_sub(from).max(1);
        from.saturating_add(random.checked_rem(span).unwrap_or_default())
    };
    let (x, y) = (random >> 32, mixed(random) >> 32);
    let (a, b) = if table.is_two() {
        (within(x, 0, second), within(y, second, groups))
    } else {
        (within(x, 0, groups), within(y, 0, groups))
    };
    let group = |n: u64| short(usize::try_from(n).unwrap_or_default());
    (group(a.min(b)), group(a.max(b)))
}

/// Bits that look random, from a number (the finaliser of SplitMix64, public domain).
fn mixed(number: u64) -> u64 {
    let n = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}
