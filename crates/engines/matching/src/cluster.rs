//! Which groups are one thing: pairs joined, the likeliest first, with a guard against chains.

mod only;

use crate::compare::{Scratch, Two};
use crate::number::{place, short};
use crate::pairs::Pair;
use crate::score::{Said, Scorer};
use crate::table::Table;
use only::Only;

/// Why a pair that is the same by itself was not joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The two clusters have different values in a field in which one thing has one value.
    Conflict,
    /// More of their members contradict each other than are the same.
    Chain,
}

/// How many members of each cluster stand for it when two are joined.
const SPOKESMEN: usize = 3;
/// Bits below which differing values speak against a pair.
const AGAINST_BITS: f64 = -3.0;

/// Groups in clusters, grown by joining.
pub(crate) struct Clusters<'t> {
    table: &'t Table,
    scorer: &'t Scorer<'t>,
    /// Bits from which a pair is the same.
    same: f64,
    parents: Vec<u32>,
    sizes: Vec<u32>,
    /// The members of each cluster as a ring.
    next: Vec<u32>,
    /// For each field of `conflicts` the values of each cluster.
    only: Vec<Only>,
    scratch: Scratch,
}

impl<'t> Clusters<'t> {
    /// Every group by itself.
    pub(crate) fn new(table: &'t Table, scorer: &'t Scorer<'t>, same: f64) -> Self {
        let groups = table.groups.len();
        let all = || (0..short(groups)).collect::<Vec<u32>>();
        let fields = table.schema.conflicts.iter().filter_map(|name| table.schema.field(name));
        let only = fields.map(|field| Only::of(table, field));
        Self {
            table,
            scorer,
            same,
            parents: all(),
            sizes: vec![1; groups],
            next: all(),
            only: only.collect(),
            scratch: Scratch::new(),
        }
    }

    /// The group that stands for a group's cluster.
    pub(crate) fn root(&mut self, group: u32) -> u32 {
        let mut at = group;
        loop {
            let parent = get(&self.parents, at);
            if parent == at {
                return at;
            }
            // Halves the way for the next who asks.
            let above = get(&self.parents, parent);
            set(&mut self.parents, at, above);
            at = above;
        }
    }

    /// Joins the clusters of a pair that is the same by itself.
    pub(crate) fn join(&mut self, pair: Pair) -> Result<(), Refusal> {
        let (a, b) = (self.root(pair.a), self.root(pair.b));
        if a == b {
            return Ok(());
        }
        if self.has_conflict(a, b) {
            return Err(Refusal::Conflict);
        }
        if get(&self.sizes, a).saturating_add(get(&self.sizes, b)) > 2 && self.is_chain(pair) {
            return Err(Refusal::Chain);
        }
        self.unite(a, b);
        Ok(())
    }

    fn has_conflict(&self, a: u32, b: u32) -> bool {
        conflicts(self.table).zip(&self.only).any(|(column, only)| {
            let pairs = only.values(a).flat_map(|a| only.values(b).map(move |b| (a, b)));
            let mut twos = pairs.map(|(a, b)| Two { column, a, b });
            twos.any(|two| two.a != two.b && two.is_of_one_sort())
        })
    }

    /// Whether of the pairs between some members of both clusters, the two that ask to be joined among
    /// them, more speak against than for it.
    fn is_chain(&mut self, pair: Pair) -> bool {
        let (of_a, of_b) = (self.spokesmen(pair.a), self.spokesmen(pair.b));
        let mut balance = 0_i32;
        for (x, y) in of_a.iter().flat_map(|x| of_b.iter().map(move |y| (*x, *y))) {
            let mut against = 0.0;
            let told = |said: Said| against += said.bits.min(0.0);
            let evidence = self.scorer.evidence(x, y, &mut self.scratch, told);
            let log_odds = evidence + self.scorer.prior_bits();
            // A pair with little to compare is unlikely too, but says nothing against.
            if log_odds >= self.same {
                balance = balance.saturating_add(1);
            } else if log_odds < 0.0 && against <= AGAINST_BITS {
                balance = balance.saturating_sub(1);
            }
        }
        balance < 0
    }

    /// A group and some others of its cluster.
    fn spokesmen(&self, group: u32) -> Vec<u32> {
        let all = std::iter::successors(Some(group), |at| {
            Some(get(&self.next, *at)).filter(|next| *next != group)
        });
        all.take(SPOKESMEN).collect()
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (size_a, size_b) = (get(&self.sizes, a), get(&self.sizes, b));
        // Of equals the lower one stays, whichever came first.
        let keep_a = (size_a, std::cmp::Reverse(a)) >= (size_b, std::cmp::Reverse(b));
        let (root, other) = if keep_a { (a, b) } else { (b, a) };
        set(&mut self.parents, other, root);
        set(&mut self.sizes, root, size_a.saturating_add(size_b));
        let (next_root, next_other) = (get(&self.next, root), get(&self.next, other));
        set(&mut self.next, root, next_other);
        set(&mut self.next, other, next_root);
        for only in &mut self.only {
            only.unite(root, other);
        }
    }

    /// Rows by cluster, for clusters of two rows and more: ascending in each, clusters by their first.
    /// `equal` are groups whose own rows are the same.
    pub(crate) fn rows(&mut self, equal: &[u32]) -> Vec<Vec<usize>> {
        let mut keyed: Vec<(u32, u32)> = Vec::new();
        for group in 0..short(self.parents.len()) {
            let root = self.root(group);
            if get(&self.sizes, root) > 1 || equal.binary_search(&group).is_ok() {
                keyed.extend(self.table.groups.of_group(group).iter().map(|row| (root, *row)));
            }
        }
        keyed.sort_unstable();
        let rows = |cluster: &[(u32, u32)]| cluster.iter().map(|(_, row)| place(*row)).collect();
        let mut clusters: Vec<Vec<usize>> = keyed.chunk_by(|x, y| x.0 == y.0).map(rows).collect();
        clusters.sort_unstable();
        clusters
    }
}

fn conflicts(table: &Table) -> impl Iterator<Item = &crate::table::Column> {
    table.schema.conflicts.iter().filter_map(|name| table.columns.get(table.schema.field(name)?))
}

fn get(list: &[u32], at: u32) -> u32 {
    list.get(place(at)).copied().unwrap_or_default()
}

fn set(list: &mut [u32], at: u32, value: u32) {
    if let Some(slot) = list.get_mut(place(at)) {
        *slot = value;
    }
}
