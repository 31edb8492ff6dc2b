//! How likely a mail is delivered: what became of addresses that looked the same to the verifier.

mod basis;
mod likeness;
mod table;

pub use basis::{Basis, Count};
pub use likeness::Likeness;
pub use table::{Calibration, CalibrationError};
