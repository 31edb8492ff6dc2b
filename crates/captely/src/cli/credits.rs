use captely_platform::ids::WorkspaceId;
use clap::{Args, Subcommand, ValueEnum};

use super::Place;

const LONG_ABOUT: &str = "\
Shows the credits of a workspace: what is left and held, where it came from and until when it is good, \
what each action costs, what became of it, and on what it was spent.

Credits are what Captely counts by; what providers charge is money, and beside it. The command line's own \
workspace is not limited: it spends as much as it likes, and is counted all the same. The commands only \
read, so that they may be used while a server runs.";

const EXAMPLES: &str = "\
Examples:
  captely credits                                       balance, grants, prices
  captely credits history --kind capture --limit 20     the last 20 that were spent
  captely credits usage --by provider                   the last 30 days, with what it cost in money
  captely credits usage --by day --from 2026-01-01 --to 2026-01-31
  captely credits --sandbox 7                           of runs with --sandbox 7
  captely credits --workspace ws_00000000000070008000000000000001 --json";

/// `captely credits`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct CreditsArgs {
    /// What to show, where it is not balance, grants and prices.
    #[command(subcommand)]
    pub command: Option<CreditsCommand>,

    /// Whose; the command line's own where nothing is said
    #[arg(long, global = true, value_name = "ID")]
    pub workspace: Option<WorkspaceId>,

    /// Those of runs against the synthetic world of this seed (`captely enrich --sandbox`)
    #[arg(long, global = true, value_name = "SEED", conflicts_with = "workspace")]
    pub sandbox: Option<u64>,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// What `captely credits` shows besides.
#[derive(Debug, Clone, Subcommand)]
pub enum CreditsCommand {
    /// Lists every change, the newest first, with its reason and the balance then
    History(HistoryArgs),
    /// Sums up what was spent
    Usage(UsageArgs),
}

/// `captely credits history`.
#[derive(Debug, Clone, Args)]
pub struct HistoryArgs {
    /// Entries shown at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,

    /// Only entries before this number, as the end of a list says it
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    pub before: Option<i64>,

    /// Only these: grant, hold, capture, release, charge, refund, expire, rollover, adjust_add, adjust_take
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,

    /// Only for this, such as email_reveal
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,

    /// Only of this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Only of this run
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,

    /// Only from this moment on, such as 2026-01-02T03:04:05Z
    #[arg(long, value_name = "MOMENT")]
    pub from: Option<String>,

    /// Only before this moment
    #[arg(long, value_name = "MOMENT")]
    pub to: Option<String>,
}

/// What usage is summed up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UsageBy {
    /// What was paid for.
    Action,
    /// Who delivered, with what that cost in money.
    Provider,
    /// Who spent.
    Member,
    /// Runs.
    Run,
    /// Days (UTC).
    Day,
}

/// `captely credits usage`.
#[derive(Debug, Clone, Args)]
pub struct UsageArgs {
    /// By what
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = UsageBy::Action)]
    pub by: UsageBy,

    /// The first day (UTC), such as 2026-01-01; 30 days up to the last where nothing is said
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,

    /// The last day; today where nothing is said
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
}
