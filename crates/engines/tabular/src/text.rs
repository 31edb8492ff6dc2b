use std::io::{Cursor, Read};
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::csv::{self, Marks, Records, Setting};
use crate::decode::{self, TextCoding, Transcoded};
use crate::facts::{Dialect, FileForm, LineEnd};
use crate::header::{self, HeaderRow, Top};
use crate::json::{Layout, Objects};
use crate::keyed::{KeyedRows, KeyedSource};
use crate::limits::{Limits, SNIFF_BYTES_MAX};
use crate::packed::Unpacked;
use crate::reader::Body;
use crate::vcard::{self, Cards};
use crate::{Facts, ReadError, ReadOptions, Reader, Row, RowFault, magic};

/// A text whose encoding is known.
pub(crate) struct Text {
    name: Arc<str>,
    ending: String,
    /// The beginning in UTF-8 or Windows-1252, without byte order mark.
    sample: Vec<u8>,
    /// Whether the text goes on behind the sample.
    cut: bool,
    source: Box<dyn Read + Send>,
    coding: TextCoding,
    encoding: &'static Encoding,
    bom: bool,
    delimiter: Option<u8>,
    header: HeaderRow,
    limits: Limits,
}

impl Text {
    /// `raw` is the beginning of the text, already taken from its source.
    pub(crate) fn sniff(
        raw: &[u8],
        input: Unpacked,
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
            (body.clone(), Box::new(Cursor::new(body).chain(input.source)))
        } else {
            let (decoded, _) = encoding.decode_without_bom_handling(&body);
            let sample = decoded.into_owned().into_bytes();
            (sample, Box::new(Transcoded::new(Cursor::new(body).chain(input.source), encoding)))
        };
        if sample.trim_ascii().is_empty() && !cut {
            return Err(ReadError::Empty { file: input.name });
        }
        if magic::is_binary(&sample) {
            return Err(ReadError::NotATable { file: input.name, kind: "a binary file" });
        }
        let one = encoding == encoding_rs::WINDOWS_1252;
        Ok(Self {
            name: input.name,
            ending: input.ending,
            sample,
            cut,
            source,
            coding: if one { TextCoding::Windows1252 } else { TextCoding::Utf8 },
            encoding,
            bom: bom_bytes > 0,
            delimiter: options.delimiter.map(delimiter).transpose()?,
            header: options.header,
            limits: options.limits.clone(),
        })
    }

    /// Opens it as what it is: vCard, JSON, JSON Lines or delimited text.
    pub(crate) fn open(self) -> Result<Reader, ReadError> {
        if vcard::begins(&self.sample) {
            return self.open_vcard();
        }
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

    fn open_vcard(self) -> Result<Reader, ReadError> {
        let (file, limits) = (Arc::clone(&self.name), self.limits.clone());
        let cards = Cards::new(self.source, Arc::clone(&file), self.coding, limits.clone());
        open_keyed(Box::new(cards), FileForm::VCard, file, limits, vcard::rank)
    }

    fn open_json(self, layout: Layout) -> Result<Reader, ReadError> {
        let form = if layout == Layout::Lines { FileForm::JsonLines } else { FileForm::Json };
        let (file, limits) = (Arc::clone(&self.name), self.limits.clone());
        let objects = Objects::open(self.source, layout, Arc::clone(&file), limits.clone())?;
        open_keyed(Box::new(objects), form, file, limits, |_| 0)
    }

    fn open_csv(self) -> Result<Reader, ReadError> {
        let setting = Setting {
            file: Arc::clone(&self.name),
            marks: Marks::USUAL,
            coding: self.coding,
            limits: self.limits.clone(),
        };
        let found = csv::sniff(&self.sample, self.cut, &setting, self.delimiter);
        let mut records = Records::new(self.source, Setting { marks: found.marks, ..setting });
        let top = header::find(&found.rows, self.header);
        let (preamble, header_line, mut names) = read_top(&mut records, top, &self.name)?;
        if top.rows == 0 {
            names = header::numbered(header::usual_width(&found.rows));
        }
        let dialect = Dialect {
            delimiter: found.marks.delimiter,
            quote: found.marks.quote,
            escape: found.marks.escape,
            encoding: self.encoding.name(),
            bom: self.bom,
            line_end: LineEnd::of(&self.sample),
        };
        // Blank lines above the header are no rows.
        records.take_blank();
        let form = FileForm::Csv(dialect);
        let facts = Facts { preamble, header_rows: top.rows, ..Facts::new(form, header_line) };
        Reader::start(Body::Csv(records), self.name, self.limits, facts, names)
    }
}

fn open_keyed(
    source: Box<dyn KeyedSource>,
    form: FileForm,
    file: Arc<str>,
    limits: Limits,
    rank: impl Fn(&str) -> usize,
) -> Result<Reader, ReadError> {
    let rows = KeyedRows::open(source, Arc::clone(&file), limits.clone(), rank)?;
    let header = rows.header().to_vec();
    Reader::start(Body::Keyed(rows), file, limits, Facts::new(form, 1), header)
}

/// Lines above the header, the header's line (0 without one), its cells.
type Head = (Vec<String>, u64, Vec<String>);

/// Steps over the records above the header and takes those that are it. Blank ones do not count.
fn read_top(records: &mut Records, top: Top, name: &Arc<str>) -> Result<Head, ReadError> {
    let mut row = Row::default();
    let (mut preamble, mut line, mut names) = (Vec::new(), 0, Vec::new());
    while preamble.len() + names.len() < top.above + top.rows {
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
        if preamble.len() < top.above {
            preamble.push(header::in_one_line(&row.cells));
            continue;
        }
        line = if names.is_empty() { row.line } else { line };
        names.push(std::mem::take(&mut row.cells));
    }
    Ok((preamble, line, header::join(names)))
}

fn delimiter(c: char) -> Result<u8, ReadError> {
    let fits = |b: &u8| {
        b.is_ascii() && !b.is_ascii_alphanumeric() && !matches!(b, b'"' | b'\'' | b'\n' | b'\r' | 0)
    };
    u8::try_from(c).ok().filter(fits).ok_or_else(|| {
        ReadError::BadOption(format!("{c:?} cannot be a delimiter; , ; | and a tab can"))
    })
}
