use std::path::PathBuf;

use captely_platform::ids::ImportId;
use clap::{Args, Subcommand};

use super::{Overrides, Place};

const EXAMPLES: &str = "\
Examples:
  captely imports                                                   the newest imports
  captely imports show imp_019900000000700080000000000000ab         one of them
  captely imports rows imp_019900000000700080000000000000ab -o rows.csv
  captely imports errors imp_019900000000700080000000000000ab -o errors.csv
  captely imports undo imp_019900000000700080000000000000ab         takes back what it did";

/// `captely imports`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportsArgs {
    /// What to do; lists the newest where nothing is said.
    #[command(subcommand)]
    pub command: Option<ImportsCommand>,

    /// Imports listed at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// What to do with an import.
#[derive(Debug, Clone, Subcommand)]
pub enum ImportsCommand {
    /// Shows one import: how far it is and how many rows became what
    Show {
        /// Which
        id: ImportId,
    },
    /// Writes the rows of an import with what became of them (CSV)
    Rows {
        /// Which
        id: ImportId,
        /// Where to
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
    },
    /// Writes what could not be used of an import (CSV): line, column, value, reason
    Errors {
        /// Which
        id: ImportId,
        /// Where to
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
    },
    /// Takes back what an import did
    Undo {
        /// Which
        id: ImportId,
    },
}

impl ImportsArgs {
    /// What these arguments set.
    pub fn overrides(&self, into: &mut Overrides) {
        self.place.overrides(into);
    }
}
