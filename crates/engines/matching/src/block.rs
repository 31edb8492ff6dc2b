//! Which rows are compared at all: those that share a block.

mod build;
mod keys;

use std::ops::Range;

use serde::Serialize;

use crate::number::{long, pairs_of, place, short};
use crate::table::Table;

/// Which pairs of groups are compared. Work on them is parted by pieces, counted from 0.
pub(crate) enum Meetings {
    /// All; a piece is a group, which meets those after it.
    All {
        /// How many groups begin a pair.
        firsts: u32,
        /// The first group of the second table, where two are linked.
        second: Option<u32>,
        groups: u32,
    },
    /// Those that share a block; a piece is a block.
    InBlocks(Blocks),
}

/// What is compared of a table, and what blocking left out.
pub(crate) fn meetings(table: &Table) -> (Meetings, Vec<LeftOut>) {
    if table.all_pairs() <= table.limits.all_pairs_max {
        let groups = short(table.groups.len());
        let second = table.is_two().then(|| table.second_group());
        return (Meetings::All { firsts: second.unwrap_or(groups), second, groups }, Vec::new());
    }
    let (blocks, left_out) = build::build(table);
    (Meetings::InBlocks(blocks), left_out)
}

impl Meetings {
    /// How many pieces there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::All { firsts, .. } => place(*firsts),
            Self::InBlocks(blocks) => blocks.len(),
        }
    }

    /// How many pieces make a good part for one thread.
    pub(crate) fn part(&self) -> usize {
        match self {
            Self::All { .. } => 16,
            Self::InBlocks(_) => 1_024,
        }
    }

    /// How many pairs there are at most: blocks may share some.
    pub(crate) fn pairs_at_most(&self) -> u64 {
        match self {
            Self::All { firsts, second, groups } => {
                let (firsts, groups) = (u64::from(*firsts), u64::from(*groups));
                let linked = firsts.saturating_mul(groups.saturating_sub(firsts));
                if second.is_some() { linked } else { pairs_of(groups) }
            }
            Self::InBlocks(blocks) => (0..blocks.len())
                .map(|number| pairs_in(blocks.block(number), blocks.second))
                .fold(0, u64::saturating_add),
        }
    }

    /// Calls `met` for each pair of these pieces, the lower group first; each pair is in one piece.
    pub(crate) fn pairs(&self, pieces: Range<usize>, mut met: impl FnMut(u32, u32)) {
        match self {
            Self::InBlocks(blocks) => blocks.pairs(pieces, met),
            Self::All { second, groups, .. } => {
                for a in short(pieces.start)..short(pieces.end) {
                    let from = second.unwrap_or(a.saturating_add(1));
                    (from..*groups).for_each(|b| met(a, b));
                }
            }
        }
    }

    /// Whether two groups meet.
    pub(crate) fn have(&self, a: u32, b: u32) -> bool {
        match self {
            Self::All { .. } => true,
            Self::InBlocks(blocks) => blocks.first_common(a, b).is_some(),
        }
    }
}

/// The blocks of all rules. A group stands in several; a pair is met in the first block that both share,
/// and there only.
pub(crate) struct Blocks {
    /// Groups by block, ascending in each.
    groups: Vec<u32>,
    starts: Vec<u32>,
    /// Blocks by group, ascending in each.
    of_group: Vec<u32>,
    group_starts: Vec<u32>,
    /// The first group of the second table, where two are linked.
    second: Option<u32>,
}

/// What a blocking rule asked for and was not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The rule's place in the schema.
    pub rule: usize,
    /// What the rule's keys are, as `last_name + company`.
    pub keys: String,
    /// How many blocks were too large and could not be divided.
    pub blocks: u64,
    /// Different rows in the largest of them.
    pub largest_rows: u64,
    /// Pairs that no longer meet by this rule; some may meet by others.
    pub pairs: u64,
}

impl Blocks {
    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn block(&self, number: usize) -> &[u32] {
        part(&self.groups, &self.starts, number)
    }

    /// The pairs of these blocks that no earlier block has.
    fn pairs(&self, blocks: Range<usize>, mut met: impl FnMut(u32, u32)) {
        for number in blocks {
            let block = self.block(number);
            let (firsts, all) = match self.second {
                Some(second) => {
                    (block.split_at(block.partition_point(|group| *group < second)).0, true)
                }
                None => (block, false),
            };
            for (at, a) in firsts.iter().enumerate() {
                let from = if all { firsts.len() } else { at.saturating_add(1) };
                for b in block.get(from..).unwrap_or_default() {
                    if self.first_common(*a, *b) == Some(number) {
                        met(*a, *b);
                    }
                }
            }
        }
    }

    fn first_common(&self, a: u32, b: u32) -> Option<usize> {
        let mut a = part(&self.of_group, &self.group_starts, place(a));
        let mut b = part(&self.of_group, &self.group_starts, place(b));
        while let ([x, more_a @ ..], [y, more_b @ ..]) = (a, b) {
            match x.cmp(y) {
                std::cmp::Ordering::Equal => return Some(place(*x)),
                std::cmp::Ordering::Less => a = more_a,
                std::cmp::Ordering::Greater => b = more_b,
            }
        }
        None
    }
}

fn part<'l>(list: &'l [u32], starts: &[u32], number: usize) -> &'l [u32] {
    let bound = |at: usize| starts.get(at).copied().map_or(0, place);
    list.get(bound(number)..bound(number.saturating_add(1))).unwrap_or_default()
}

/// How many pairs a block makes.
fn pairs_in(block: &[u32], second: Option<u32>) -> u64 {
    let all = long(block.len());
    match second {
        None => pairs_of(all),
        Some(second) => {
            let firsts = long(block.partition_point(|group| *group < second));
            firsts.saturating_mul(all.saturating_sub(firsts))
        }
    }
}
