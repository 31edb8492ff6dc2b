use super::keys::{Buffers, Keyed, divider, keys_of};
use super::{Blocks, LeftOut, pairs_in};
use crate::number::{long, pairs_of, place, short};
use crate::parallel::each;
use crate::schema::{BlockRule, Key};
use crate::table::Table;

/// The blocks of one rule.
#[derive(Default)]
struct RuleBlocks {
    groups: Vec<u32>,
    starts: Vec<u32>,
    left_out: Left,
}

/// What was too large.
#[derive(Clone, Copy, Default)]
struct Left {
    blocks: u64,
    largest_rows: u64,
    pairs: u64,
}

impl Left {
    fn add(&mut self, rows: u64, pairs: u64) {
        self.blocks = self.blocks.saturating_add(1);
        self.largest_rows = self.largest_rows.max(rows);
        self.pairs = self.pairs.saturating_add(pairs);
    }
}

/// Makes the blocks of all rules of a table's schema, and tells what was left out.
pub(super) fn build(table: &Table) -> (Blocks, Vec<LeftOut>) {
    let second = table.is_two().then(|| table.second_group());
    let mut rules = each(table.limits.workers(), &table.schema.blocks, |rule| {
        Builder::new(table, rule, second).blocks()
    });
    keep_within(&mut rules, table.limits.pairs_max, second);
    let left_out = rules.iter().zip(&table.schema.blocks).enumerate();
    let told =
        left_out.filter(|(_, (made, _))| made.left_out.blocks > 0).map(|(rule, (made, of))| {
            LeftOut {
                rule,
                keys: names(&of.keys),
                blocks: made.left_out.blocks,
                largest_rows: made.left_out.largest_rows,
                pairs: made.left_out.pairs,
            }
        });
    let told = told.collect();
    (join(rules, table.groups.len(), second), told)
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(|key| key.field.as_str()).collect::<Vec<_>>().join(" + ")
}

struct Builder<'t> {
    rule: Vec<Keyed<'t>>,
    narrower: Vec<Keyed<'t>>,
    groups: u32,
    pairs_max: u64,
    second: Option<u32>,
    made: RuleBlocks,
}

impl<'t> Builder<'t> {
    fn new(table: &'t Table, rule: &BlockRule, second: Option<u32>) -> Self {
        Self {
            rule: Keyed::all(table, &rule.keys),
            narrower: Keyed::all(table, &rule.narrower),
            groups: short(table.groups.len()),
            pairs_max: pairs_of(long(table.limits.block_rows_max)),
            second,
            made: RuleBlocks { starts: vec![0], ..RuleBlocks::default() },
        }
    }

    fn blocks(mut self) -> RuleBlocks {
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        let mut buffers = Buffers::default();
        for group in 0..self.groups {
            let keys = keys_of(&self.rule, group, &mut buffers);
            keyed.extend(keys.iter().map(|key| (*key, group)));
        }
        keyed.sort_unstable();
        keyed.dedup();
        for block in keyed.chunk_by(|a, b| a.0 == b.0) {
            let groups: Vec<u32> = block.iter().map(|(_, group)| *group).collect();
            self.add(&groups, 0);
        }
        self.made
    }

    /// Takes a block in, divided by the rule's narrower keys from `depth` on where it is too large.
    fn add(&mut self, block: &[u32], depth: usize) {
        let pairs = pairs_in(block, self.second);
        if pairs == 0 {
            return;
        }
        if pairs <= self.pairs_max {
            self.made.groups.extend_from_slice(block);
            self.made.starts.push(short(self.made.groups.len()));
            return;
        }
        let Some(key) = self.narrower.get(depth) else {
            self.made.left_out.add(long(block.len()), pairs);
            return;
        };
        let mut buffers = Buffers::default();
        let mut keyed: Vec<(u64, u32)> =
            block.iter().map(|group| (divider(key, *group, &mut buffers), *group)).collect();
        keyed.sort_unstable();
        for part in keyed.chunk_by(|a, b| a.0 == b.0) {
            let groups: Vec<u32> = part.iter().map(|(_, group)| *group).collect();
            self.add(&groups, depth.saturating_add(1));
        }
    }
}

/// Leaves the largest blocks out until all pairs together are within the limit.
fn keep_within(rules: &mut [RuleBlocks], pairs_max: u64, second: Option<u32>) {
    let mut sizes: Vec<u64> =
        rules.iter().flat_map(|rule| blocks_of(rule).map(|b| pairs_in(b, second))).collect();
    let mut sum = sizes.iter().fold(0_u64, |sum, pairs| sum.saturating_add(*pairs));
    if sum <= pairs_max {
        return;
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let mut most = u64::MAX;
    for pairs in sizes {
        if sum <= pairs_max {
            break;
        }
        // All blocks of one size go or stay together: which is which must not depend on their order.
        most = pairs.saturating_sub(1);
        sum = sum.saturating_sub(pairs);
    }
    for rule in rules {
        let mut kept =
            RuleBlocks { starts: vec![0], left_out: rule.left_out, ..RuleBlocks::default() };
        for block in blocks_of(rule) {
            let pairs = pairs_in(block, second);
            if pairs > most {
                kept.left_out.add(long(block.len()), pairs);
            } else {
                kept.groups.extend_from_slice(block);
                kept.starts.push(short(kept.groups.len()));
            }
        }
        *rule = kept;
    }
}

fn blocks_of(rule: &RuleBlocks) -> impl Iterator<Item = &[u32]> {
    let ends = rule.starts.iter().skip(1);
    rule.starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| rule.groups.get(place(*start)..place(*end)))
}

/// One list of blocks, and for every group those it stands in.
fn join(rules: Vec<RuleBlocks>, groups: usize, second: Option<u32>) -> Blocks {
    let mut made = Blocks {
        groups: Vec::new(),
        starts: vec![0],
        of_group: Vec::new(),
        group_starts: Vec::new(),
        second,
    };
    for rule in rules {
        let offset = short(made.groups.len());
        made.groups.extend_from_slice(&rule.groups);
        made.starts.extend(rule.starts.iter().skip(1).map(|end| end.saturating_add(offset)));
    }
    let mut counts = vec![0_u32; groups.saturating_add(1)];
    for group in &made.groups {
        if let Some(count) = counts.get_mut(place(*group).saturating_add(1)) {
            *count = count.saturating_add(1);
        }
    }
    let mut sum = 0_u32;
    for count in &mut counts {
        sum = sum.saturating_add(*count);
        *count = sum;
    }
    made.group_starts.clone_from(&counts);
    made.of_group = vec![0; made.groups.len()];
    for block in 0..made.len() {
        for group in super::part(&made.groups, &made.starts, block) {
            let Some(next) = counts.get_mut(place(*group)) else { continue };
            if let Some(slot) = made.of_group.get_mut(place(*next)) {
                *slot = short(block);
            }
            *next = next.saturating_add(1);
        }
    }
    made
}
