use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use calamine::{Data, DataRef, Ods, OdsError, Range, Reader, Xls, XlsError, Xlsb, XlsbError};

use super::rows::{Cells, SheetRows};
use super::{choose, damaged};
use crate::ReadError;

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

pub(super) fn open_xlsb(
    file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError> {
    let book = Xlsb::new(BufReader::new(file)).map_err(|why| match why {
        XlsbError::Password => protected(name),
        why => damaged(name, &why),
    })?;
    sheet(book, "xlsb", name, wanted)
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
    Ok(SheetRows::new(Box::new(Held { range, at: 0 }), kind, sheet, Arc::clone(name)))
}
