use std::io;
use std::sync::Arc;

/// Why a file cannot be read at all, or not any further.
///
/// Each sentence names the file, the place where there is one, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing has that name.
    #[error("{file}: there is no such file; check the path")]
    NoSuchFile {
        /// As the caller gave it.
        file: Arc<str>,
    },
    /// A folder stands where a file should.
    #[error("{file}: this is a folder; name a file in it")]
    IsFolder {
        /// As the caller gave it.
        file: Arc<str>,
    },
    /// The system refused to open or read it.
    #[error("{file}: cannot be read ({source}); check its permissions and its disk")]
    Unreadable {
        /// As the caller gave it.
        file: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// It holds no text at all.
    #[error("{file}: the file is empty; export it again")]
    Empty {
        /// As the caller gave it.
        file: Arc<str>,
    },
    /// A header and nothing below.
    #[error(
        "{file}: line {line} is a header ({columns} columns) and no row follows; export it again with its rows"
    )]
    HeaderOnly {
        /// As the caller gave it.
        file: Arc<str>,
        /// Line or sheet row of the header.
        line: u64,
        /// How many columns it names.
        columns: usize,
    },
    /// It is of another kind than a table.
    #[error(
        "{file}: this looks like {kind}, not a list; give a CSV, Excel, OpenDocument or JSON file"
    )]
    NotATable {
        /// As the caller gave it.
        file: Arc<str>,
        /// With its article: `a PDF document`.
        kind: &'static str,
    },
    /// The workbook is encrypted.
    #[error(
        "{file}: the workbook is protected by a password; open it, remove the password and save it again"
    )]
    PasswordProtected {
        /// As the caller gave it.
        file: Arc<str>,
    },
    /// The workbook's parts contradict each other or the format.
    #[error(
        "{file}: the workbook is damaged ({reason}); open it in a spreadsheet program and save it again"
    )]
    DamagedWorkbook {
        /// As the caller gave it.
        file: Arc<str>,
        /// In the words of the format's reader.
        reason: String,
    },
    /// Unpacking would take more than a list ever needs.
    #[error(
        "{file}: the workbook part {part} unpacks to {detail}, more than a list needs; save the list alone in a new workbook"
    )]
    ZipBomb {
        /// As the caller gave it.
        file: Arc<str>,
        /// Name of the part inside the archive.
        part: String,
        /// How large or how many times larger.
        detail: String,
    },
    /// The workbook has no sheet with cells, or not the one asked for.
    #[error("{file}: {problem}; sheets in it: {sheets}")]
    NoSheet {
        /// As the caller gave it.
        file: Arc<str>,
        /// What is missing.
        problem: String,
        /// Their names.
        sheets: String,
    },
    /// A limit on the whole file.
    #[error("{file}: has {found}, over the limit of {limit}; split it into smaller files")]
    TooLarge {
        /// As the caller gave it.
        file: Arc<str>,
        /// With its unit.
        found: String,
        /// With its unit.
        limit: String,
    },
    /// The header itself cannot be read.
    #[error("{file}, line {line}: the header cannot be read ({reason}); repair that line")]
    BadHeader {
        /// As the caller gave it.
        file: Arc<str>,
        /// Line of the header.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The JSON document is no list of objects, or ends too early.
    #[error("{file}, line {line}: {reason}")]
    BadJson {
        /// As the caller gave it.
        file: Arc<str>,
        /// Where reading stopped.
        line: u64,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// An option that means nothing.
    #[error("{0}")]
    BadOption(String),
}

/// Why one row could not be read. Reading goes on behind it unless it is [`RowFault::Fatal`].
#[derive(Debug, thiserror::Error)]
pub enum RowFault {
    /// A quote opens and never closes, or closes in the middle of a cell, and no reading of the line
    /// gives as many cells as the header has.
    #[error(
        "{file}, line {line}: the quoting is broken; skipped to the next whole row after line {last_line}; double or remove the quotes there"
    )]
    Quoting {
        /// The file.
        file: Arc<str>,
        /// First line of the trouble.
        line: u64,
        /// Last line left out.
        last_line: u64,
    },
    /// A cell over the limit.
    #[error(
        "{file}, line {line}, column {column}: the cell is larger than {limit_bytes} bytes; shorten it"
    )]
    CellTooLong {
        /// The file.
        file: Arc<str>,
        /// Line of the row's beginning.
        line: u64,
        /// Name of the column.
        column: String,
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// A row over the limit.
    #[error(
        "{file}, line {line}: the row is larger than {limit_bytes} bytes; shorten it or check its line end"
    )]
    RowTooLong {
        /// The file.
        file: Arc<str>,
        /// Line of the row's beginning.
        line: u64,
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// More cells than any header may have.
    #[error("{file}, line {line}: the row has more than {limit} cells; check its delimiter")]
    TooManyCells {
        /// The file.
        file: Arc<str>,
        /// Line of the row's beginning.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// Bytes that are text neither in UTF-8 nor in Windows-1252.
    #[error(
        "{file}, line {line}, column {column}: byte 0x{byte:02X} is text neither in UTF-8 nor in Windows-1252; save the file as UTF-8"
    )]
    Encoding {
        /// The file.
        file: Arc<str>,
        /// Line of the row's beginning.
        line: u64,
        /// Name of the column.
        column: String,
        /// The first such byte.
        byte: u8,
    },
    /// An element of a JSON list that is no object.
    #[error(
        "{file}, line {line}: {found} stands where an object should; write {{\"column\": value}}"
    )]
    NotAnObject {
        /// The file.
        file: Arc<str>,
        /// Line of the element's beginning.
        line: u64,
        /// What stands there.
        found: &'static str,
    },
    /// An object that is not valid JSON.
    #[error("{file}, line {line}: not valid JSON ({reason}); repair it")]
    BadJson {
        /// The file.
        file: Arc<str>,
        /// Line of the object's beginning.
        line: u64,
        /// In the parser's words; its lines count from the object's first.
        reason: String,
    },
    /// Nothing further can be read.
    #[error(transparent)]
    Fatal(#[from] ReadError),
}

