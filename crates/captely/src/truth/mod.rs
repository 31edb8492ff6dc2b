//! How right the verifier is, measured against a synthetic world whose truth is known.

mod judge;
mod plot;
mod report;

pub use judge::{Judged, Judgement, judge};
pub use plot::reliability_plot;
pub use report::{Bin, Report};
