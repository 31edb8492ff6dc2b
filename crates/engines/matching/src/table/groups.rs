use super::column::Formed;
use crate::number::{place, short};

/// Rows that are equal in every form are one group: what would be compared is compared once, however
/// often it was copied. Groups stand in an order that their content alone gives, so that nothing that is
/// done with them depends on the order of the rows.
pub(crate) struct Groups {
    /// Rows by group.
    rows: Vec<u32>,
    /// Where each group begins in `rows`, and the end of the last.
    starts: Vec<u32>,
}

impl Groups {
    pub(super) fn of(forms: &[Formed], rows: usize, first_rows: usize) -> Self {
        let first_rows = short(first_rows);
        let hash = |forms: &[Formed], row: u32| {
            forms.iter().fold(0_u64, |hash, form| {
                // An odd multiplier spreads what a rotation keeps: the order of fields counts.
                (hash.rotate_left(5) ^ form.hash_of_row(row)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            })
        };
        // Rows with equal first fields stand together: they will be compared, and what stands together
        // in memory is compared sooner.
        let near = forms.get(..2).unwrap_or(forms);
        let key = |row: u32| (row >= first_rows, hash(near, row), hash(forms, row), row);
        let mut keyed: Vec<(bool, u64, u64, u32)> = (0..short(rows)).map(key).collect();
        keyed.sort_unstable();
        let equal = |a: u32, b: u32| forms.iter().all(|form| form.of_row(a) == form.of_row(b));
        let mut starts = Vec::new();
        let mut before = None;
        for ((second, _, hash, row), at) in keyed.iter().zip(0_u32..) {
            if before.is_none_or(|(s, h, first)| (s, h) != (*second, *hash) || !equal(first, *row))
            {
                starts.push(at);
                before = Some((*second, *hash, *row));
            }
        }
        starts.push(short(rows));
        Self { rows: keyed.into_iter().map(|(_, _, _, row)| row).collect(), starts }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The rows of a group, ascending; at least one.
    pub(crate) fn of_group(&self, group: u32) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).copied().map_or(0, place);
        let at = place(group);
        self.rows.get(bound(at)..bound(at.saturating_add(1))).unwrap_or_default()
    }

    /// The first row of a group.
    pub(crate) fn first(&self, group: u32) -> u32 {
        self.of_group(group).first().copied().unwrap_or_default()
    }

    /// The first row of every group.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u32> {
        (0..short(self.len())).map(|group| self.first(group))
    }

    /// The first group whose rows are not below `row`, which parts two tables.
    pub(super) fn first_of_second(&self, row: u32) -> u32 {
        let firsts = self.starts.split_last().map_or(&[][..], |(_, starts)| starts);
        let is_first = |start: &u32| self.rows.get(place(*start)).is_some_and(|first| *first < row);
        short(firsts.partition_point(is_first))
    }
}
