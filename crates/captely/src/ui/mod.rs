//! What a person sees: output, tables, progress, numbers.

mod format;
mod out;
mod progress;
mod table;

pub use format::{count, dollars, duration, money};
pub use out::{error, json_line, note, text};
pub use progress::Progress;
pub use table::{Table, Tone};
