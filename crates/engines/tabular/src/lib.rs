#![doc = include_str!("../README.md")]

mod csv;
mod decode;
mod error;
mod facts;
mod format;
mod header;
mod json;
mod keyed;
/// Limits on everything that is read, each with its unit.
pub mod limits;
mod magic;
mod open;
mod packed;
mod reader;
mod recognise;
mod row;
mod sheet;
mod text;
/// Values made plain: dates, numbers with units, answers.
pub mod value;
mod vcard;
mod window;
mod write;

pub use error::{ReadError, RowFault, WriteError};
pub use facts::{Dialect, Facts, FileForm, LineEnd, Repairs, Tally};
pub use format::{Format, UnknownFormat};
pub use header::{HeaderRow, distinct_names};
pub use limits::Limits;
pub use open::{ReadOptions, open, open_stream};
pub use reader::Reader;
pub use recognise::{
    Mapping, MissingColumns, Need, Preset, Recognised, Role, closest_name, column_named,
    folded_name, recognise,
};
pub use row::{Row, RowNote};
pub use write::{Cell, TakenBytes, WriteOptions, Writer, Written, create, create_on, create_with};
