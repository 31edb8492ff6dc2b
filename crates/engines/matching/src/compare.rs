//! Which level of a comparison holds for two rows.

mod scratch;
mod test;

pub(crate) use scratch::Scratch;

use crate::schema::{Comparison, Kind, Level};
use crate::table::{Column, Table};

/// A comparison with its fields found.
pub(crate) struct Compared<'t> {
    /// Where each of its fields stands in a row, and its column.
    fields: Vec<(usize, &'t Column)>,
    levels: &'t [Level],
}

/// What a comparison says of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// One of them has nothing there, or another comparison has counted it.
    Nothing,
    /// The level at this place holds; beyond the last level: none does.
    Level(usize),
}

/// Two rows in one column.
#[derive(Clone, Copy)]
pub(crate) struct Two<'t> {
    pub(crate) column: &'t Column,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

impl<'t> Two<'t> {
    pub(crate) fn texts(&self) -> (&'t str, &'t str) {
        (self.column.forms.get(self.a), self.column.forms.get(self.b))
    }

    /// Whether both have a value, and of a sort that can be compared.
    pub(crate) fn is_there(&self) -> bool {
        if self.a == 0 || self.b == 0 {
            return false;
        }
        self.a == self.b || self.column.kind != Kind::Profile || self.is_of_one_sort()
    }

    /// A page `in/…` and an id `sales/lead/…` may be one person's; nothing here can tell.
    pub(crate) fn is_of_one_sort(&self) -> bool {
        let (a, b) = self.texts();
        let slash = |byte: &u8| *byte == b'/';
        let equal = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y && *x != b'/').count();
        a.as_bytes().get(equal).is_none_or(slash) && b.as_bytes().get(equal).is_none_or(slash)
    }
}

impl<'t> Compared<'t> {
    pub(crate) fn all(table: &'t Table) -> Vec<Self> {
        let of = |comparison: &'t Comparison| {
            let column = |name: &String| {
                let field = table.schema.field(name)?;
                Some((field, table.columns.get(field)?))
            };
            let fields = comparison.fields.iter().filter_map(column).collect();
            Self { fields, levels: &comparison.levels }
        };
        table.schema.comparisons.iter().map(of).collect()
    }

    /// Two rows' forms in the comparison's field at `place`.
    pub(crate) fn two(&self, place: usize, a: &[u32], b: &[u32]) -> Option<Two<'t>> {
        let (field, column) = self.fields.get(place)?;
        Some(Two { column, a: a.get(*field).copied()?, b: b.get(*field).copied()? })
    }

    pub(crate) fn column(&self, place: usize) -> Option<&'t Column> {
        self.fields.get(place).map(|(_, column)| *column)
    }

    pub(crate) fn levels(&self) -> &'t [Level] {
        self.levels
    }

    /// The outcome for two rows, given by their forms.
    pub(crate) fn outcome(&self, a: &[u32], b: &[u32], scratch: &mut Scratch) -> Outcome {
        scratch.forget();
        let mut any = false;
        for (number, level) in self.levels.iter().enumerate() {
            let Some(two) = self.two(level.field, a, b) else { continue };
            if !two.is_there() {
                continue;
            }
            any = true;
            let other = || self.two(level.field.saturating_add(1), a, b);
            if test::holds(level, two, other, scratch) {
                return if level.neutral { Outcome::Nothing } else { Outcome::Level(number) };
            }
        }
        if any { Outcome::Level(self.levels.len()) } else { Outcome::Nothing }
    }
}
