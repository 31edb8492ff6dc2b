use clap::Args;

use super::Place;

const LONG_ABOUT: &str = "\
Brings the tables of the database to this version of captely, and prints what was applied. Safe to \
repeat: where nothing is to be done, nothing is. The other commands do the same for the embedded \
database by themselves; a PostgreSQL server is only changed by this command.";

const EXAMPLES: &str = "\
Examples:
  captely migrate
  DATABASE_URL=postgres://captely@db/captely captely migrate";

/// `captely migrate`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct MigrateArgs {
    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}
