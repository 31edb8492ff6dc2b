use std::path::PathBuf;

use clap::Args;

const LONG_ABOUT: &str = "\
Shows the whole job offline, with no account and no key: starts a synthetic world of people, \
providers, DNS and mail servers on this machine, takes a sample list from it, enriches and \
verifies it, and compares the result with the world's truth. Prints a table and where the files \
are.";

const EXAMPLES: &str = "\
Examples:
  captely demo
  captely demo --rows 500 --seed 7 --out-dir ./demo-out";

/// `captely demo`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct DemoArgs {
    /// The world's seed; the same seed gives the same world
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// People in the sample list
    #[arg(long, value_name = "N", default_value_t = 100,
          value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub rows: u32,

    /// Folder for the sample list, the result and the demo's own database
    #[arg(long, value_name = "DIR", default_value = "demo-out")]
    pub out_dir: PathBuf,
}
