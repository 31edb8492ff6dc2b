use std::io;
use std::sync::Arc;

use crate::packed::UnpackFault;

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
        "{file}: this looks like {kind}, not a list; give a CSV, Excel, OpenDocument, JSON or vCard file"
    )]
    NotATable {
        /// As the caller gave it.
        file: Arc<str>,
        /// With its article: `a PDF document`.
        kind: &'static str,
    },
    /// The workbook, or the file in an archive, is encrypted.
    #[error(
        "{file}: it is protected by a password; open it, remove the password and save it again"
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
    /// An archive that unpacks to more than a list needs.
    #[error("{file}{}: it unpacks to more than {limit}; unpack it and give the list itself", place(*line))]
    ArchiveBomb {
        /// As the caller gave it, with the file in the archive.
        file: Arc<str>,
        /// Line reached, if any.
        line: Option<u64>,
        /// How large or how many times larger.
        limit: String,
    },
    /// An archive whose bytes are damaged, or end too early.
    #[error("{file}{}: the archive is damaged ({reason}); pack or upload it again", place(*line))]
    DamagedArchive {
        /// As the caller gave it, with the file in the archive.
        file: Arc<str>,
        /// Line reached, if any.
        line: Option<u64>,
        /// What is wrong.
        reason: String,
    },
    /// The archive holds several lists and none was asked for, or not the one asked for.
    #[error("{file}: {problem}; lists in it: {lists}")]
    NoSuchList {
        /// As the caller gave it.
        file: Arc<str>,
        /// What is missing.
        problem: String,
        /// Their names.
        lists: String,
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

fn place(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

impl ReadError {
    /// What a failed read at `line` means: trouble of the disk, or of the archive the bytes come from.
    pub(crate) fn of_io(file: &Arc<str>, line: Option<u64>, source: io::Error) -> Self {
        let file = Arc::clone(file);
        let fault = source.get_ref().and_then(|inner| inner.downcast_ref::<UnpackFault>());
        match fault.cloned() {
            None => Self::Unreadable { file, source },
            Some(UnpackFault::TooLarge(limit)) => Self::ArchiveBomb { file, line, limit },
            Some(UnpackFault::Broken(reason)) => Self::DamagedArchive { file, line, reason },
        }
    }

    /// A file of so many bytes, over the limit.
    pub(crate) fn too_large(file: &Arc<str>, bytes: u64, limit_bytes: u64) -> Self {
        let (found, limit) = (format!("{} MiB", bytes >> 20), format!("{} MiB", limit_bytes >> 20));
        Self::TooLarge { file: Arc::clone(file), found, limit }
    }
}
