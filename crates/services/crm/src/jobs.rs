//! The background jobs of this service, one a file.

mod find_duplicates;

pub use find_duplicates::{FindDuplicates, find_duplicates_job};
