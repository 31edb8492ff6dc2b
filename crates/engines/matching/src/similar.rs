//! How alike two texts are. Every measure is symmetric: the order of its arguments never counts.

mod edits;
mod jaro;
mod words;

pub(crate) use edits::{EDITS_MAX, within_edits};
pub(crate) use jaro::Jaro;
pub(crate) use words::{Common, Weighed, common_words};
