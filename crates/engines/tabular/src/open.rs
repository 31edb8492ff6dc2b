use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::header::{self, HeaderRow};
use crate::limits::{Limits, SNIFF_BYTES_MAX};
use crate::magic::{self, Kind};
use crate::packed::{self, Archive, Unpacked};
use crate::reader::Body;
use crate::sheet::{self, SheetRows};
use crate::text::Text;
use crate::{Facts, FileForm, ReadError, Reader, RowFault};

/// What the caller knows of a file; all else is found out.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Delimiter of a text: any ASCII character but letters, digits, quotes and line ends.
    pub delimiter: Option<char>,
    /// Encoding of a text by a name of the WHATWG Encoding Standard, such as `shift_jis`.
    pub encoding: Option<String>,
    /// Sheet of a workbook. Of a ZIP archive: the file in it, or `file/sheet`.
    pub sheet: Option<String>,
    /// Which row names the columns.
    pub header: HeaderRow,
    /// Limits other than the usual ones.
    pub limits: Limits,
}

/// Opens a list and reads as far as its first row.
///
/// Format, packing (`.gz`, `.zip`), encoding, delimiter, header rows and sheet are found from the content.
/// Memory stays flat for CSV, JSON, JSON Lines and vCard, packed or not; for XLSX it holds the strings that
/// cells share, for XLS, XLSB and ODS the sheet.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Reader, ReadError> {
    let name: Arc<str> = path.to_string_lossy().into();
    let unreadable = |source| ReadError::of_io(&name, None, source);
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReadError::NoSuchFile { file: Arc::clone(&name) },
        _ => unreadable(source),
    })?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(ReadError::IsFolder { file: name });
    }
    open_file(file, name, meta.len(), options)
}

/// Opens a list that comes as a stream; `name` names it in messages, and its ending counts as that of a file.
///
/// A text is read while it comes. A workbook or an archive, which must be read out of order, is put into a
/// temporary file first.
pub fn open_stream(
    name: &str,
    mut source: Box<dyn Read + Send>,
    options: &ReadOptions,
) -> Result<Reader, ReadError> {
    let name: Arc<str> = name.into();
    let sample = sample(&mut source, &name)?;
    match magic::kind(&sample) {
        Kind::Text => {
            let (ending, sheet) = (packed::ending(&name), options.sheet.clone());
            open_text(&sample, Unpacked { name, ending, source, sheet }, options)
        }
        Kind::Other(kind) => Err(ReadError::NotATable { file: name, kind }),
        Kind::Zip | Kind::Gzip | Kind::Compound => {
            let limit = options.limits.file_bytes_max;
            let (file, bytes) = packed::spill(&sample, &mut source, &name, limit)?;
            open_file(file, name, bytes, options)
        }
    }
}

fn open_file(
    mut file: File,
    name: Arc<str>,
    bytes: u64,
    options: &ReadOptions,
) -> Result<Reader, ReadError> {
    within(&name, bytes, options.limits.file_bytes_max)?;
    let sample = sample(&mut file, &name)?;
    let sheet = options.sheet.clone();
    match magic::kind(&sample) {
        Kind::Text => {
            let ending = packed::ending(&name);
            let source = Box::new(file);
            open_text(&sample, Unpacked { name, ending, source, sheet }, options)
        }
        Kind::Gzip => open_unpacked(packed::gunzip(file, &name, bytes, options)?, "gz", options),
        Kind::Zip => open_zip(file, &name, bytes, options),
        Kind::Compound => {
            within(&name, bytes, options.limits.workbook_bytes_max)?;
            let rows = sheet::open_compound(file, &name, sheet.as_deref())?;
            open_sheet(rows, name, options)
        }
        Kind::Other(kind) => Err(ReadError::NotATable { file: name, kind }),
    }
}

/// A workbook, or an archive with a list in it.
fn open_zip(
    file: File,
    name: &Arc<str>,
    bytes: u64,
    options: &ReadOptions,
) -> Result<Reader, ReadError> {
    let again = file.try_clone().map_err(|why| ReadError::of_io(name, None, why))?;
    match Archive::read(again) {
        Some(archive) if !sheet::is_package(&archive.names) => {
            let list = archive.choose(name, options.sheet.as_deref(), &options.limits)?;
            open_unpacked(list, "zip", options)
        }
        None if packed::ending(name) == "zip" => Err(ReadError::DamagedArchive {
            file: Arc::clone(name),
            line: None,
            reason: "its directory cannot be read: it may have been cut off".to_owned(),
        }),
        _ => {
            within(name, bytes, options.limits.workbook_bytes_max)?;
            let rows = sheet::open_zip(file, name, options.sheet.as_deref(), &options.limits)?;
            open_sheet(rows, Arc::clone(name), options)
        }
    }
}

