#![doc = include_str!("../README.md")]

pub mod cli;
pub mod commands;
pub mod config;
pub mod exit;
pub mod truth;
pub mod ui;

use std::ffi::OsString;

use clap::Parser as _;
use clap::error::ErrorKind;

use cli::{Cli, Command};
use config::{Loaded, Sources};
use exit::{CliError, Exit};

/// What a command works with besides its own arguments.
#[derive(Debug)]
pub struct Context {
    /// The configuration with all layers laid over each other.
    pub config: Loaded,
    /// Whether the result goes out as JSON.
    pub json: bool,
}

/// The whole program: parses, runs the command, prints what went wrong, and says how to exit.
pub fn run(words: Vec<OsString>) -> Exit {
    let asked_for_json = words.iter().any(|word| word == "--json");
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(refusal) => return refuse(&refusal, asked_for_json),
    };
    let json = cli.global.json;
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            ui::error(&failure, json);
            failure.code
        }
    }
}

/// Prints help where it was asked for, else what is wrong with the command line.
fn refuse(refusal: &clap::Error, json: bool) -> Exit {
    match refusal.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody is there to read what is printed to a closed pipe.
            let _ = refusal.print();
            Exit::Done
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = refusal.print();
            Exit::Usage
        }
        _ => {
            let text = refusal.render().to_string();
            let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
            let first = lines.next().unwrap_or_default();
            let sentence = first.strip_prefix("error: ").unwrap_or(first).to_owned();
            let (hints, details): (Vec<_>, Vec<_>) = lines
                .map(str::trim)
                .filter(|line| !line.starts_with("For more information"))
                .partition(|line| line.starts_with("tip: "));
            let hint = hints.first().and_then(|hint| hint.strip_prefix("tip: "));
            let failure = CliError::usage(sentence)
                .with_details(details.into_iter().map(str::to_owned).collect())
                .try_this(hint.unwrap_or("add --help to see what there is"));
            ui::error(&failure, json);
            failure.code
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, CliError> {
    let sources = Sources::of_process(cli.global.config.clone(), cli.overrides());
    let context = Context { config: config::load(&sources), json: cli.global.json };
    // Where the settings are faulty, the command says so; where it shows them, it can do without.
    let settings = context.config.settings().ok();
    let _sends_what_waits = settings.map(commands::telemetry::init).transpose()?;
    match cli.command {
        Command::Demo(args) => commands::demo::run(&args, &context),
        Command::Enrich(args) => commands::enrich::run(&args, &context),
        Command::Import(args) => commands::import::run(&args, &context),
        Command::Imports(args) => commands::imports::run(&args, &context),
        Command::Config(args) => commands::config::run(&args, &context),
        Command::Providers(args) => commands::providers::run(&args, &context),
        Command::Doctor(args) => commands::doctor::run(&args, &context),
        Command::Migrate(args) => commands::migrate::run(&args, &context),
        Command::Verify(args) => commands::verify::run(&args, &context),
        Command::Serve(args) => commands::serve::run(&args, &context),
        Command::Credits(args) => commands::credits::run(&args, &context),
        Command::Duplicates(args) => commands::duplicates::run(&args, &context),
        Command::Ledger(args) => commands::ledger::run(&args, &context),
        Command::Worker(args) => commands::serve::work(&args, &context),
        Command::Sandbox(args) => commands::sandbox::run(&args),
    }
}
