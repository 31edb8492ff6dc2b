use std::io;
use std::sync::Arc;

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
