use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Domain, Timestamp};

use crate::config::{ConfigError, VerifyConfig};

/// Domains whose mail hosts are greeted; more would be a nuisance to strangers.
const PROBE_DOMAINS_MAX: usize = 5;
/// Block lists asked; each gets up to four questions.
const BLOCK_LISTS_MAX: usize = 16;
/// SNTP (RFC 5905 §7.2).
const NTP_PORT: u16 = 123;

/// Domains of three providers that do not depend on one another, so that silence of all is not theirs.
pub const PROBE_DOMAINS: [&str; 3] = ["gmail.com", "outlook.com", "yahoo.com"];

/// Block lists whose published terms leave nobody out: the Passive Spam Block List ("Anybody is free to
/// use PSBL", psbl.surriel.com/howto) and SpamCop's (offered as it is, with a request to tag rather than
/// reject, spamcop.net/bl.shtml). Spamhaus and Mailspike are free for non-commercial use only, and
/// Barracuda wants the asker registered, so nobody is made to ask those.
pub const BLOCK_LISTS: [&str; 2] = ["psbl.surriel.com", "bl.spamcop.net"];

/// Says what time it is on this machine.
pub type AuditClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What is asked, and whom.
#[derive(Clone)]
pub struct AuditConfig {
    /// As whom mail servers are greeted, which name servers are asked, and how long each question to
    /// DNS (`dns_timeout`), each connection (`connect_timeout`) and each reply (`command_timeout`) may
    /// take.
    pub verify: VerifyConfig,
    /// The public address of this machine, where somebody knows it; else it is found out.
    pub address: Option<IpAddr>,
    /// Domains of different providers whose mail hosts are greeted, 1 to 5.
    pub probe_domains: Vec<Domain>,
    /// Zones of block lists (RFC 5782) that the address is looked up in, up to 16.
    pub block_lists: Vec<Domain>,
    /// A time server; `None` to believe the dates in mail servers' greetings.
    pub ntp_server: Option<NtpServer>,
    /// Ceiling of the whole audit. What is not finished by then is said to be so.
    pub total_timeout: Duration,
    /// Decides the names that are made up to find a lying resolver; different each time.
    pub seed: u64,
    /// The clock that is compared.
    pub clock: AuditClock,
}

/// Why an audit cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The verifier could not work with its part either.
    #[error(transparent)]
    Verify(#[from] ConfigError),
    /// A list is too short or too long.
    #[error("{what} has {count} entries; it must have {min} to {max}")]
    Count {
        /// Which list.
        what: &'static str,
        /// Its length.
        count: usize,
        /// The least allowed.
        min: usize,
        /// The most allowed.
        max: usize,
    },
}

impl AuditConfig {
    /// The audit of a host that verifies like this: [`PROBE_DOMAINS`], [`BLOCK_LISTS`], no time
    /// server, 20 s in all.
    pub fn new(verify: VerifyConfig, clock: AuditClock, seed: u64) -> Self {
        let domains = |names: &[&str]| names.iter().filter_map(|name| name.parse().ok()).collect();
        Self {
            verify,
            address: None,
            probe_domains: domains(&PROBE_DOMAINS),
            block_lists: domains(&BLOCK_LISTS),
            ntp_server: None,
            total_timeout: Duration::from_secs(20),
            seed,
            clock,
        }
    }

    pub(super) fn check(&self) -> Result<(), AuditError> {
        self.verify.check()?;
        for (what, count, min, max) in [
            ("probe_domains", self.probe_domains.len(), 1, PROBE_DOMAINS_MAX),
            ("block_lists", self.block_lists.len(), 0, BLOCK_LISTS_MAX),
        ] {
            if !(min..=max).contains(&count) {
                return Err(AuditError::Count { what, count, min, max });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for AuditConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditConfig")
            .field("verify", &self.verify)
            .field("address", &self.address)
            .field("probe_domains", &self.probe_domains)
            .field("block_lists", &self.block_lists)
            .field("ntp_server", &self.ntp_server)
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}

/// A time server: a name or an address, at port 123 unless another follows a colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NtpServer {
    pub(super) host: NtpHost,
    pub(super) port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NtpHost {
    Address(IpAddr),
    Name(Domain),
}

/// It is neither a name nor an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no time server; write a name or an address such as ntp.example.com or 192.0.2.1:123"
)]
pub struct NtpServerError(String);

impl FromStr for NtpServer {
    type Err = NtpServerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(at) = text.parse::<std::net::SocketAddr>() {
            return Ok(Self { host: NtpHost::Address(at.ip()), port: at.port() });
        }
        if let Ok(address) = text.parse() {
            return Ok(Self { host: NtpHost::Address(address), port: NTP_PORT });
        }
        let fail = || NtpServerError(text.to_owned());
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => (name, port.parse().map_err(|_no_number| fail())?),
            None => (text, NTP_PORT),
        };
        let name = name.parse().map_err(|_no_name| fail())?;
        Ok(Self { host: NtpHost::Name(name), port })
    }
}

impl fmt::Display for NtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            NtpHost::Address(address) => std::net::SocketAddr::new(*address, self.port).fmt(f),
            NtpHost::Name(name) if self.port == NTP_PORT => f.write_str(name.as_str()),
            NtpHost::Name(name) => write!(f, "{}:{}", name.as_str(), self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_servers() {
        for (text, shown) in [
            ("ntp.example.com", "ntp.example.com"),
            ("ntp.example.com:1123", "ntp.example.com:1123"),
            ("192.0.2.1", "192.0.2.1:123"),
            ("192.0.2.1:99", "192.0.2.1:99"),
            ("2001:db8::1", "[2001:db8::1]:123"),
        ] {
            assert_eq!(text.parse::<NtpServer>().map(|n| n.to_string()), Ok(shown.to_owned()));
        }
        for text in ["", "a b", "ntp.example.com:x", "ntp.example.com:99999"] {
            assert!(text.parse::<NtpServer>().is_err(), "{text:?}");
        }
    }
}
