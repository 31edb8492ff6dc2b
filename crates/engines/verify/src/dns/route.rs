use std::net::IpAddr;
use std::sync::Arc;

use super::family::MailFamily;

/// What DNS says about mail for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailRoute {
    /// Hosts to ask, best first.
    Hosts {
        /// At least one.
        hosts: Arc<[MailHost]>,
        /// Whether the domain has no MX and its own address stands in (RFC 5321 §5.1).
        implicit: bool,
    },
    /// `MX 0 .`: the domain says that it takes no mail (RFC 7505).
    NullMx,
    /// NXDOMAIN: there is no such name.
    NoSuchDomain,
    /// The name exists and has neither MX nor address.
    NoMailHost,
    /// A parking service answers for it; holds the record that shows it.
    Parked(Arc<str>),
    /// Its MX names an IP address or `localhost`; holds that name.
    BadMx(Arc<str>),
    /// It could not be found out.
    Failed(DnsFailure),
}

/// A mail host as the domain names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailHost {
    /// Lower is better.
    pub(crate) preference: u16,
    /// Lower case, without the last dot.
    pub(crate) name: Arc<str>,
    /// Who runs it.
    pub(crate) family: MailFamily,
}

impl MailHost {
    pub(crate) fn new(preference: u16, name: &str) -> Self {
        Self { preference, name: name.into(), family: MailFamily::of_host(name) }
    }
}

/// The addresses behind a mail host's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostAddresses {
    /// At least one that may be called.
    Some(Arc<[IpAddr]>),
    /// Only addresses inside private networks.
    PrivateOnly,
    /// The name has no address: a dangling MX.
    None,
    /// It could not be found out.
    Failed(DnsFailure),
}

/// Why DNS gave no answer. None of these says anything about an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DnsFailure {
    /// Nobody answered in time.
    #[error("the name servers did not answer in time")]
    TimedOut,
    /// SERVFAIL: the domain's own servers are broken.
    #[error("the name servers reported a failure (SERVFAIL)")]
    ServFail,
    /// SERVFAIL because the domain's signatures do not hold; why, as far as the resolver says.
    #[error("the domain's DNSSEC is broken ({0})")]
    Dnssec(String),
    /// Aliases that never end.
    #[error("the domain's aliases (CNAME) lead in a circle")]
    AliasLoop,
    /// The host has no address of the kind that this machine is set to use.
    #[error("the mail host has no address of the IP version that is set")]
    OtherIpVersion,
    /// REFUSED and other codes.
    #[error("the name servers refused to answer ({0})")]
    Refused(String),
    /// The resolver could not be used.
    #[error("the resolver failed: {0}")]
    Resolver(String),
}

impl DnsFailure {
    /// A stable word.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::TimedOut => "dns_timeout",
            Self::ServFail => "dns_servfail",
            Self::Dnssec(_) => "dns_dnssec",
            Self::AliasLoop => "dns_alias_loop",
            Self::OtherIpVersion => "dns_other_ip_version",
            Self::Refused(_) => "dns_refused",
            Self::Resolver(_) => "dns_unavailable",
        }
    }
}
