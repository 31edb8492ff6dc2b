//! The engine from outside: published sets with known truth, made-up people, hostile rows, properties.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests say what they measured or skipped, and may stop"
)]

mod explained;
mod hostile;
mod made_up;
#[path = "../../benches/people/mod.rs"]
mod people;
mod properties;
mod public_sets;
mod sets;
