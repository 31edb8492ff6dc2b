use clap::Args;

const LONG_ABOUT: &str = "\
Lists the data providers: what each gives, what it charges and when, how fast it may be asked, and \
the state of your key; and likewise the checkers, which say whether an address or number lives. \
Prices in dollars are per credit as your configuration says, or else assumptions from public price \
pages.";

const EXAMPLES: &str = "\
Examples:
  captely providers
  captely providers --check        asks each provider, free of charge, whether it takes your key
  HUNTER_API_KEY=… captely providers --json";

/// `captely providers`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct ProvidersArgs {
    /// Asks each provider whether it takes your key, by a free call
    #[arg(long)]
    pub check: bool,
}
