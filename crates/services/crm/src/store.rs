//! All SQL of this service, one file a table.

pub(crate) mod contacts;
pub(crate) mod keys;
pub(crate) mod values;
