use std::net::IpAddr;

use captely_contact::Domain;
use captely_verify::PROBE_DOMAINS;
use clap::Args;

use super::Place;

const LONG_ABOUT: &str = "\
Looks at what captely needs: configuration, data folder, disk space, database, DNS, the way out to \
mail servers (port 25), how this machine looks to them (reverse DNS, HELO name, sender domain, SPF, \
block lists), the clock, what `captely serve` needs (keys, address, mail) and provider keys. Says \
for each missing thing what it would unlock and how to mend it. Ends with 0 unless something is broken that every job needs.

Asks the name servers, one mail host of each --probe-domain (a greeting and nothing else), and the \
block lists of verify.block_lists about the public address of this machine. No other service is told \
anything.";

const EXAMPLES: &str = "\
Examples:
  captely doctor
  captely doctor --database postgres://captely@db/captely
  captely doctor --address 203.0.113.7
  captely doctor --probe-domain example.com --probe-domain example.net
  captely doctor --json";

/// `captely doctor`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct DoctorArgs {
    /// A domain whose mail server is looked up and greeted; up to five, of different providers
    #[arg(long, value_name = "DOMAIN", default_values = PROBE_DOMAINS)]
    pub probe_domain: Vec<Domain>,

    /// The address of this machine that mail servers see [setting verify.public_address; found out
    /// unless set]
    #[arg(long, value_name = "IP")]
    pub address: Option<IpAddr>,

    /// How long each question to the network may take, in seconds; all together four times that
    #[arg(long, value_name = "SECONDS", default_value_t = 5,
          value_parser = clap::value_parser!(u64).range(1..=60))]
    pub timeout_s: u64,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}