impl RowFault {
    /// Whether reading ends here.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal(_))
    }

    /// The line (or sheet row) of the trouble, where there is one.
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::Quoting { line, .. }
            | Self::CellTooLong { line, .. }
            | Self::RowTooLong { line, .. }
            | Self::TooManyCells { line, .. }
            | Self::Encoding { line, .. }
            | Self::NotAnObject { line, .. }
            | Self::BadJson { line, .. } => Some(*line),
            Self::Fatal(ReadError::BadJson { line, .. } | ReadError::BadHeader { line, .. }) => {
                Some(*line)
            }
            Self::Fatal(_) => None,
        }
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused; a full disk and a read-only folder come here.
    #[error(
        "{file}: cannot be written ({source}); nothing was left half-written, check the folder and its disk"
    )]
    Io {
        /// As the caller gave it.
        file: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// A folder stands where the file should go.
    #[error("{file}: this is a folder; name a file in it")]
    IsFolder {
        /// As the caller gave it.
        file: Arc<str>,
    },
    /// More columns than the format takes.
    #[error("{file}: {columns} columns are more than {limit}; leave some out")]
    TooManyColumns {
        /// As the caller gave it.
        file: Arc<str>,
        /// How many there are.
        columns: usize,
        /// The limit of the format.
        limit: usize,
    },
    /// More rows than a sheet holds.
    #[error("{file}: a sheet holds {limit} rows; write CSV instead")]
    SheetFull {
        /// As the caller gave it.
        file: Arc<str>,
        /// The limit of the format, header included.
        limit: u32,
    },
    /// The row has another number of cells than the header.
    #[error("{file}, row {row}: {found} cells for {expected} columns")]
    CellCount {
        /// As the caller gave it.
        file: Arc<str>,
        /// Data row, from 1.
        row: u64,
        /// Cells given.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// The workbook could not be made.
    #[error("{file}: the workbook cannot be written ({reason})")]
    Workbook {
        /// As the caller gave it.
        file: Arc<str>,
        /// In the words of the format's writer.
        reason: String,
    },
}
