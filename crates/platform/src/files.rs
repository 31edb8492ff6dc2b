//! Files: a store for those the service keeps (a local folder today, S3 by the same trait), and
//! whole-or-nothing writing for those a person asked for.

mod atomic;
mod store;

pub use atomic::{AtomicFile, FileError};
pub use store::{ByteStream, Files, FilesError};
