//! The result of a file: its own columns as they are, then ours.

use captely_tabular::{Cell, Row, Writer, distinct_names};

use super::answer::{COLUMNS, Checked};
use crate::commands::output::Output;
use crate::exit::CliError;

/// Writes a result; it appears under its name when it is [finished](ResultFile::finish).
pub(super) struct ResultFile {
    writer: Writer,
    width: usize,
    surplus: usize,
}

impl ResultFile {
    /// `header` is the input's, `surplus` the most cells that a row has beyond it. A column of ours whose
    /// name is taken gets a number.
    pub(super) fn begin(
        output: &Output,
        header: &[String],
        surplus: usize,
    ) -> Result<Self, CliError> {
        let mut all = header.to_vec();
        all.extend((1..=surplus).map(|n| format!("captely_surplus_{n}")));
        let own = header.len();
        all.extend(COLUMNS.map(str::to_owned));
        let ours = distinct_names(&all).into_iter().skip(own);
        let names: Vec<String> = header.iter().cloned().chain(ours).collect();
        let writer = captely_tabular::create(&output.path, output.format, &names)
            .map_err(|why| CliError::output(why.to_string()))?;
        Ok(Self { writer, width: header.len(), surplus })
    }

    /// Writes one row of the input with its answer.
    pub(super) fn row(&mut self, row: &Row, answer: &Checked) -> Result<(), CliError> {
        let ours = answer.cells();
        let given = |cells: &'_ [String], n: usize| -> Vec<String> {
            let mut cells: Vec<String> = cells.iter().take(n).cloned().collect();
            cells.resize(n, String::new());
            cells
        };
        let (own, surplus) = (given(&row.cells, self.width), given(&row.extra, self.surplus));
        let mut cells: Vec<Cell<'_>> =
            own.iter().chain(&surplus).map(|cell| Cell::Input(cell)).collect();
        for (name, text) in COLUMNS.iter().zip(&ours) {
            cells.push(match *name {
                "input" if !text.is_empty() => Cell::Input(text),
                "probability" if !text.is_empty() => Cell::Decimal(text),
                "score" if answer.kind.is_some() => Cell::Integer(i64::from(answer.score)),
                _ => Cell::from(text.as_str()),
            });
        }
        self.writer.row(&cells).map_err(|why| CliError::output(why.to_string()))
    }

    /// Puts the whole result where it belongs.
    pub(super) fn finish(self) -> Result<(), CliError> {
        self.writer.finish().map(drop).map_err(|why| CliError::output(why.to_string()))
    }
}
