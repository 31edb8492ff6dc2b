use std::sync::Arc;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::target::{Target, io_error};
use crate::WriteError;

/// Rows of a sheet, header included (ECMA-376 part 1 §18.3.1.73 as Excel implements it).
const SHEET_ROWS_MAX: u32 = 1_048_576;
/// Columns of a sheet.
const SHEET_COLUMNS_MAX: usize = 16_384;
/// Characters of a cell, counted in UTF-16 as Excel does.
const CELL_UTF16_MAX: usize = 32_767;
/// Narrowest and widest column, in characters.
const WIDTHS: (u32, u32) = (10, 40);

/// A workbook being written in constant memory: rows go to a temporary file until the end.
pub(super) struct BookSheet {
    book: Workbook,
    target: Target,
    next: u32,
    columns: u16,
    cut: u64,
}

impl BookSheet {
    pub(super) fn begin(
        target: Target,
        file: &Arc<str>,
        header: &[String],
    ) -> Result<Self, WriteError> {
        let columns =
            u16::try_from(header.len()).ok().filter(|n| usize::from(*n) <= SHEET_COLUMNS_MAX);
        let columns = columns.ok_or_else(|| WriteError::TooManyColumns {
            file: Arc::clone(file),
            columns: header.len(),
            limit: SHEET_COLUMNS_MAX,
        })?;
        let mut book = Workbook::new();
        let mut cut = 0;
        let made = book.add_worksheet_with_constant_memory();
        let made = made.and_then(|sheet| head(sheet, header, &mut cut));
        made.map_err(|why| book_error(file, why))?;
        Ok(Self { book, target, next: 1, columns, cut })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], file: &Arc<str>) -> Result<(), WriteError> {
        if self.next >= SHEET_ROWS_MAX {
            return Err(WriteError::SheetFull { file: Arc::clone(file), limit: SHEET_ROWS_MAX });
        }
        let (row, cut) = (self.next, &mut self.cut);
        self.next += 1;
        let sheet = self.book.worksheet_from_index(0);
        sheet
            .and_then(|sheet| {
                for (column, cell) in (0_u16..).zip(cells) {
                    put(sheet, row, column, *cell, cut)?;
                }
                Ok(())
            })
            .map_err(|why| book_error(file, why))
    }

    /// Writes the workbook to its target. Tells how many cells had to be cut.
    pub(super) fn end(mut self, file: &Arc<str>) -> Result<(Target, u64), WriteError> {
        if self.columns > 0 {
            let (last_row, last_column) = (self.next - 1, self.columns - 1);
            let sheet = self.book.worksheet_from_index(0);
            sheet
                .and_then(|sheet| sheet.autofilter(0, 0, last_row, last_column).map(drop))
                .map_err(|why| book_error(file, why))?;
        }
        self.book.save_to_writer(&mut self.target).map_err(|why| book_error(file, why))?;
        Ok((self.target, self.cut))
    }
}

/// The header: bold, always in view, its columns as wide as their names.
fn head(sheet: &mut Worksheet, header: &[String], cut: &mut u64) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, name) in (0_u16..).zip(header) {
        let length = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
        sheet.set_column_width(column, length.saturating_add(4).clamp(WIDTHS.0, WIDTHS.1))?;
        sheet.write_string_with_format(0, column, fitting(name, cut), &bold)?;
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: Cell<'_>,
    cut: &mut u64,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty | Cell::Input("") | Cell::Text("") => {}
        Cell::Input(text) | Cell::Text(text) => {
            sheet.write_string(row, column, fitting(text, cut))?;
        }
        Cell::Decimal(text) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                sheet.write_number(row, column, number)?;
            }
            _ => {
                sheet.write_string(row, column, fitting(text, cut))?;
            }
        },
        Cell::Integer(number) => match i32::try_from(number) {
            Ok(small) => {
                sheet.write_number(row, column, small)?;
            }
            // A sheet's numbers are floats: a larger one would lose its last digits.
            Err(_large) => {
                sheet.write_string(row, column, number.to_string())?;
            }
        },
        Cell::Bool(value) => {
            sheet.write_boolean(row, column, value)?;
        }
    }
    Ok(())
}

/// As much of the text as a cell holds.
fn fitting<'a>(text: &'a str, cut: &mut u64) -> &'a str {
    if text.len() <= CELL_UTF16_MAX {
        return text;
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UTF16_MAX {
            *cut += 1;
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

fn book_error(file: &Arc<str>, why: XlsxError) -> WriteError {
    match why {
        XlsxError::IoError(source) => io_error(file, source),
        why => WriteError::Workbook { file: Arc::clone(file), reason: why.to_string() },
    }
}
