//! A file to be checked, read row by row from its beginning.

use std::path::Path;

use captely_tabular::{ReadOptions, Reader, Row, RowFault, distinct_names, open};

use super::columns::{Asked, Columns};
use crate::exit::CliError;

/// Rows taken into work at a time: many, so that a list sorted by company is spread over mail hosts.
const ASKED_ROWS: usize = 4_096;

/// What a whole reading found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) rows: u64,
    /// The most cells that a row has beyond the header.
    pub(super) surplus: usize,
}

/// The file, with the first line of one that has no header as its first row.
pub(super) struct Source {
    pub(super) reader: Reader,
    pub(super) columns: Columns,
    pub(super) header: Vec<String>,
    first: Option<Row>,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let mut reader = open(path, &ReadOptions::default())
            .map_err(|why| CliError::bad_input(why.to_string()))?;
        let columns = Columns::of(&mut reader, &path.display().to_string())?;
        let mut header = reader.header().to_vec();
        let line = reader.facts().header_line;
        let first = columns.headerless.then(|| first_row(&mut header, line));
        Ok(Self { reader, columns, header, first })
    }

    /// The next rows, at most `n`, those that cannot be read among them; `None` at the end.
    pub(super) fn rows(
        &mut self,
        n: usize,
    ) -> Result<Option<Vec<Result<Row, RowFault>>>, CliError> {
        let mut rows: Vec<Result<Row, RowFault>> = Vec::with_capacity(n);
        rows.extend(self.first.take().map(Ok));
        while rows.len() < n
            && let Some(row) = self.reader.next_row()
        {
            if let Err(fault) = &row
                && fault.is_fatal()
            {
                return Err(CliError::bad_input(fault.to_string()));
            }
            rows.push(row);
        }
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// What is to be checked of the next rows, with those rows counted; `None` at the end.
    pub(super) fn asked(&mut self, survey: &mut Survey) -> Result<Option<Vec<Asked>>, CliError> {
        let Some(rows) = self.rows(ASKED_ROWS)? else { return Ok(None) };
        let mut all = Vec::new();
        for row in &rows {
            survey.rows = survey.rows.saturating_add(1);
            let Ok(row) = row else { continue };
            survey.surplus = survey.surplus.max(row.extra.len());
            let asked = self.columns.pick(&row.cells);
            if asked.kind.is_some() {
                all.push(asked);
            }
        }
        Ok(Some(all))
    }
}

/// The header of a file that has none, whose first line becomes the first row.
fn first_row(header: &mut Vec<String>, line: u64) -> Row {
    let names = distinct_names(&vec![String::new(); header.len()]);
    let cells = std::mem::replace(header, names);
    Row { line, cells, ..Row::default() }
}
