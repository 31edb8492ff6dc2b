//! The clients against a loopback server that answers as the contracts say, and as they do not.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the allowance for tests does not reach their helper functions"
)]

mod bulks;
mod checker_secrets;
mod checks;
mod fixtures;
mod garbage;
mod guard;
mod lists;
mod loopback;
mod played;
mod registry;
mod script;
mod secrets;
mod transport;
