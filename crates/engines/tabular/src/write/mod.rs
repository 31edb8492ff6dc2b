//! Writing: one [`Writer`] for all formats; `target` makes the file appear whole or not at all.

mod cell;
mod json;
mod taken;
mod target;
mod text;
mod workbook;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

pub use cell::Cell;
use json::JsonSheet;
pub use taken::TakenBytes;
use target::Target;
use text::TextSheet;
use workbook::BookSheet;

use crate::{Format, WriteError, distinct_names};

/// How to write, where a format leaves a choice.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    /// Delimiter of CSV.
    pub delimiter: u8,
    /// Begin CSV with a byte order mark, which old Excel needs to see UTF-8.
    pub bom: bool,
    /// Put `'` before our own CSV values that a spreadsheet would run as a formula. Values that were
    /// in the input are never changed.
    pub neutralise_formulas: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { delimiter: b',', bom: false, neutralise_formulas: true }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Data rows.
    pub rows: u64,
    /// Cells cut because the format has a limit (XLSX: 32,767 characters).
    pub cells_cut: u64,
}

/// A file being written, row by row. It appears under its name only by [`Writer::finish`]; dropped
/// before, it leaves nothing.
pub struct Writer {
    sheet: Sheet,
    file: Arc<str>,
    columns: usize,
    rows: u64,
}

enum Sheet {
    Text(Box<TextSheet>),
    Book(Box<BookSheet>),
    Json(JsonSheet),
}

/// Begins a file at `path` with the usual options.
pub fn create(path: &Path, format: Format, header: &[String]) -> Result<Writer, WriteError> {
    create_with(path, format, header, &WriteOptions::default())
}

/// Begins a file at `path`. An existing file is replaced at the end, not before.
pub fn create_with(
    path: &Path,
    format: Format,
    header: &[String],
    options: &WriteOptions,
) -> Result<Writer, WriteError> {
    let file: Arc<str> = path.to_string_lossy().into();
    let target = Target::at(path, &file)?;
    Writer::begin(target, file, format, header, options)
}

/// Begins to write to `out` (standard output, a pipe, a buffer); `file` names it in errors.
pub fn create_on(
    out: Box<dyn Write + Send>,
    file: &str,
    format: Format,
    header: &[String],
    options: &WriteOptions,
) -> Result<Writer, WriteError> {
    Writer::begin(Target::on(out), file.into(), format, header, options)
}

impl Writer {
    fn begin(
        target: Target,
        file: Arc<str>,
        format: Format,
        header: &[String],
        options: &WriteOptions,
    ) -> Result<Self, WriteError> {
        let sheet = match format {
            Format::Csv => Sheet::Text(Box::new(TextSheet::begin(target, &file, header, options)?)),
            Format::Xlsx => Sheet::Book(Box::new(BookSheet::begin(target, &file, header)?)),
            Format::Json => {
                Sheet::Json(JsonSheet::begin(target, &file, &distinct_names(header), true)?)
            }
            Format::JsonLines => {
                Sheet::Json(JsonSheet::begin(target, &file, &distinct_names(header), false)?)
            }
        };
        Ok(Self { sheet, file, columns: header.len(), rows: 0 })
    }

    /// Writes one row, which has as many cells as the header.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        if cells.len() != self.columns {
            return Err(WriteError::CellCount {
                file: Arc::clone(&self.file),
                row: self.rows + 1,
                found: cells.len(),
                expected: self.columns,
            });
        }
        self.rows += 1;
        match &mut self.sheet {
            Sheet::Text(sheet) => sheet.row(cells, &self.file),
            Sheet::Book(sheet) => sheet.row(cells, &self.file),
            Sheet::Json(sheet) => sheet.row(cells, &self.file),
        }
    }

    /// Ends the file and gives it its name.
    pub fn finish(self) -> Result<Written, WriteError> {
        let (target, cells_cut) = match self.sheet {
            Sheet::Text(sheet) => (sheet.end(&self.file)?, 0),
            Sheet::Book(sheet) => sheet.end(&self.file)?,
            Sheet::Json(sheet) => (sheet.end(&self.file)?, 0),
        };
        target.keep(&self.file)?;
        Ok(Written { rows: self.rows, cells_cut })
    }
}
