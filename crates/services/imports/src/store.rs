//! All SQL of this service, one file a table.

pub(crate) mod faults;
pub(crate) mod jobs;
pub(crate) mod rows;
