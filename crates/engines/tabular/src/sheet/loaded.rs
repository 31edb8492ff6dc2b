use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use calamine::{Data, DataRef, Ods, OdsError, Range, Reader, Xls, XlsError, Xlsb, XlsbError};

use super::rows::{Cells, SheetRows};
use super::{choose, damaged, too_many_cells};
use crate::ReadError;
use crate::limits::Limits;

/// Cells of a sheet that is held in memory as a whole.
struct Held {
    range: Range<Data>,
    at: usize,
}

impl Cells for Held {
    fn next(&mut self, take: &mut dyn FnMut(u32, u32, &DataRef<'_>)) -> Result<bool, String> {
        let (height, width) = self.range.get_size();
        let (top, left) = self.range.start().unwrap_or_default();
        while self.at < height * width {
            let (row, column) = (self.at / width, self.at % width);
            self.at += 1;
            let Some(value) = self.range.get((row, column)) else { continue };
            if matches!(value, Data::Empty) {
                continue;
            }
            let place =
                |n: usize, from: u32| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(from);
            take(place(row, top), place(column, left), &borrowed(value));
            return Ok(true);
        }
        Ok(false)
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            DataRef::SharedString(text)
        }
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::Error(why) => DataRef::Error(why.clone()),
        Data::Empty => DataRef::Empty,
    }
}

pub(super) fn open_xls(
    file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError> {
    let book = Xls::new(BufReader::new(file)).map_err(|why| match why {
        XlsError::Password => protected(name),
        why => damaged(name, &why),
    })?;
    sheet(book, "xls", name, wanted)
}

/// Cells of a sheet one by one, without the empty ones between them: a sheet of two cells in its far
/// corners takes no more than two.
struct Sparse(std::vec::IntoIter<(u32, u32, Data)>);

impl Cells for Sparse {
    fn next(&mut self, take: &mut dyn FnMut(u32, u32, &DataRef<'_>)) -> Result<bool, String> {
        let Some((row, column, value)) = self.0.next() else { return Ok(false) };
        take(row, column, &borrowed(&value));
        Ok(true)
    }
}

pub(super) fn open_xlsb(
    file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
    limits: &Limits,
) -> Result<SheetRows, ReadError> {
    let mut book = Xlsb::new(BufReader::new(file)).map_err(|why| match why {
        XlsbError::Password => protected(name),
        why => damaged(name, &why),
    })?;
    let names = book.sheet_names();
    let (sheet, cells) = choose(name, &names, wanted, |sheet| {
        let mut reader = book.worksheet_cells_reader(sheet).map_err(|why| damaged(name, &why))?;
        let (mut cells, mut left) = (Vec::new(), limits.workbook_held_cells_max);
        while let Some(cell) = reader.next_cell().map_err(|why| damaged(name, &why))? {
            let (row, column) = cell.get_position();
            let value = Data::from(cell.get_value().clone());
            if !matches!(value, Data::Empty) {
                left = left.checked_sub(1).ok_or_else(|| too_many_cells(name, limits))?;
                cells.push((row, column, value));
            }
        }
        Ok((!cells.is_empty()).then_some(cells))
    })?;
    let cells = Sparse(cells.into_iter());
    Ok(SheetRows::new(Box::new(cells), "xlsb", sheet, Arc::clone(name)).among(names))
}

pub(super) fn open_ods(
    file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError> {
    let book = Ods::new(BufReader::new(file)).map_err(|why| match why {
        OdsError::Password => protected(name),
        why => damaged(name, &why),
    })?;
    sheet(book, "ods", name, wanted)
}

fn protected(name: &Arc<str>) -> ReadError {
    ReadError::PasswordProtected { file: Arc::clone(name) }
}

fn sheet<B>(
    mut book: B,
    kind: &'static str,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError>
where
    B: Reader<BufReader<File>>,
    B::Error: std::fmt::Display,
{
    let names = book.sheet_names();
    let (sheet, range) = choose(name, &names, wanted, |sheet| {
        let range = book.worksheet_range(sheet).map_err(|why| damaged(name, &why))?;
        let full = range.used_cells().next().is_some();
        Ok(full.then_some(range))
    })?;
    let held = Box::new(Held { range, at: 0 });
    Ok(SheetRows::new(held, kind, sheet, Arc::clone(name)).among(names))
}
