//! JSON: `skim` finds where a value ends, `object` makes pairs of it, `objects` streams them.

mod object;
mod objects;
mod skim;

pub(crate) use objects::{Layout, Objects};
