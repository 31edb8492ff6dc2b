//! Workbooks: `guard` (with `repeats`) refuses bombs before anything is unpacked into memory, `streamed` reads XLSX
//! cell by cell, `loaded` the formats that are held in memory, `text` writes values as text, `rows`
//! makes rows of cells.

mod guard;
mod loaded;
mod repeats;
mod rows;
mod streamed;
mod text;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub(crate) use rows::SheetRows;

use crate::ReadError;
use crate::limits::Limits;

/// Opens the sheet called `wanted`, or the first that has cells.
pub(crate) fn open_zip(
    mut file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
    limits: &Limits,
) -> Result<SheetRows, ReadError> {
    let kind = guard::inspect(&mut file, name, limits)?;
    rewind(&mut file, name)?;
    match kind {
        guard::Workbook::Xlsx => guarded(name, || streamed::open(&file, name, wanted)),
        guard::Workbook::Xlsb => guarded(name, || loaded::open_xlsb(file, name, wanted, limits)),
        guard::Workbook::Ods => guarded(name, || loaded::open_ods(file, name, wanted)),
    }
}

/// Whether an archive with these names in it is a workbook, or another Office document.
pub(crate) fn is_package(names: &[String]) -> bool {
    let plain = |name: &String| name.replace('\\', "/").to_lowercase();
    guard::is_package(&names.iter().map(plain).collect::<Vec<_>>())
}

/// Opens a sheet of a workbook in Excel's format of 1997.
pub(crate) fn open_compound(
    mut file: File,
    name: &Arc<str>,
    wanted: Option<&str>,
) -> Result<SheetRows, ReadError> {
    if is_encrypted_package(&mut file, name)? {
        return Err(ReadError::PasswordProtected { file: Arc::clone(name) });
    }
    rewind(&mut file, name)?;
    guarded(name, || loaded::open_xls(file, name, wanted))
}

/// An encrypted XLSX is a compound file with a stream of this name (MS-OFFCRYPTO §2.3.4).
fn is_encrypted_package(file: &mut File, name: &Arc<str>) -> Result<bool, ReadError> {
    rewind(file, name)?;
    let needle: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut buf = vec![0; 1 << 20];
    let mut held = 0;
    loop {
        let room = buf.get_mut(held..).unwrap_or_default();
        let read = file.read(room).map_err(|source| unreadable(name, source))?;
        let end = held + read;
        let bytes = buf.get(..end).unwrap_or_default();
        if memchr::memmem::find(bytes, &needle).is_some() {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        held = end.min(needle.len());
        buf.copy_within(end - held..end, 0);
    }
}

fn rewind(file: &mut File, name: &Arc<str>) -> Result<(), ReadError> {
    file.seek(SeekFrom::Start(0)).map(drop).map_err(|source| unreadable(name, source))
}

fn unreadable(name: &Arc<str>, source: std::io::Error) -> ReadError {
    ReadError::Unreadable { file: Arc::clone(name), source }
}

fn too_many_cells(name: &Arc<str>, limits: &Limits) -> ReadError {
    let most = limits.workbook_held_cells_max;
    ReadError::TooLarge {
        file: Arc::clone(name),
        found: format!("a sheet with more than {most} cells in a format that is held in memory"),
        limit: format!("{most} (save it as .xlsx or .csv)"),
    }
}

fn damaged(name: &Arc<str>, reason: &dyn std::fmt::Display) -> ReadError {
    ReadError::DamagedWorkbook { file: Arc::clone(name), reason: reason.to_string() }
}

/// The readers of workbook formats index into bytes that a damaged file makes up: should one stop
/// with a panic, the file is refused and the program goes on.
fn guarded<T>(
    name: &Arc<str>,
    work: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_panic| Err(damaged(name, &"its parts contradict each other")))
}

/// The sheet to read: the one asked for, or the first of `names` that `has_cells`.
fn choose<T>(
    name: &Arc<str>,
    names: &[String],
    wanted: Option<&str>,
    mut open: impl FnMut(&str) -> Result<Option<T>, ReadError>,
) -> Result<(String, T), ReadError> {
    let missing = |problem: String| ReadError::NoSheet {
        file: Arc::clone(name),
        problem,
        sheets: if names.is_empty() { "none".to_owned() } else { names.join(", ") },
    };
    if let Some(wanted) = wanted {
        let found = names.iter().find(|n| n.trim().eq_ignore_ascii_case(wanted.trim()));
        let found = found.ok_or_else(|| missing(format!("there is no sheet {wanted:?}")))?;
        let opened = open(found)?.ok_or_else(|| missing(format!("sheet {found:?} is empty")))?;
        return Ok((found.clone(), opened));
    }
    let mut first_fault = None;
    for sheet in names {
        match open(sheet) {
            Ok(Some(opened)) => return Ok((sheet.clone(), opened)),
            Ok(None) => {}
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    Err(first_fault.unwrap_or_else(|| missing("no sheet has a cell with a value".to_owned())))
}
