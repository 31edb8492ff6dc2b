use captely_crm::{MergeId, PairId};
use captely_platform::ids::{ContactId, WorkspaceId};
use clap::{Args, Subcommand};

use super::Place;

const LONG_ABOUT: &str = "\
Finds contacts of a workspace that may be one person, shows what speaks for it, and makes them one. \
Every merge can be undone: both contacts are then what they were, but for what somebody changed since.

`find` compares all contacts and asks about what it finds; nothing is merged unless --merge-same is \
given, and then only what is the same beyond doubt. An import looks by itself for duplicates of those whom it \
made when it ends; `settings --merge-same true` lets it merge in the same way.";

const EXAMPLES: &str = "\
Examples:
  captely duplicates find
  captely duplicates list --min-percent 90
  captely duplicates show pair_019900000000700080000000000000ab
  captely duplicates merge pair_019900000000700080000000000000ab --take title=gone
  captely duplicates dismiss pair_019900000000700080000000000000ab
  captely duplicates settings --merge-same true
  captely duplicates undo merge_019900000000700080000000000000ab";

/// `captely duplicates`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct DuplicatesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DuplicatesCommand,

    /// Whose contacts; the command line's own where nothing is said
    #[arg(long, global = true, value_name = "ID")]
    pub workspace: Option<WorkspaceId>,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// What `captely duplicates` does.
#[derive(Debug, Clone, Subcommand)]
pub enum DuplicatesCommand {
    /// Compares all contacts and asks about those that may be one
    Find {
        /// Merges those that are the same beyond doubt
        #[arg(long)]
        merge_same: bool,
    },
    /// Lists the pairs that wait for somebody to decide, the likeliest first
    List {
        /// Pairs shown at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,

        /// Only those at least so likely to be one person
        #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
        min_percent: u32,
    },
    /// Shows both contacts of a pair side by side, and what speaks for one person
    Show {
        /// The pair
        #[arg(value_name = "PAIR")]
        pair: PairId,
    },
    /// Makes the two of a pair one
    Merge {
        /// The pair
        #[arg(value_name = "PAIR")]
        pair: PairId,

        /// The contact that stays; the one of whom more is known where nothing is said
        #[arg(long, value_name = "CONTACT")]
        keep: Option<ContactId>,

        /// Whose value of a field is taken, such as title=gone; may be repeated
        #[arg(long, value_name = "FIELD=kept|gone", value_parser = take)]
        take: Vec<(String, captely_crm::Take)>,
    },
    /// Says that the two of a pair are two people
    Dismiss {
        /// The pair
        #[arg(value_name = "PAIR")]
        pair: PairId,
    },
    /// Shows what the workspace has set for the search at the end of an import, or sets it
    Settings {
        /// Whether contacts that are the same beyond doubt are merged without asking
        #[arg(long, value_name = "true|false")]
        merge_same: Option<bool>,
    },
    /// Undoes a merge
    Undo {
        /// The merge
        #[arg(value_name = "MERGE")]
        merge: MergeId,
    },
}

fn take(text: &str) -> Result<(String, captely_crm::Take), String> {
    match text.split_once('=') {
        Some((field, "kept")) => Ok((field.to_owned(), captely_crm::Take::Kept)),
        Some((field, "gone")) => Ok((field.to_owned(), captely_crm::Take::Gone)),
        _ => Err("write FIELD=kept or FIELD=gone, such as title=gone".to_owned()),
    }
}
