use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use calamine::{DataRef, Reader as _, SheetType, Xlsx, XlsxError};
use self_cell::{MutBorrow, self_cell};

use super::rows::{Cells, SheetRows};
use super::{choose, damaged};
use crate::ReadError;

type Book = Xlsx<BufReader<File>>;
type SheetCells<'a> = calamine::XlsxCellReader<'a, BufReader<File>>;

self_cell!(
    /// A workbook together with the reader that borrows it.
    struct Open {
        owner: MutBorrow<Book>,
        #[not_covariant]
        dependent: SheetCells,
    }
);

impl Cells for Open {
    fn next(&mut self, take: &mut dyn FnMut(u32, u32, &DataRef<'_>)) -> Result<bool, String> {
        self.with_dependent_mut(|_, cells| match cells.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                take(row, column, cell.get_value());
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(why) => Err(why.to_string()),
        })
    }
}

/// Opens an XLSX sheet to be read cell by cell. Held in memory: the strings all cells share, and the
/// styles; both were bounded by the guard.
pub(super) fn open(
    file: &File,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError> {
    let book = open_book(file.try_clone().map_err(|e| super::unreadable(name, e))?, name)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .map(|s| s.name.clone())
        .collect();
    let mut spare = Some(book);
    let (_, rows) = choose(name, &names, wanted, |sheet| {
        let book = match spare.take() {
            Some(book) => book,
            None => open_book(file.try_clone().map_err(|e| super::unreadable(name, e))?, name)?,
        };
        let opened = Open::try_new(MutBorrow::new(book), |book| {
            book.borrow_mut().worksheet_cells_reader(sheet)
        });
        let cells = opened.map_err(|why| damaged(name, &why))?;
        let mut rows = SheetRows::new(Box::new(cells), "xlsx", sheet.to_owned(), Arc::clone(name));
        let first = rows.peek(1, &crate::limits::Limits::default());
        let first = first.map_err(|fault| super::rows::open_fault(fault, name))?;
        Ok((!first.is_empty()).then_some(rows))
    })?;
    Ok(rows.among(names))
}

fn open_book(mut file: File, name: &Arc<str>) -> Result<Book, ReadError> {
    super::rewind(&mut file, name)?;
    Xlsx::new(BufReader::new(file)).map_err(|why| match why {
        XlsxError::Password => ReadError::PasswordProtected { file: Arc::clone(name) },
        why => damaged(name, &why),
    })
}
