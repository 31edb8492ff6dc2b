//! `captely verify`: checks addresses and numbers, given one by one or in files.

mod check;
mod columns;
mod file;
mod target;

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use captely_platform::chance::Chance;
use captely_verify::EmailVerifier;
use futures::StreamExt as _;
use futures::stream;
use serde_json::json;

use super::mail_world::MailWorld;
use super::output::{self, Output};
use super::runtime;
use crate::Context;
use crate::cli::VerifyArgs;
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone};

use check::{Checked, Checker, Kind};
use file::Summary;
use target::Target;

/// What an output is called where none is named.
const SUFFIX: &str = "-verified";

/// What is to be done, all of it known to be possible.
struct Plan {
    ones: Vec<String>,
    ones_output: Option<Output>,
    files: Vec<(std::path::PathBuf, Output)>,
}

/// Runs `captely verify`. That an address is bad is a result, not an error: the exit code is 0.
pub fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let plan = plan(args)?;
    let (checked, summaries) = runtime::block_on(work(&plan, args, settings, context.json))?;
    if context.json {
        let results: Vec<_> = checked.iter().map(Checked::to_json).collect();
        let files: Vec<_> = summaries.iter().map(Summary::to_json).collect();
        ui::json_line(&json!({ "results": results, "files": files }))?;
        return Ok(Exit::Done);
    }
    if !checked.is_empty() {
        ui::text(&table(&checked))?;
    }
    for summary in &summaries {
        summary.repairs.iter().for_each(|repair| ui::note(repair));
        summary.complaints().iter().for_each(|complaint| ui::note(complaint));
        ui::text(&summary.sentence())?;
    }
    Ok(Exit::Done)
}

/// Sorts the arguments and decides where results go.
fn plan(args: &VerifyArgs) -> Result<Plan, CliError> {
    let mut plan = Plan { ones: Vec::new(), ones_output: None, files: Vec::new() };
    let mut paths = Vec::new();
    for input in &args.inputs {
        match Target::of(input)? {
            Target::One(text) => plan.ones.push(text),
            Target::File(path) => paths.push(path),
        }
    }
    let given = args.output.as_deref();
    if given.is_some() && paths.len() + usize::from(!plan.ones.is_empty()) > 1 {
        let sentence = "-o names one output, but there are several inputs";
        return Err(CliError::usage(sentence).try_this("one command for each file"));
    }
    if paths.is_empty() && given.is_some() {
        // Nothing is read from a file, so there is no input that could be overwritten.
        plan.ones_output = Some(output::choose(Path::new(""), given, None, SUFFIX)?);
    }
    for path in paths {
        // A missing file is told as such, not as a folder that cannot be written to.
        captely_tabular::open(&path, &captely_tabular::ReadOptions::default())
            .map_err(|why| CliError::bad_input(why.to_string()))?;
        let output = output::choose(&path, given, None, SUFFIX)?;
        plan.files.push((path, output));
    }
    Ok(plan)
}

async fn work(
    plan: &Plan,
    args: &VerifyArgs,
    settings: &Settings,
    quiet: bool,
) -> Result<(Vec<Checked>, Vec<Summary>), CliError> {
    let world = match &args.sandbox.sandbox {
        Some(choice) => Some(MailWorld::choose(choice).await?),
        None => None,
    };
    let checker = checker(args, settings, world.as_ref())?;
    let at_once = settings.verify.addresses_at_once;
    let mut stop = pin!(runtime::stop_asked());
    let ones = check_ones(plan.ones.clone(), &checker, at_once);
    let checked = tokio::select! {
        asked = &mut stop => {
            asked?;
            return Err(CliError::interrupted("stopped"));
        }
        checked = ones => checked,
    };
    if let Some(output) = &plan.ones_output {
        file::write_ones(output, &checked)?;
    }
    let mut summaries = Vec::new();
    for (path, output) in &plan.files {
        let summary = file::check(path, output, &checker, at_once, stop.as_mut(), quiet).await?;
        summaries.push(summary);
    }
    Ok((checked, summaries))
}

fn checker(
    args: &VerifyArgs,
    settings: &Settings,
    world: Option<&MailWorld>,
) -> Result<Checker, CliError> {
    let seed = Chance::from_os().map_err(|why| CliError::internal(why.to_string()))?.u64();
    let config = settings.verify.for_engine();
    let config = world.map_or(config.clone(), |world| world.instead(config));
    let verifier =
        EmailVerifier::new(config, seed).map_err(|why| CliError::nothing(why.to_string()))?;
    let country = args.country.as_deref().map(Arc::from);
    Ok(Checker { verifier, level: settings.verify.level, country })
}

/// All at once as far as the settings let, in the order given.
async fn check_ones(texts: Vec<String>, checker: &Checker, at_once: usize) -> Vec<Checked> {
    let one = |text: String| {
        let kind = if text.contains('@') { Kind::Email } else { Kind::Phone };
        checker.check(text, Some(kind), "")
    };
    stream::iter(texts).map(one).buffered(at_once).collect().await
}

fn table(checked: &[Checked]) -> String {
    let mut table =
        Table::new(["input", "status", "safe", "catch-all", "score", "level", "reason"]);
    for one in checked {
        let [input, _kind, status, safe, catch_all, score, level, reason, _at] = one.cells();
        let tone = match one.safe {
            "safe" => Tone::Good,
            "invalid" => Tone::Bad,
            _ => Tone::Warn,
        };
        table.row([
            (input, Tone::Plain),
            (status, tone),
            (safe, tone),
            (catch_all, Tone::Plain),
            (score, Tone::Plain),
            (level, Tone::Plain),
            (reason, Tone::Plain),
        ]);
    }
    table.render()
}
