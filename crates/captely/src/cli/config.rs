use clap::{Args, Subcommand};

use super::Place;

const LONG_ABOUT: &str = "\
Checks or shows the settings.

Layers, each overruling the one before: built-in values; captely.toml here, or \
~/.config/captely/config.toml, or --config FILE; captely.<CAPTELY_ENV>.toml beside it, where \
CAPTELY_ENV is development, staging or production; a .env file beside it; the environment \
(CAPTELY_SECTION_NAME, DATABASE_URL and the providers' key variables); the command line.";

const EXAMPLES: &str = "\
Examples:
  captely config check
  captely config show
  CAPTELY_ENV=production captely config show --json";

/// `captely config`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// What `captely config` can do.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Says everything that is wrong with the settings, at once; ends with 2 if anything is
    Check,
    /// Lists every setting with its value and where that comes from; secrets are never shown
    Show,
}
