//! Everything that needs a database runs here, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot set up should fail"
)]

mod bulk;
mod errors;
mod events;
mod files;
mod jobs;
mod migrate;
mod schedules;
mod transactions;
