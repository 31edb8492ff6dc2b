//! The program `captely`. Everything is in the library beside it; this hands over the arguments.

use std::process::ExitCode;

/// A third of the time of a run went into the system's allocator; docs/performance.md has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    captely::run(std::env::args_os().collect()).into()
}
