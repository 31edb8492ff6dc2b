//! Rows in memory: each different value once, in its normal form, with what comparisons need of it.

mod builder;
mod codes;
mod column;
mod groups;
mod texts;
mod words;

pub use builder::TableBuilder;
pub(crate) use codes::Codes;
pub(crate) use column::Column;
pub(crate) use groups::Groups;
pub(crate) use words::Words;

use std::sync::OnceLock;

use crate::block::{LeftOut, Meetings, meetings};
use crate::number::{long, pairs_of, place, short};
use crate::{Limits, Schema};

/// Rows ready to be matched. Made by [`TableBuilder`].
pub struct Table {
    pub(crate) schema: Schema,
    pub(crate) limits: Limits,
    pub(crate) columns: Vec<Column>,
    pub(crate) codes: Codes,
    pub(crate) groups: Groups,
    /// Rows of the first table; all of them where there is one.
    pub(crate) first_rows: usize,
    values_cut: u64,
    meetings: OnceLock<(Meetings, Vec<LeftOut>)>,
}

impl Table {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.groups.rows()
    }

    /// Rows whose normal forms are not all equal to those of another row.
    pub fn different_rows(&self) -> usize {
        self.groups.len()
    }

    /// Values that were longer than [`Limits::value_bytes_max`], of which only the start was looked at.
    pub fn values_cut(&self) -> u64 {
        self.values_cut
    }

    /// The schema, with all levels written out.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What a row had in a field, counted from 0, as it came but cut to [`Limits::value_bytes_max`]; empty where
    /// there is no such row or field.
    pub fn value(&self, row: usize, field: usize) -> &str {
        let column = self.columns.get(field).filter(|_| row < self.rows());
        column.map_or("", |column| column.value(short(row)))
    }

    /// Which pairs are compared, found out once, and what was left out.
    pub(crate) fn meetings(&self) -> &(Meetings, Vec<LeftOut>) {
        self.meetings.get_or_init(|| meetings(self))
    }

    /// Whether two tables are to be linked.
    pub(crate) fn is_two(&self) -> bool {
        self.first_rows < self.rows()
    }

    /// The first group of the second table; the number of groups where there is none.
    pub(crate) fn second_group(&self) -> u32 {
        self.groups.first_of_second(short(self.first_rows))
    }

    /// Among how many different rows the partner of one is looked for.
    pub(crate) fn partners(&self) -> usize {
        let (all, first) = (self.groups.len(), place(self.second_group()));
        if self.is_two() { first.max(all.saturating_sub(first)) } else { all }
    }

    /// Pairs of different rows that could be compared.
    pub(crate) fn all_pairs(&self) -> u64 {
        let (all, first) = (long(self.groups.len()), u64::from(self.second_group()));
        if self.is_two() { first.saturating_mul(all.saturating_sub(first)) } else { pairs_of(all) }
    }
}
