//! `captely verify`: checks addresses and numbers, given one by one or in files.

mod answer;
mod columns;
mod desk;
mod details;
mod file;
mod forecast;
mod ones;
mod outside;
mod over;
mod result_file;
mod source;
mod summary;
mod table;
mod target;

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use captely_platform::chance::Chance;
use captely_verify::{EmailVerifier, Level};
use serde_json::json;

use super::local::{Local, try_input};
use super::mail_world::MailWorld;
use super::output::{self, Output};
use super::runtime;
use super::verifier as setup;
use crate::Context;
use crate::cli::VerifyArgs;
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui;

use answer::Checked;
use desk::Desk;
use file::{FileSummary, Task};
use outside::OutsideDesk;
use summary::Summary;
use target::Target;

/// What an output is called where none is named.
const SUFFIX: &str = "-verified";

/// What is to be done, all of it known to be possible.
struct Plan {
    ones: Vec<String>,
    ones_output: Option<Output>,
    files: Vec<(std::path::PathBuf, Output)>,
}

/// What came of the command.
struct Done {
    ones: Vec<Checked>,
    /// The sums over everything that was checked.
    all: Summary,
    files: Vec<FileSummary>,
    /// What to say of the outside verifier.
    remarks: Vec<String>,
    outside: Option<serde_json::Value>,
}

/// Runs `captely verify`. That an address is bad is a result, not an error: the exit code is 0.
pub fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let plan = plan(args)?;
    let done = runtime::block_on(work(&plan, args, settings, context.json))?;
    if context.json {
        ui::json_line(&done.to_json())?;
        return Ok(done.exit());
    }
    if !done.ones.is_empty() {
        ui::text(&table::table(&done.ones))?;
        if args.evidence {
            ui::text(&table::evidence(&done.ones))?;
        }
    }
    for file in &done.files {
        file.repairs.iter().for_each(|repair| ui::note(repair));
        file.summary.remarks().iter().for_each(|remark| ui::note(remark));
        ui::text(&file.sentence())?;
    }
    done.remarks.iter().for_each(|remark| ui::note(remark));
    Ok(done.exit())
}

impl Done {
    fn exit(&self) -> Exit {
        if self.all.outside.short_of_budget > 0 { Exit::Budget } else { Exit::Done }
    }

    /// The sums over everything that was checked, then each answer and each file.
    fn to_json(&self) -> serde_json::Value {
        let results: Vec<_> = self.ones.iter().map(Checked::to_json).collect();
        let files: Vec<_> = self.files.iter().map(FileSummary::to_json).collect();
        self.all.to_json(json!({ "results": results, "files": files, "outside": self.outside }))
    }
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
        try_input(&path)?;
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
) -> Result<Done, CliError> {
    let world = match &args.sandbox.sandbox {
        Some(choice) => Some(MailWorld::choose(choice).await?),
        None => None,
    };
    let mut stop = pin!(runtime::stop_asked());
    let local = open_local(plan, settings).await?;
    let verifier = verifier(settings, world.as_ref(), local.as_ref())?;
    let mut desk = Desk::new(settings, verifier);
    if let Some(local) = local {
        desk.remember_in(local, settings, world.as_ref(), args.fresh);
    }
    if let Some(outside) = OutsideDesk::choose(args, settings, world.as_ref())? {
        desk.use_outside(outside)?;
    }
    let wait = Duration::from_secs(settings.verify.wait_s.into());
    // who asks for one address wants to see what there is, unless waiting was asked for
    let wait_for_ones = if args.wait.is_some() { wait } else { Duration::ZERO };
    let (ones, of_ones) = tokio::select! {
        asked = &mut stop => {
            asked?;
            return Err(CliError::interrupted("stopped"));
        }
        ones = ones::check(&desk, &plan.ones, wait_for_ones) => ones?,
    };
    if let Some(output) = &plan.ones_output {
        ones::write(output, &ones)?;
    }
    let mut files: Vec<FileSummary> = Vec::new();
    for (path, output) in &plan.files {
        let task = Task { path, output, desk: &desk, wait, quiet };
        files.push(Box::pin(task.run(stop.as_mut())).await?);
    }
    let mut all = of_ones;
    for file in &files {
        all.add(&file.summary);
    }
    let remarks = desk.outside().map(|outside| outside.remarks(&all.outside)).unwrap_or_default();
    let outside = desk.outside().map(|outside| outside.to_json(&all.outside));
    Ok(Done { ones, all, files, remarks, outside })
}

/// Where answers are remembered. At level syntax nothing is: working an answer out is cheaper than
/// looking it up.
async fn open_local(plan: &Plan, settings: &Settings) -> Result<Option<Local>, CliError> {
    if settings.verify.level == Level::Syntax {
        return Ok(None);
    }
    match Local::open(settings).await {
        // one address is soon asked again; a list could not go on after an interruption
        Err(why) if plan.files.is_empty() => {
            ui::note(&format!("nothing is remembered: {}", why.sentence));
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

fn verifier(
    settings: &Settings,
    world: Option<&MailWorld>,
    local: Option<&Local>,
) -> Result<EmailVerifier, CliError> {
    let seed = match local {
        Some(local) => setup::seed(&local.place),
        None => Chance::from_os().map_err(|why| CliError::internal(why.to_string()))?.u64(),
    };
    let config = setup::config(&settings.verify)?;
    let config = world.map_or(config.clone(), |world| world.instead(config));
    EmailVerifier::new(config, seed).map_err(|why| CliError::nothing(why.to_string()))
}
