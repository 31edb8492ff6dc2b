//! All SQL of this service, one file a table or family of tables.

pub(crate) mod barred;
pub(crate) mod best;
pub(crate) mod cards;
pub(crate) mod changes;
pub(crate) mod companies;
pub(crate) mod contacts;
pub(crate) mod copies;
pub(crate) mod extras;
pub(crate) mod keys;
pub(crate) mod later;
pub(crate) mod merges;
pub(crate) mod pairs;
pub(crate) mod people;
pub(crate) mod remark;
pub(crate) mod settings;
pub(crate) mod undo;
pub(crate) mod values;
