//! All SQL of this service, one file a table.

pub(crate) mod best;
pub(crate) mod contacts;
pub(crate) mod keys;
pub(crate) mod values;
