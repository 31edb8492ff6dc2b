//! `captely-bench truth`: how right the verifier is, against worlds whose truth is known.

use std::path::PathBuf;

use captely::truth::{Judgement, Report, judge, reliability_plot};
use captely_verify::{Calibration, Level};
use clap::Args;
use serde_json::Value;

use super::cascade::Failed;

/// What stands before the counts in the file that `--fit` writes.
const PREAMBLE: &str = "\
# Addresses of the sandbox's worlds by the verdict's code and what the name looks like: of how many seen, how
# many took mail. Written by `captely-bench truth --fit`; docs/verification/probability.md tells how.
";

/// Options of `captely-bench truth`.
#[derive(Debug, Args)]
pub(super) struct TruthArgs {
    /// Seeds of the worlds
    #[arg(long, value_delimiter = ',', default_value = "1")]
    seeds: Vec<u64>,
    /// Addresses of each world
    #[arg(long, default_value_t = 20_000)]
    addresses: u32,
    /// How deep to look; all four levels if left out and fitting
    #[arg(long)]
    level: Option<String>,
    /// Write what was counted as the table of probabilities
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,
    /// Write the reliability plot
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(super) fn run(args: &TruthArgs) -> Result<Value, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let levels = match &args.level {
        Some(level) => vec![level.parse::<Level>()?],
        None if args.fit.is_some() => Level::ALL.to_vec(),
        None => vec![Level::Smtp],
    };
    let mut judged = Vec::new();
    for seed in &args.seeds {
        for level in &levels {
            let what = Judgement { seed: *seed, addresses: args.addresses, level: *level };
            judged.extend(runtime.block_on(judge(what)).map_err(|why| why.to_string())?);
        }
    }
    if let Some(file) = &args.fit {
        let mut table = Calibration::default();
        for one in &judged {
            table.learn(&one.verdict.basis, one.verdict.code, one.truth.delivers());
        }
        std::fs::write(file, format!("{PREAMBLE}{}", table.to_text()))?;
    }
    let report = Report::of(&judged);
    if let Some(file) = &args.plot {
        let error = report.calibration_error();
        let title = format!("{} addresses, calibration error {error:.3}", report.addresses);
        std::fs::write(file, reliability_plot(&report, &title))?;
    }
    Ok(report.to_json())
}