/// A list out of an archive. A workbook is unpacked into a file first, a text while it is read.
fn open_unpacked(
    mut inner: Unpacked,
    packed: &'static str,
    options: &ReadOptions,
) -> Result<Reader, ReadError> {
    let sample = sample(&mut inner.source, &inner.name)?;
    let name = Arc::clone(&inner.name);
    let (sheet, limits) = (inner.sheet.as_deref(), &options.limits);
    let opened = match magic::kind(&sample) {
        Kind::Text => open_text(&sample, inner, options),
        Kind::Zip => {
            let most = limits.workbook_bytes_max;
            let (file, _) = packed::spill(&sample, &mut inner.source, &name, most)?;
            open_sheet(sheet::open_zip(file, &name, sheet, limits)?, name, options)
        }
        Kind::Compound => {
            let most = limits.workbook_bytes_max;
            let (file, _) = packed::spill(&sample, &mut inner.source, &name, most)?;
            open_sheet(sheet::open_compound(file, &name, sheet)?, name, options)
        }
        Kind::Gzip => Err(ReadError::NotATable {
            file: name,
            kind: "an archive in an archive (unpack it first)",
        }),
        Kind::Other(kind) => Err(ReadError::NotATable { file: name, kind }),
    };
    opened.map(|reader| reader.unpacked_from(packed))
}

fn open_text(sample: &[u8], input: Unpacked, options: &ReadOptions) -> Result<Reader, ReadError> {
    Text::sniff(sample, input, options)?.open()
}

/// The first bytes, to find out what they are.
fn sample(source: &mut impl Read, name: &Arc<str>) -> Result<Vec<u8>, ReadError> {
    let mut sample = Vec::with_capacity(SNIFF_BYTES_MAX);
    let limit = u64::try_from(SNIFF_BYTES_MAX).unwrap_or(u64::MAX);
    let read = source.take(limit).read_to_end(&mut sample);
    read.map_err(|why| ReadError::of_io(name, None, why))?;
    Ok(sample)
}

fn within(name: &Arc<str>, bytes: u64, limit: u64) -> Result<(), ReadError> {
    if bytes <= limit { Ok(()) } else { Err(ReadError::too_large(name, bytes, limit)) }
}

fn open_sheet(
    mut rows: SheetRows,
    file: Arc<str>,
    options: &ReadOptions,
) -> Result<Reader, ReadError> {
    let limits = &options.limits;
    let bad = |fault: RowFault| match fault {
        RowFault::Fatal(fatal) => fatal,
        other => ReadError::BadHeader {
            file: Arc::clone(&file),
            line: other.line().unwrap_or(1),
            reason: other.to_string(),
        },
    };
    let first = rows.peek(header::HEADER_ROWS_MAX + 5, limits).map_err(bad)?;
    if first.is_empty() {
        return Err(ReadError::Empty { file });
    }
    let cells: Vec<Vec<String>> = first.iter().map(|(_, cells)| cells.clone()).collect();
    let top = header::find(&cells, options.header);
    rows.drop_early(top.above + top.rows);
    let preamble = cells.iter().take(top.above).map(|c| header::in_one_line(c)).collect();
    let line = first.get(top.above).filter(|_| top.rows > 0).map_or(0, |(line, _)| *line);
    let named = cells.into_iter().skip(top.above);
    let names = if top.rows == 0 {
        header::numbered(named.map(|row| row.len()).max().unwrap_or(0))
    } else {
        header::join(named.take(top.rows).collect())
    };
    let form = FileForm::Sheet { kind: rows.kind, sheet: rows.sheet.clone() };
    let sheets = rows.sheets.clone();
    let facts = Facts { preamble, header_rows: top.rows, sheets, ..Facts::new(form, line) };
    Reader::start(Body::Sheet(rows), file, limits.clone(), facts, trimmed(names))
}

/// A header without the blank cells at its end.
fn trimmed(mut names: Vec<String>) -> Vec<String> {
    while names.len() > 1 && names.last().is_some_and(|n| n.trim().is_empty()) {
        names.pop();
    }
    names
}
