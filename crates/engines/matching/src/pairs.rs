//! The pairs that are worth keeping of all that meet.

use crate::block::Meetings;
use crate::compare::Scratch;
use crate::number::{long, short};
use crate::parallel::in_parts;
use crate::score::Scorer;
use crate::table::Table;

/// Two groups and the log odds in bits that they are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub(crate) log_odds: f64,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

/// Pairs above a threshold, the best first.
pub(crate) struct Kept {
    pub(crate) pairs: Vec<Pair>,
    /// How many were scored.
    pub(crate) scored: u64,
    /// How many were above the threshold and left out for [`crate::Limits::kept_pairs_max`].
    pub(crate) dropped: u64,
}

/// Parts of the work between two looks at how many pairs are kept.
const PARTS: usize = 64;

/// Scores every pair that meets and keeps those of at least `floor` bits.
pub(crate) fn score(table: &Table, meetings: &Meetings, scorer: &Scorer<'_>, floor: f64) -> Kept {
    let mut kept = Kept { pairs: Vec::new(), scored: 0, dropped: 0 };
    let most = table.limits.kept_pairs_max;
    let part = meetings.part();
    let round = part.saturating_mul(PARTS);
    for start in (0..meetings.len()).step_by(round) {
        let length = round.min(meetings.len().saturating_sub(start));
        let made = in_parts(table.limits.workers(), length, part, |part| {
            let (mut scratch, mut scored, mut pairs) = (Scratch::new(), 0_u64, Vec::new());
            let pieces = part.start.saturating_add(start)..part.end.saturating_add(start);
            meetings.pairs(pieces, |a, b| {
                scored = scored.saturating_add(1);
                let log_odds = scorer.log_odds_from(a, b, floor, &mut scratch);
                pairs.extend(log_odds.map(|log_odds| Pair { log_odds, a, b }));
            });
            (scored, pairs)
        });
        for (scored, pairs) in made {
            kept.scored = kept.scored.saturating_add(scored);
            kept.pairs.extend(pairs);
        }
        if kept.pairs.len() > most.saturating_mul(2) {
            kept.shorten(most);
        }
    }
    kept.shorten(most);
    kept.pairs.sort_unstable_by(best_first);
    kept
}

impl Kept {
    fn shorten(&mut self, most: usize) {
        if self.pairs.len() <= most {
            return;
        }
        self.pairs.select_nth_unstable_by(most, best_first);
        self.dropped = self.dropped.saturating_add(long(self.pairs.len().saturating_sub(most)));
        self.pairs.truncate(most);
    }
}

/// The likelier pair first; of equals, by the groups, whose order their content gives.
fn best_first(x: &Pair, y: &Pair) -> std::cmp::Ordering {
    y.log_odds.total_cmp(&x.log_odds).then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b))
}

/// Groups of several equal rows, whose rows are the same by themselves: those that have enough in them.
pub(crate) fn equal_rows(table: &Table, scorer: &Scorer<'_>, floor: f64) -> Vec<u32> {
    let groups = 0..short(table.groups.len());
    let mut scratch = Scratch::new();
    groups
        .filter(|group| table.groups.of_group(*group).len() > 1)
        .filter(|group| scorer.log_odds(*group, *group, &mut scratch) >= floor)
        .collect()
}
