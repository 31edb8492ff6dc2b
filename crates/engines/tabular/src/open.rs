use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::csv::{self, Marks, Records, Setting};
use crate::decode::{self, TextCoding, Transcoded};
use crate::facts::{Dialect, FileForm, Repairs};
use crate::json::{Layout, Objects};
use crate::limits::{Limits, SNIFF_BYTES_MAX};
use crate::magic::{self, Kind};
use crate::reader::Body;
use crate::sheet::{self, SheetRows};
use crate::{Facts, ReadError, Reader, Row, RowFault, header};

/// What the caller knows of a file; all else is found out.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Delimiter of a text: any ASCII character but letters, digits, quotes and line ends.
    pub delimiter: Option<char>,
    /// Encoding of a text by a name of the WHATWG Encoding Standard, such as `shift_jis`.
    pub encoding: Option<String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Limits other than the usual ones.
    pub limits: Limits,
}

/// Opens a list and reads as far as its first row.
///
/// Format, encoding, delimiter, header row and sheet are found from the content. Memory stays flat for
/// CSV, JSON and JSON Lines; for XLSX it holds the strings that cells share, for XLS, XLSB and ODS the
/// sheet.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Reader, ReadError> {
    let name: Arc<str> = path.to_string_lossy().into();
    let unreadable = |source| ReadError::Unreadable { file: Arc::clone(&name), source };
    let mut file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReadError::NoSuchFile { file: Arc::clone(&name) },
        _ => unreadable(source),
    })?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(ReadError::IsFolder { file: name });
    }
    within(&name, meta.len(), options.limits.file_bytes_max)?;
    let mut sample = Vec::with_capacity(SNIFF_BYTES_MAX);
    let limit = u64::try_from(SNIFF_BYTES_MAX).unwrap_or(u64::MAX);
    (&mut file).take(limit).read_to_end(&mut sample).map_err(unreadable)?;
    let book = || within(&name, meta.len(), options.limits.workbook_bytes_max);
    match magic::kind(&sample) {
        Kind::Zip => {
            book()?;
            let rows = sheet::open_zip(file, &name, options.sheet.as_deref(), &options.limits)?;
            open_sheet(rows, name, &options.limits)
        }
        Kind::Compound => {
            book()?;
            let rows = sheet::open_compound(file, &name, options.sheet.as_deref())?;
            open_sheet(rows, name, &options.limits)
        }
        Kind::Other(kind) => Err(ReadError::NotATable { file: name, kind }),
        Kind::Text => Text::sniff(path, name, &sample, file, options)?.open(),
    }
}

fn within(name: &Arc<str>, bytes: u64, limit: u64) -> Result<(), ReadError> {
    if bytes <= limit {
        return Ok(());
    }
    let (found, limit) = (format!("{} MiB", bytes >> 20), format!("{} MiB", limit >> 20));
    Err(ReadError::TooLarge { file: Arc::clone(name), found, limit })
}

fn open_sheet(mut rows: SheetRows, file: Arc<str>, limits: &Limits) -> Result<Reader, ReadError> {
    let bad = |fault: RowFault| match fault {
        RowFault::Fatal(fatal) => fatal,
        other => ReadError::BadHeader {
            file: Arc::clone(&file),
            line: other.line().unwrap_or(1),
            reason: other.to_string(),
        },
    };
    let first = rows.peek(header::HEADER_ROWS_MAX + 5, limits).map_err(bad)?;
    let cells: Vec<Vec<String>> = first.iter().map(|(_, cells)| cells.clone()).collect();
    if cells.is_empty() {
        return Err(ReadError::Empty { file });
    }
    let at = header::locate(&cells);
    rows.drop_early(at + 1);
    let preamble = cells.iter().take(at).map(|c| joined(c)).collect();
    let (header_line, names) = first.into_iter().nth(at).unwrap_or_default();
    let facts = Facts {
        form: FileForm::Sheet { kind: rows.kind, sheet: rows.sheet.clone() },
        preamble,
        header_line,
        rows_blank: 0,
        repairs: Repairs::default(),
    };
    let names = trimmed(names);
    Reader::start(Body::Sheet(rows), file, limits.clone(), facts, names)
}

/// A header without the blank cells at its end.
fn trimmed(mut names: Vec<String>) -> Vec<String> {
    while names.len() > 1 && names.last().is_some_and(|n| n.trim().is_empty()) {
        names.pop();
    }
    names
}

fn joined(cells: &[String]) -> String {
    let filled: Vec<&str> = cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
    filled.join(" ")
}

/// A text file whose encoding is known.
struct Text {
    name: Arc<str>,
    ending: String,
    /// The beginning in UTF-8 or Windows-1252, without byte order mark.
    sample: Vec<u8>,
    /// Whether the file goes on behind the sample.
    cut: bool,
    source: Box<dyn Read + Send>,
    coding: TextCoding,
    encoding: &'static Encoding,
    bom: bool,
    delimiter: Option<u8>,
    limits: Limits,
}

