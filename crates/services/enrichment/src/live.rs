//! A run while it runs: its jobs are claimed (`claims.rs`), rows walk (`walk.rs`, `asking.rs`), a desk a provider makes the calls (`desk.rs`, `admit.rs`, `monthly.rs`,
//! `call.rs`, `poller.rs`, `settle.rs`), one journal writes what became of them (`journal.rs`, `writer.rs`).

mod admit;
mod answered;
mod aside;
mod ask;
mod asking;
mod batch;
mod books;
mod call;
mod claims;
mod count;
mod desk;
mod floor;
mod groups;
mod guess;
mod history;
mod journal;
mod left_open;
mod measure;
mod monthly;
mod poller;
mod progress;
mod settle;
mod slots;
mod spending;
mod walk;
mod writer;

pub(crate) use batch::{BATCH_CONTACTS_MAX, BatchPayload, run_batch};
pub(crate) use books::Books;
pub(crate) use claims::{Claims, Queue};
pub(crate) use count::Count;
pub(crate) use desk::{Desk, Shared};
pub(crate) use floor::Floor;
pub(crate) use journal::Journal;
pub use progress::Progress;
pub(crate) use slots::Limits;
