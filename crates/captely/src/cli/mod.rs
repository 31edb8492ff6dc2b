//! The command line: one file a command, definitions only. What the commands do is in `commands`.

mod config;
mod credits;
mod demo;
mod doctor;
mod duplicates;
mod enrich;
mod import;
mod imports;
mod ledger;
mod list;
mod migrate;
mod providers;
mod sandbox;
mod serve;
mod verify;
mod worker;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use config::{ConfigArgs, ConfigCommand};
pub use credits::{CreditsArgs, CreditsCommand, HistoryArgs, UsageArgs, UsageBy};
pub use demo::DemoArgs;
pub use doctor::DoctorArgs;
pub use duplicates::{DuplicatesArgs, DuplicatesCommand};
pub use enrich::{EnrichArgs, OutputFormat, SandboxChoice};
pub use import::{ImportArgs, MatchWord, ReadingArgs};
pub use imports::{ImportsArgs, ImportsCommand};
pub use ledger::{LedgerArgs, LedgerCommand};
pub use list::FieldList;
pub use migrate::MigrateArgs;
pub use providers::ProvidersArgs;
pub use sandbox::{LatencyRange, SandboxArgs, Share, Switch};
pub use serve::{Part, ServeArgs};
pub use verify::{OutsideBudget, VerifyArgs, WAIT_S_MAX};
pub use worker::WorkerArgs;

use crate::config::Override;
use crate::exit::Exit;

const LONG_ABOUT: &str = "\
Turns lists of people and companies into verified contacts.

Captely asks data providers one after the other, the free steps first, until an answer is sure \
enough; checks e-mail addresses and phone numbers; and writes down where every value came from \
and what it cost. It needs nothing else installed.";

const EXAMPLES: &str = "\
Examples:
  captely demo                             see the whole job offline, with no key
  captely doctor                           see what works on this machine
  captely enrich leads.csv -o enriched.csv find and verify e-mail addresses for a list
  captely import leads.csv --dry-run       see what an import would do
  captely verify ada@example.com           check one address
  captely serve                            run the platform on http://127.0.0.1:8080

Settings come from captely.toml, a .env file beside it, the environment and the command line, \
each overruling the one before; `captely config show` lists them all.";

/// The command line of `captely`.
#[derive(Debug, Parser)]
#[command(
    name = "captely",
    version,
    about = "Turns lists of people and companies into verified contacts",
    long_about = LONG_ABOUT,
    after_help = format!("{EXAMPLES}\n\n{}", Exit::help()),
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100,
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Arguments that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "For every command")]
pub struct Global {
    /// Configuration file, instead of ./captely.toml or ~/.config/captely/config.toml
    #[arg(long, global = true, value_name = "FILE", env = "CAPTELY_CONFIG")]
    pub config: Option<PathBuf>,

    /// Sets one setting, such as waterfall.retries=3; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = set_pair)]
    pub set: Vec<(String, String)>,

    /// Prints the result as JSON, for machines
    #[arg(long, global = true)]
    pub json: bool,
}

fn set_pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    match pair {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE, such as waterfall.retries=3".to_owned()),
    }
}

/// The folder and database that a command works on.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Where data is kept")]
pub struct Place {
    /// Folder of the embedded database, the cache and the lock
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Database: sqlite:PATH or postgres://user@host/name (better in DATABASE_URL with a password)
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
}

