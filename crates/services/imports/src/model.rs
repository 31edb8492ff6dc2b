use captely_platform::ids::{ContactId, ImportId};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Rows are being read, or were when the process ended.
    Processing,
    /// Every row is in.
    Done,
}

impl ImportState {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Done => "done",
        }
    }
}

/// A file that was read into the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id in the workspace.
    pub id: ImportId,
    /// BLAKE3 of the file's bytes.
    pub content_hash: Vec<u8>,
    /// The columns as the file names them.
    pub header: Vec<String>,
    /// Rows stored, those that name nobody included.
    pub rows: u64,
    /// Rows that could not be read.
    pub faults: u64,
    /// What was repaired or left out while reading, in sentences; nothing where the file was in already.
    pub notes: Vec<String>,
    /// Cells that the widest row has behind the last column of the header.
    pub surplus: usize,
    /// Rows that an earlier, interrupted or finished reading of the same file had already stored.
    pub known_rows: u64,
}

/// One row as the file gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line or sheet row, from 1.
    pub line: u64,
    /// Whom it is about; `None` for a row that names nobody.
    pub contact: Option<ContactId>,
    /// The cells as read; where there are more than the header has columns, the rest is surplus.
    pub cells: Vec<String>,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line or sheet row, from 1.
    pub line: u64,
    /// What is wrong with it, in a sentence.
    pub reason: String,
}
