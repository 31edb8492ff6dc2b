use std::collections::VecDeque;
use std::sync::Arc;

use super::{guarded, text};
use crate::limits::Limits;
use crate::row::is_blank;
use crate::{ReadError, Row, RowFault, RowNote};

/// A sheet's cells in the order of the file, each with its row and column from 0.
pub(super) trait Cells: Send {
    /// Hands the next cell to `take`; `false` at the end, an error's text where the sheet is damaged.
    fn next(
        &mut self,
        take: &mut dyn FnMut(u32, u32, &calamine::DataRef<'_>),
    ) -> Result<bool, String>;
}

/// A cell already taken that belongs to a later row.
struct Ahead {
    row: u32,
    column: u32,
    text: String,
    sound: bool,
}

/// The rows of a sheet.
pub(crate) struct SheetRows {
    cells: Box<dyn Cells>,
    /// `xlsx`, `xls`, `xlsb` or `ods`.
    pub(crate) kind: &'static str,
    /// Name of the sheet.
    pub(crate) sheet: String,
    /// All sheets of the workbook.
    pub(crate) sheets: Vec<String>,
    file: Arc<str>,
    ahead: Option<Ahead>,
    /// Rows read to find the header: line and cells.
    early: VecDeque<(u64, Vec<String>)>,
    spare: String,
    /// The last cell was taken; the format's reader must not be asked again.
    drained: bool,
    ended: bool,
}

impl SheetRows {
    pub(super) fn new(
        cells: Box<dyn Cells>,
        kind: &'static str,
        sheet: String,
        file: Arc<str>,
    ) -> Self {
        let (early, spare) = (VecDeque::new(), String::new());
        Self {
            cells,
            kind,
            sheet,
            sheets: Vec::new(),
            file,
            ahead: None,
            early,
            spare,
            drained: false,
            ended: false,
        }
    }

    /// With the names of all sheets.
    pub(super) fn among(self, sheets: Vec<String>) -> Self {
        Self { sheets, ..self }
    }

    /// The first `count` rows that are not blank, with their sheet rows from 1. They come again.
    pub(crate) fn peek(
        &mut self,
        count: usize,
        limits: &Limits,
    ) -> Result<Vec<(u64, Vec<String>)>, RowFault> {
        let mut row = Row::default();
        while self.early.len() < count {
            match self.read(&mut row, limits) {
                None => break,
                Some(Err(fault)) => return Err(fault),
                Some(Ok(used)) => {
                    let cells: Vec<String> = row.cells.iter().take(used).cloned().collect();
                    if cells.iter().any(|c| !is_blank(c)) {
                        self.early.push_back((row.line, cells));
                    }
                }
            }
        }
        Ok(self.early.iter().cloned().collect())
    }

    /// Drops the first rows that were peeked at.
    pub(crate) fn drop_early(&mut self, count: usize) {
        self.early.drain(..count.min(self.early.len()));
    }

    /// Reads the next row into `row` and tells how many cells it has.
    pub(crate) fn next(
        &mut self,
        row: &mut Row,
        limits: &Limits,
    ) -> Option<Result<usize, RowFault>> {
        if let Some((line, cells)) = self.early.pop_front() {
            row.restart(line);
            for (index, cell) in cells.iter().enumerate() {
                row.put(index, cell);
            }
            return Some(Ok(cells.len()));
        }
        self.read(row, limits)
    }

    fn read(&mut self, row: &mut Row, limits: &Limits) -> Option<Result<usize, RowFault>> {
        if self.ended {
            return None;
        }
        let file = Arc::clone(&self.file);
        match guarded(&file, || {
            self.row(row, limits).map_err(|reason| super::damaged(&file, &reason))
        }) {
            Ok(None) => {
                self.ended = true;
                None
            }
            Ok(Some(outcome)) => Some(outcome),
            Err(fatal) => {
                self.ended = true;
                Some(Err(fatal.into()))
            }
        }
    }

    /// Cells are taken until one of another row comes; that one waits for the next call.
    fn row(
        &mut self,
        row: &mut Row,
        limits: &Limits,
    ) -> Result<Option<Result<usize, RowFault>>, String> {
        let mut current: Option<u32> = None;
        let mut used = 0;
        let mut fault = None;
        if let Some(first) = self.ahead.take() {
            current = Some(first.row);
            row.restart(line_of(first.row));
            fault = place(row, &mut used, &first, &self.file, limits);
            self.spare = first.text;
        }
        while !self.drained {
            let mut taken: Option<Ahead> = None;
            let mut text = std::mem::take(&mut self.spare);
            let more = self.cells.next(&mut |row, column, value| {
                text.clear();
                let sound = text::write(value, &mut text);
                taken = Some(Ahead { row, column, text: std::mem::take(&mut text), sound });
            })?;
            self.drained = !more;
            let Some(cell) = taken else { break };
            match current {
                None => {
                    current = Some(cell.row);
                    row.restart(line_of(cell.row));
                }
                Some(this) if this != cell.row => {
                    self.ahead = Some(cell);
                    break;
                }
                Some(_) => {}
            }
            fault = fault.or(place(row, &mut used, &cell, &self.file, limits));
            self.spare = cell.text;
        }
        Ok(current.map(|_| fault.map_or(Ok(used), Err)))
    }
}

fn line_of(row: u32) -> u64 {
    u64::from(row) + 1
}

/// Puts a cell where it belongs, with empty ones before it.
fn place(
    row: &mut Row,
    used: &mut usize,
    cell: &Ahead,
    file: &Arc<str>,
    limits: &Limits,
) -> Option<RowFault> {
    let column = usize::try_from(cell.column).unwrap_or(usize::MAX);
    if cell.text.is_empty() && cell.sound {
        return None;
    }
    if column >= limits.columns_max {
        let (file, line) = (Arc::clone(file), row.line);
        return Some(RowFault::TooManyCells { file, line, limit: limits.columns_max });
    }
    if cell.text.len() > limits.cell_bytes_max {
        return Some(RowFault::CellTooLong {
            file: Arc::clone(file),
            line: row.line,
            column: (column + 1).to_string(),
            limit_bytes: limits.cell_bytes_max,
        });
    }
    while *used < column {
        row.slot(*used);
        *used += 1;
    }
    row.put(column, &cell.text);
    *used = (*used).max(column + 1);
    if !cell.sound {
        row.notes.push(RowNote::CellError { column });
    }
    None
}

/// An error found while the sheet is opened.
pub(super) fn open_fault(fault: RowFault, file: &Arc<str>) -> ReadError {
    match fault {
        RowFault::Fatal(fatal) => fatal,
        other => super::damaged(file, &other),
    }
}
