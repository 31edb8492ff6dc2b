use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dns::MailFamily;
use crate::limits::FamilyLimits;
use crate::lists::OwnLists;
use crate::probability::Calibration;
use crate::smtp::SocksProxy;

/// How the verifier behaves towards the world. Every duration is a ceiling.
#[derive(Debug, Clone)]
pub struct VerifyConfig {
    /// Name said in EHLO. Servers compare it with the reverse DNS name of the calling address.
    pub helo_name: String,
    /// Address said in MAIL FROM; empty for the null sender `<>`.
    pub mail_from: String,
    /// Name servers to ask; `None` for those of the machine.
    pub dns: Option<Vec<SocketAddr>>,
    /// Port of the mail servers.
    pub smtp_port: u16,
    /// Whether the talk with mail hosts is made private.
    pub starttls: StartTls,
    /// Addresses of this machine that mail hosts are called from, in turn; empty for the system's
    /// choice.
    pub source_addresses: Vec<IpAddr>,
    /// Proxies that mail hosts are called through, in turn; empty for none.
    pub proxies: Vec<SocksProxy>,
    /// Which addresses of a mail host are called.
    pub ip_versions: IpVersions,
    /// Ceiling of one DNS question, its repeat included.
    pub dns_timeout: Duration,
    /// Ceiling of opening a connection.
    pub connect_timeout: Duration,
    /// Ceiling of waiting for one SMTP reply.
    pub command_timeout: Duration,
    /// Ceiling of one call of the verifier, waiting for a free connection included.
    pub call_timeout: Duration,
    /// Connections open to one mail host at a time.
    pub connections_per_host: usize,
    /// Connections open at a time, all hosts together.
    pub connections_max: usize,
    /// Connections kept open for the next question.
    pub idle_connections_max: usize,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Whether mail hosts in private or loopback address ranges, and names under `.test` and
    /// `.example`, are asked. Only a sandbox wants that.
    pub allow_private_hosts: bool,
    /// Whether a random name is tried at a domain that accepted the real one.
    pub catch_all_probe: bool,
    /// Recipients asked on one connection before a new one is opened.
    pub recipients_per_connection: usize,
    /// Recipients that one mail host is asked about in a minute; 0 for no limit but that of its
    /// connections.
    pub recipients_per_minute_per_host: u32,
    /// Limits of mail providers that replace the built-in ones of [`FamilyLimits::of`].
    pub family_limits: BTreeMap<MailFamily, FamilyLimits>,
    /// Ceiling of waiting for a turn at a host or provider; where it would be longer the question is
    /// put off.
    pub pace_wait_max: Duration,
    /// Domains whose DNS answer is remembered.
    pub dns_cache_entries_max: usize,
    /// Domains whose catch-all answer is remembered.
    pub catch_all_cache_entries_max: usize,
    /// How long a catch-all answer is believed.
    pub catch_all_ttl: Duration,
    /// How long a catch-all question that had no answer is not put again.
    pub catch_all_untested_ttl: Duration,
    /// How long a host that does not answer, or refuses this sender, is left alone.
    pub host_pause: Duration,
    /// Who is always written to and who never is.
    pub own_lists: Option<Arc<OwnLists>>,
    /// What probabilities rest on; `None` for what was counted in the sandbox's worlds.
    pub calibration: Option<Arc<Calibration>>,
}

impl Default for VerifyConfig {
    fn default() -> Self {
        Self {
            helo_name: "localhost.localdomain".into(),
            mail_from: String::new(),
            dns: None,
            smtp_port: 25,
            starttls: StartTls::default(),
            source_addresses: Vec::new(),
            proxies: Vec::new(),
            ip_versions: IpVersions::default(),
            dns_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            // RFC 5321 §4.5.3.2 wants minutes; servers that delay their greeting on purpose stay
            // below 30 s, and a list of a million rows cannot wait for the others.
            command_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(90),
            connections_per_host: 4,
            connections_max: 512,
            idle_connections_max: 256,
            idle_timeout: Duration::from_secs(8),
            allow_private_hosts: false,
            catch_all_probe: true,
            // Postfix slows a client down after 10 errors and hangs up after 20
            // (smtpd_soft_error_limit, smtpd_hard_error_limit).
            recipients_per_connection: 18,
            recipients_per_minute_per_host: 0,
            family_limits: BTreeMap::new(),
            pace_wait_max: Duration::from_secs(30),
            dns_cache_entries_max: 100_000,
            catch_all_cache_entries_max: 100_000,
            catch_all_ttl: Duration::from_hours(1),
            catch_all_untested_ttl: Duration::from_mins(1),
            host_pause: Duration::from_mins(1),
            own_lists: None,
            calibration: None,
        }
    }
}

/// Whether the talk with a mail host is made private by STARTTLS (RFC 3207).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// Always in the clear.
    Never,
    /// Where the server offers it and it works; certificates are not verified (RFC 7435).
    #[default]
    Offered,
    /// Or not at all. Certificates are not verified here either.
    Required,
}

/// Which IP versions mail hosts are called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpVersions {
    /// IPv4 alone.
    V4,
    /// IPv6 alone.
    V6,
    /// IPv4; IPv6 for hosts that have nothing else. Half the questions, and large receivers refuse
    /// IPv6 senders without a reverse name.
    #[default]
    PreferV4,
    /// IPv6; IPv4 for hosts that have nothing else.
    PreferV6,
}

/// Gives a setting its words.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ }) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $word),+ })
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("{text:?} is none of {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}
words!(StartTls { Never = "never", Offered = "offered", Required = "required" });
words!(IpVersions { V4 = "v4", V6 = "v6", PreferV4 = "prefer_v4", PreferV6 = "prefer_v6" });

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The EHLO name is empty or has characters that would end the command.
    #[error("helo_name {0:?} is no host name; set the public name of this machine")]
    HeloName(String),
    /// The sender is neither empty nor an address.
    #[error("mail_from {address:?} {why}; set an address of a domain of yours, or nothing")]
    MailFrom {
        /// What was set.
        address: String,
        /// What is wrong with it.
        why: crate::AddressError,
    },
    /// A limit is zero.
    #[error("{0} is zero; it must be at least one")]
    Zero(&'static str),
    /// A limit of a mail provider is zero.
    #[error(
        "the limits of {0} allow no connection or recipient; to leave a provider alone, verify to level mx"
    )]
    ZeroForFamily(MailFamily),
    /// The name servers of the machine could not be read, or none was given.
    #[error("no name server: {0}; set dns to the address of one")]
    Dns(String),
}

impl VerifyConfig {
    /// The first thing that would make the configuration unusable.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let helo = &self.helo_name;
        let named = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if helo.is_empty() || helo.len() > 255 || !helo.chars().all(named) {
            return Err(ConfigError::HeloName(helo.clone()));
        }
        if !self.mail_from.is_empty() {
            crate::syntax(&self.mail_from)
                .map_err(|why| ConfigError::MailFrom { address: self.mail_from.clone(), why })?;
        }
        for (name, value) in [
            ("connections_per_host", self.connections_per_host),
            ("connections_max", self.connections_max),
            ("recipients_per_connection", self.recipients_per_connection),
            ("dns_cache_entries_max", self.dns_cache_entries_max),
            ("catch_all_cache_entries_max", self.catch_all_cache_entries_max),
        ] {
            if value == 0 {
                return Err(ConfigError::Zero(name));
            }
        }
        for (family, limits) in &self.family_limits {
            if limits.connections_max == 0 || limits.recipients_per_connection == 0 {
                return Err(ConfigError::ZeroForFamily(*family));
            }
        }
        Ok(())
    }
}
