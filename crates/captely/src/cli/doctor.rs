use clap::Args;

use super::Place;

const LONG_ABOUT: &str = "\
Looks at what captely needs: configuration, data folder, disk space, database, DNS, the way out to \
mail servers (port 25) and provider keys. Says for each missing thing what it would unlock. Ends \
with 0 unless something is broken that every job needs.";

const EXAMPLES: &str = "\
Examples:
  captely doctor
  captely doctor --database postgres://captely@db/captely
  captely doctor --json";

/// `captely doctor`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct DoctorArgs {
    /// The domain whose mail server is looked up and greeted
    #[arg(long, value_name = "DOMAIN", default_value = "gmail.com")]
    pub probe_domain: captely_contact::Domain,

    /// How long each question to the network may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5,
          value_parser = clap::value_parser!(u64).range(1..=60))]
    pub timeout_s: u64,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}
