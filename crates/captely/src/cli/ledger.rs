use captely_platform::ids::WorkspaceId;
use clap::{Args, Subcommand};

use super::Place;

const LONG_ABOUT: &str = "\
Checks the ledger of credits. Every entry is replayed from the first on, and what comes of it is compared \
with what is stored: numbers without gaps, the six sums, the balance in every line, what is left of every \
grant, open holds, payments and refunds. Nothing is changed, and others go on meanwhile. The server does the same \
once a day.

Ends with 0 if all is right, and with 1 if anything is not.";

const EXAMPLES: &str = "\
Examples:
  captely ledger verify
  captely ledger verify --workspace ws_00000000000070008000000000000001 --json
  DATABASE_URL=postgres://captely@db/captely captely ledger verify";

/// `captely ledger`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct LedgerArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: LedgerCommand,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// What `captely ledger` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum LedgerCommand {
    /// Replays every entry and compares; ends with 1 if anything is wrong
    Verify {
        /// Only this workspace
        #[arg(long, value_name = "ID")]
        workspace: Option<WorkspaceId>,
    },
}
