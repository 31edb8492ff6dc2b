use std::sync::Arc;

use super::ReadError;

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
    /// A vCard that has no end, or text outside a card.
    #[error("{file}, line {line}: {reason}")]
    BadCard {
        /// The file.
        file: Arc<str>,
        /// Line of the trouble.
        line: u64,
        /// What is wrong, and what to do.
        reason: &'static str,
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
            | Self::BadJson { line, .. }
            | Self::BadCard { line, .. } => Some(*line),
            Self::Fatal(ReadError::BadJson { line, .. } | ReadError::BadHeader { line, .. }) => {
                Some(*line)
            }
            Self::Fatal(
                ReadError::ArchiveBomb { line, .. } | ReadError::DamagedArchive { line, .. },
            ) => *line,
            Self::Fatal(_) => None,
        }
    }
}
