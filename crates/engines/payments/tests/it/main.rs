//! The client against a loopback server that answers as the contract says, and as it does not.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the allowance for tests does not reach their helper functions"
)]

mod calls;
mod faults;
mod invoices;
mod lists;
mod loopback;
mod played;
mod secrets;
