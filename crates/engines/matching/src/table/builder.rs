use std::sync::{Mutex, OnceLock};

use super::Table;
use super::codes::Codes;
use super::column::Formed;
use super::groups::Groups;
use super::texts::Numberer;
use crate::parallel::each;
use crate::{Limits, MatchError, Schema};

/// The most bytes of different values in one field.
const FIELD_BYTES_MAX: usize = 1 << 31;

/// Takes rows in and makes a [`Table`] of them.
pub struct TableBuilder {
    schema: Schema,
    limits: Limits,
    values: Vec<Numberer>,
    /// For every field the number of each row's value.
    rows: Vec<Vec<u32>>,
    count: usize,
    first_rows: Option<usize>,
    values_cut: u64,
}

impl TableBuilder {
    /// For rows of this schema.
    pub fn new(schema: &Schema, limits: Limits) -> Result<Self, MatchError> {
        limits.check()?;
        let schema = schema.complete()?;
        let fields = schema.fields.len();
        Ok(Self {
            schema,
            limits,
            values: (0..fields).map(|_| Numberer::new()).collect(),
            rows: vec![Vec::new(); fields],
            count: 0,
            first_rows: None,
            values_cut: 0,
        })
    }

    /// Adds a row: one value for each field, empty where nothing is known. Rows are counted from 0.
    pub fn push<T: AsRef<str>>(&mut self, row: &[T]) -> Result<usize, MatchError> {
        let (values, fields) = (row.len(), self.rows.len());
        if values != fields {
            return Err(MatchError::Width { row: self.count, values, fields });
        }
        if self.count >= self.limits.rows_max {
            return Err(MatchError::Rows(self.limits.rows_max));
        }
        for ((value, numberer), rows) in row.iter().zip(&mut self.values).zip(&mut self.rows) {
            let whole = value.as_ref();
            let start = start(whole, self.limits.value_bytes_max);
            self.values_cut = self.values_cut.saturating_add(u64::from(start.len() < whole.len()));
            rows.push(numberer.number(start));
            if numberer.bytes() > FIELD_BYTES_MAX {
                return Err(MatchError::Bytes);
            }
        }
        let number = self.count;
        self.count = self.count.saturating_add(1);
        Ok(number)
    }

    /// The rows that follow are of a second table, whose rows are linked with those before.
    pub fn start_second(&mut self) {
        self.first_rows = Some(self.count);
    }

    /// Brings all values into their normal form, each different one once.
    pub fn finish(self) -> Table {
        let (schema, limits) = (self.schema, self.limits);
        let first_rows = self.first_rows.unwrap_or(self.count);
        let kinds = schema.fields.iter().map(|field| field.kind);
        let values = self.values.into_iter().map(Numberer::finish);
        let work = kinds.zip(values.zip(self.rows)).map(|parts| Mutex::new(Some(parts)));
        let work: Vec<_> = work.collect();
        let formed = each(limits.workers(), &work, |parts| {
            let (kind, (values, rows)) = parts.lock().ok()?.take()?;
            Some(Formed::new(kind, values, rows))
        });
        let formed: Vec<Formed> = formed.into_iter().flatten().collect();
        let groups = Groups::of(&formed, self.count, first_rows);
        let codes = Codes::of(&formed, &groups);
        let columns = formed.into_iter().map(|formed| formed.column).collect();
        Table {
            schema,
            limits,
            columns,
            codes,
            groups,
            first_rows,
            values_cut: self.values_cut,
            meetings: OnceLock::new(),
        }
    }
}

/// The first `most` bytes at most, whole characters.
fn start(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}
