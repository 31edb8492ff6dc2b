//! Values of a list made plain, the text they come from untouched: `date` reads dates by the order their column
//! keeps, `month` knows months by name, `quantity` reads numbers with units and ranges, `consent` reads
//! answers to the question whether somebody may be written to; `kind` tells kinds of cells apart at a glance.

mod consent;
mod date;
mod kind;
mod month;
mod quantity;

pub use consent::{Asks, Consent, consent, truth};
pub use date::{DateFault, DateOrder, Moment, date, date_order};
pub(crate) use kind::{CellKind, is_email, is_url};
pub use quantity::{Quantity, Unit, quantity, unit_of};
