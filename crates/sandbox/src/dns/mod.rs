//! The DNS of the synthetic world, on loopback by UDP and TCP: MX, addresses of mail hosts, SPF and
//! DMARC, and the ways in which DNS fails.
//!
//! Start at [`start`]; what it says to which name is in `answer`, and in `docs/sandbox-mail.md`.

mod answer;
mod counters;
mod handler;
mod server;
mod settings;

pub use answer::{DANGLING_DOMAIN, SERVFAIL_DOMAIN, TIMEOUT_DOMAIN};
pub use counters::DnsCounts;
pub use server::{DnsServer, DnsStartError, start};
pub use settings::{DnsFaults, DnsSettings};
