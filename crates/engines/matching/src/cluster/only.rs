use std::collections::HashMap;

use super::{get, set};
use crate::number::short;
use crate::table::Table;

/// The values of each cluster in a field in which one thing has one value, by the cluster's root. A cluster has
/// several where they are of different sorts: a public profile and an id of a sales tool.
pub(super) struct Only {
    /// 0 where none is known.
    first: Vec<u32>,
    more: HashMap<u32, Vec<u32>>,
}

impl Only {
    /// Every group by itself.
    pub(super) fn of(table: &Table, field: usize) -> Self {
        let groups = 0..short(table.groups.len());
        let first = groups.map(|group| table.codes.code(group, field)).collect();
        Self { first, more: HashMap::new() }
    }

    pub(super) fn values(&self, root: u32) -> impl Iterator<Item = u32> {
        let first = Some(get(&self.first, root)).filter(|value| *value != 0);
        first.into_iter().chain(self.more.get(&root).into_iter().flatten().copied())
    }

    /// Gives the values of a cluster to the one that it joins.
    pub(super) fn unite(&mut self, root: u32, other: u32) {
        let new: Vec<u32> =
            self.values(other).filter(|new| self.values(root).all(|known| known != *new)).collect();
        self.more.remove(&other);
        for value in new {
            if get(&self.first, root) == 0 {
                set(&mut self.first, root, value);
            } else {
                self.more.entry(root).or_default().push(value);
            }
        }
    }
}