impl Text {
    fn sniff(
        path: &Path,
        name: Arc<str>,
        raw: &[u8],
        file: File,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let sniffed = decode::sniff(raw);
        let encoding = match &options.encoding {
            None => sniffed.encoding,
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                ReadError::BadOption(format!(
                    "{label:?} is no encoding; utf-8, windows-1252, utf-16le are"
                ))
            })?,
        };
        let bom_bytes = if encoding == sniffed.encoding { sniffed.bom_bytes } else { 0 };
        let cut = raw.len() >= SNIFF_BYTES_MAX;
        let body = raw.get(bom_bytes..).unwrap_or_default().to_vec();
        let byte_wise = encoding == encoding_rs::UTF_8 || encoding == encoding_rs::WINDOWS_1252;
        let (sample, source): (Vec<u8>, Box<dyn Read + Send>) = if byte_wise {
            (body.clone(), Box::new(Cursor::new(body).chain(file)))
        } else {
            let (decoded, _) = encoding.decode_without_bom_handling(&body);
            let sample = decoded.into_owned().into_bytes();
            (sample, Box::new(Transcoded::new(Cursor::new(body).chain(file), encoding)))
        };
        if sample.trim_ascii().is_empty() && !cut {
            return Err(ReadError::Empty { file: name });
        }
        if magic::is_binary(&sample) {
            return Err(ReadError::NotATable { file: name, kind: "a binary file" });
        }
        let delimiter = match options.delimiter {
            None => None,
            Some(c) => {
                Some(u8::try_from(c).ok().filter(|b| is_delimiter(*b)).ok_or_else(|| {
                    ReadError::BadOption(format!(
                        "{c:?} cannot be a delimiter; , ; | and a tab can"
                    ))
                })?)
            }
        };
        let one = encoding == encoding_rs::WINDOWS_1252;
        Ok(Self {
            name,
            ending: path
                .extension()
                .map(|e| e.to_string_lossy().to_lowercase())
                .unwrap_or_default(),
            sample,
            cut,
            source,
            coding: if one { TextCoding::Windows1252 } else { TextCoding::Utf8 },
            encoding,
            bom: bom_bytes > 0,
            delimiter,
            limits: options.limits.clone(),
        })
    }

    fn open(self) -> Result<Reader, ReadError> {
        let lines = matches!(self.ending.as_str(), "jsonl" | "ndjson");
        let json = lines || matches!(self.ending.as_str(), "json" | "geojson");
        let table = matches!(self.ending.as_str(), "csv" | "tsv" | "txt" | "tab");
        match Layout::sniff(&self.sample, lines) {
            Some(layout) if json || (!table && layout != Layout::Wrapped) => self.open_json(layout),
            None if json => Err(ReadError::BadJson {
                file: self.name,
                line: 1,
                reason:
                    "named as JSON but begins with neither [ nor {; name it .csv if it is a list \
                         with delimiters"
                        .to_owned(),
            }),
            _ => self.open_csv(),
        }
    }

    fn open_json(self, layout: Layout) -> Result<Reader, ReadError> {
        let form = if layout == Layout::Lines { FileForm::JsonLines } else { FileForm::Json };
        let objects =
            Objects::open(self.source, layout, Arc::clone(&self.name), self.limits.clone())?;
        let header = objects.header().to_vec();
        let facts = Facts {
            form,
            preamble: Vec::new(),
            header_line: 1,
            rows_blank: 0,
            repairs: Repairs::default(),
        };
        Reader::start(Body::Json(objects), self.name, self.limits, facts, header)
    }

    fn open_csv(self) -> Result<Reader, ReadError> {
        let marks = Marks { delimiter: b',', quote: b'"', escape: None, blank_before_quote: false };
        let mut setting = Setting {
            file: Arc::clone(&self.name),
            marks,
            coding: self.coding,
            limits: self.limits.clone(),
        };
        let found = csv::sniff(&self.sample, self.cut, &setting, self.delimiter);
        setting.marks = found.marks;
        let mut records = Records::new(self.source, setting);
        let (preamble, header_line, header) =
            read_header(&mut records, header::locate(&found.rows), &self.name)?;
        let dialect = Dialect {
            delimiter: found.marks.delimiter,
            quote: found.marks.quote,
            escape: found.marks.escape,
            encoding: self.encoding.name(),
            bom: self.bom,
        };
        let facts = Facts {
            form: FileForm::Csv(dialect),
            preamble,
            header_line,
            rows_blank: records.take_blank(),
            repairs: Repairs::default(),
        };
        Reader::start(Body::Csv(records), self.name, self.limits, facts, header)
    }
}

/// Lines above the header, the header's line, its cells.
type Top = (Vec<String>, u64, Vec<String>);

/// Steps over `above` records that are not blank and takes the one behind them.
fn read_header(records: &mut Records, above: usize, name: &Arc<str>) -> Result<Top, ReadError> {
    let mut row = Row::default();
    let mut preamble = Vec::new();
    loop {
        let used = match records.next(&mut row) {
            None => return Err(ReadError::Empty { file: Arc::clone(name) }),
            Some(Ok(used)) => used,
            Some(Err(RowFault::Fatal(fatal))) => return Err(fatal),
            Some(Err(fault)) => {
                let (line, reason) = (fault.line().unwrap_or(1), fault.to_string());
                return Err(ReadError::BadHeader { file: Arc::clone(name), line, reason });
            }
        };
        row.cells.truncate(used);
        if row.cells.iter().all(|c| crate::row::is_blank(c)) {
            continue;
        }
        if preamble.len() == above {
            let line = row.line;
            return Ok((preamble, line, std::mem::take(&mut row.cells)));
        }
        preamble.push(joined(&row.cells));
    }
}

fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii()
        && !byte.is_ascii_alphanumeric()
        && !matches!(byte, b'"' | b'\'' | b'\n' | b'\r' | 0)
}
