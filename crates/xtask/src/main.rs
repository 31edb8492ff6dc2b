#![doc = include_str!("../README.md")]

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

mod chore;
mod files;
mod house;
mod licences;
mod metadata;
mod new;
#[cfg(test)]
mod planted;
mod report;
mod source;
mod spdx;
mod tidy;

use chore::{Chore, HELP};
use house::House;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    let result = match chore::parse(&arguments) {
        Ok(Chore::Help) => write!(out, "{HELP}").map(|()| true).map_err(|error| error.to_string()),
        Ok(Chore::Tidy { root }) => tidy(root, &mut out),
        Ok(Chore::Licences { root }) => licences(root, &mut out),
        Ok(Chore::New { root, room, name }) => new(root, room, &name, &mut out),
        Err(error) => Err(error.to_string()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to tell it to if standard error is closed too.
            let _ = writeln!(io::stderr(), "xtask: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs every rule over the tree. `Ok(false)`: there are violations and they have been printed.
fn tidy(root: Option<PathBuf>, out: &mut dyn Write) -> Result<bool, String> {
    let house = House::open(&root_or_here(root)?).map_err(|error| error.to_string())?;
    report::print(&house, tidy::RULES, out).map_err(|error| error.to_string())
}

/// Runs the rule on licences alone.
fn licences(root: Option<PathBuf>, out: &mut dyn Write) -> Result<bool, String> {
    let house = House::open(&root_or_here(root)?).map_err(|error| error.to_string())?;
    report::print(&house, &[licences::RULE], out).map_err(|error| error.to_string())
}

/// Writes a scaffold and prints what is left to do.
fn new(
    root: Option<PathBuf>,
    room: new::Room,
    name: &str,
    out: &mut dyn Write,
) -> Result<bool, String> {
    let made = new::write(&root_or_here(root)?, room, name).map_err(|error| error.to_string())?;
    write!(out, "{made}").map(|()| true).map_err(|error| error.to_string())
}

/// The tree to work on: the one named, or the workspace around the current directory.
fn root_or_here(root: Option<PathBuf>) -> Result<PathBuf, String> {
    root.map_or_else(|| files::workspace_root().map_err(|error| error.to_string()), Ok)
}
