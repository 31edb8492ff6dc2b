//! The program `captely`. Everything is in the library beside it; this hands over the arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    captely::run(std::env::args_os().collect()).into()
}
