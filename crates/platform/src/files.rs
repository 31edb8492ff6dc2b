//! Files: a store for those the service keeps (a local folder, or a bucket of S3), links to them, and
//! whole-or-nothing writing for those a person asked for.

mod atomic;
mod compose;
mod error;
mod file_name;
mod link;
mod list;
mod name;
mod probe;
mod put;
mod reader;
mod s3;
mod store;
mod sweep;
mod writing;

pub use atomic::{AtomicFile, FileError};
pub use error::FilesError;
pub use file_name::{disposition, tame_file_name};
pub use link::{LINK_TIME_MAX, Link, LinkFault, Links, Shared, Use};
pub use list::Listed;
pub use put::Written;
pub use reader::FileReader;
pub use s3::S3Config;
pub use store::{ByteStream, Files};
