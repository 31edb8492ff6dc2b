//! What can go wrong, each in one sentence with its place: with a file (`read`), with one of its rows (`row`),
//! with a file being written (`write`).

mod read;
mod row;
mod write;

pub use read::ReadError;
pub use row::RowFault;
pub use write::WriteError;