impl Place {
    fn overrides(&self, into: &mut Overrides) {
        let dir = self.data_dir.as_ref().map(|dir| dir.display().to_string());
        into.add("data.dir", "--data-dir", dir);
        into.add("database.url", "--database", self.database.clone());
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows the whole job offline, on a synthetic world with known truth
    Demo(DemoArgs),
    /// Finds and verifies contacts for the people of a list
    Enrich(EnrichArgs),
    /// Takes the people and companies of a list into the workspace
    Import(ImportArgs),
    /// Lists imports, shows what became of their rows, undoes them
    Imports(ImportsArgs),
    /// Checks e-mail addresses and phone numbers, one or a file of them
    Verify(VerifyArgs),
    /// Lists data providers: what each gives, costs and limits, and the state of your key
    Providers(ProvidersArgs),
    /// Serves a synthetic world of people, providers, DNS and mail servers for trying things out
    Sandbox(SandboxArgs),
    /// Serves the platform over HTTP: API, sign-in, background work
    Serve(ServeArgs),
    /// Shows the credits of a workspace: balance, grants, prices, history, usage
    Credits(CreditsArgs),
    /// Finds contacts that may be one person, makes them one, and takes that back
    Duplicates(DuplicatesArgs),
    /// Checks the ledger of credits
    Ledger(LedgerArgs),
    /// Works on background jobs beside servers that share the database
    Worker(WorkerArgs),
    /// Says what works on this machine and what each missing thing would unlock
    Doctor(DoctorArgs),
    /// Checks or shows the settings
    Config(ConfigArgs),
    /// Brings the database's tables to this version
    Migrate(MigrateArgs),
}

impl Cli {
    /// What this command line sets, over all other layers.
    pub fn overrides(&self) -> Vec<Override> {
        let mut all = Overrides::default();
        for (key, value) in &self.global.set {
            all.add(key, "--set", Some(value.clone()));
        }
        match &self.command {
            Command::Enrich(args) => args.overrides(&mut all),
            Command::Import(args) => args.overrides(&mut all),
            Command::Imports(args) => args.overrides(&mut all),
            Command::Verify(args) => args.overrides(&mut all),
            Command::Doctor(args) => args.place.overrides(&mut all),
            Command::Serve(args) => args.overrides(&mut all),
            Command::Worker(args) => args.place.overrides(&mut all),
            Command::Migrate(args) => args.place.overrides(&mut all),
            Command::Credits(args) => args.place.overrides(&mut all),
            Command::Duplicates(args) => args.place.overrides(&mut all),
            Command::Ledger(args) => args.place.overrides(&mut all),
            Command::Config(args) => args.place.overrides(&mut all),
            Command::Demo(_) | Command::Providers(_) | Command::Sandbox(_) => {}
        }
        all.0
    }
}

/// Settings from arguments, as they are gathered.
#[derive(Debug, Default)]
pub struct Overrides(Vec<Override>);

impl Overrides {
    /// Notes that `argument` sets `key`, where it was given.
    pub fn add(&mut self, key: &str, argument: &str, value: Option<String>) {
        if let Some(value) = value {
            let (key, argument) = (key.to_owned(), argument.to_owned());
            self.0.push(Override { key, value, argument });
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::Sources;

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }

    /// The examples of a command's help as words, without variables before and remarks behind them.
    fn examples(command: &clap::Command) -> Vec<Vec<String>> {
        let help = command.get_after_help().expect("examples").to_string();
        let lines = help.lines().filter_map(|line| line.strip_prefix("  "));
        let plain = lines.filter_map(|line| line.split("  ").next()?.split(" > ").next());
        // Every second part between quotation marks stands between them.
        let words = |line: &str| {
            let parts = line.split('\'').enumerate().flat_map(|(n, part)| match n % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            });
            parts.skip_while(|word| word != "captely").collect()
        };
        plain.map(words).collect()
    }

    #[test]
    fn every_example_of_a_command_is_understood() {
        let all = Cli::command();
        for command in all.get_subcommands() {
            let examples = examples(command);
            assert!(!examples.is_empty(), "{}", command.get_name());
            for words in examples {
                let cli = Cli::try_parse_from(&words).unwrap_or_else(|why| panic!("{why}"));
                let arguments = cli.overrides();
                let loaded = crate::config::load(&Sources { arguments, ..Sources::default() });
                assert_eq!(loaded.faults, [], "{words:?}");
            }
        }
    }

    #[test]
    fn arguments_become_settings() {
        let line = ["captely", "migrate", "--data-dir", "/d", "--set", "waterfall.retries=3"];
        let overrides = Cli::try_parse_from(line).expect("parses").overrides();
        let pairs: Vec<_> = overrides
            .iter()
            .map(|o| (o.key.as_str(), o.value.as_str(), o.argument.as_str()))
            .collect();
        let expected = [("waterfall.retries", "3", "--set"), ("data.dir", "/d", "--data-dir")];
        assert_eq!(pairs, expected);
        assert!(Cli::try_parse_from(["captely", "migrate", "--set", "retries"]).is_err());
    }
}
