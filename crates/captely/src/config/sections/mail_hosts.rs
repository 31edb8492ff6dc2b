use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use captely_verify::{
    FamilyLimits, IpVersions, MailFamily, Probe, SocksProxy, StartTls, VerifyConfig,
};

use crate::config::reader::Section;
use crate::config::setting::{Raw, Setting, words};

/// The part of `[verify]` that says how mail hosts are called, and how hard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailHostSettings {
    /// Whether the talk is made private.
    pub starttls: StartTls,
    /// By which IP versions.
    pub ip_versions: IpVersions,
    /// Addresses of this machine to call from, in turn.
    pub source_addresses: Vec<IpAddr>,
    /// Proxies to call through, in turn.
    pub proxies: Vec<SocksProxy>,
    /// Recipients asked of one host in a minute; 0 for no limit.
    pub recipients_per_minute_per_host: u32,
    /// Limits of mail providers in place of the built-in ones.
    pub family_limits: Vec<FamilyLimit>,
}

/// One provider's limits, written `microsoft365=10/10/600`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilyLimit {
    family: MailFamily,
    limits: FamilyLimits,
}

impl MailHostSettings {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self {
            starttls: section
                .key("starttls", "Private talk with mail hosts: never, offered, or required.")
                .or(StartTls::default()),
            ip_versions: section
                .key("ip_versions", "How mail hosts are called: v4, v6, prefer_v4 or prefer_v6.")
                .or(IpVersions::default()),
            source_addresses: section
                .key("source_addresses", "Addresses of this machine to call from, in turn.")
                .or(Vec::new()),
            proxies: section
                .key("proxies", "SOCKS5 proxies to call through, in turn.")
                .or(Vec::new()),
            recipients_per_minute_per_host: section
                .key(
                    "recipients_per_minute_per_host",
                    "Recipients that one mail host is asked about in a minute; 0 for no limit.",
                )
                .within(0, 0..=1_000_000),
            family_limits: section
                .key(
                    "family_limits",
                    "Limits of mail providers: connections, recipients each, recipients a minute.",
                )
                .or(Vec::new()),
        }
    }

    /// The same for the verifier.
    pub(super) fn instead(&self, config: VerifyConfig) -> VerifyConfig {
        let limits = self.family_limits.iter().map(|one| (one.family, one.limits));
        VerifyConfig {
            starttls: self.starttls,
            ip_versions: self.ip_versions,
            source_addresses: self.source_addresses.clone(),
            proxies: self.proxies.clone(),
            recipients_per_minute_per_host: self.recipients_per_minute_per_host,
            family_limits: limits.collect::<BTreeMap<_, _>>(),
            ..config
        }
    }
}

words!(StartTls: "never, offered or required");
words!(IpVersions: "v4, v6, prefer_v4 or prefer_v6");

impl Setting for SocksProxy {
    const KIND: &'static str = "a proxy such as socks5://user:password@host:1080";

    fn read(raw: &Raw) -> Result<Self, String> {
        // What was written may hold a password: only the parser knows how to quote it.
        let text = String::read(raw).map_err(|_said| format!("must be {}", Self::KIND))?;
        text.trim().parse()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for FamilyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FamilyLimits {
            connections_max, recipients_per_connection, recipients_per_minute, ..
        } = self.limits;
        let family = self.family;
        write!(f, "{family}={connections_max}/{recipients_per_connection}/{recipients_per_minute}")
    }
}

impl FromStr for FamilyLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("has {text:?}, but must have {}", Self::KIND);
        let (family, limits) = text.split_once('=').ok_or_else(wrong)?;
        let family: MailFamily = family.trim().parse()?;
        let parts: Vec<u32> = limits
            .split('/')
            .map(|part| part.trim().parse().ok().filter(|number| *number > 0))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        let [connections, recipients, per_minute] = parts.as_slice() else { return Err(wrong()) };
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        // How catch-all is tested is a fact about the provider, no matter of taste.
        let probe = FamilyLimits::of(family).map_or(Probe::AnyConnection, |limits| limits.probe);
        let limits = FamilyLimits {
            connections_max: number(*connections),
            recipients_per_connection: number(*recipients),
            recipients_per_minute: *per_minute,
            probe,
        };
        Ok(Self { family, limits })
    }
}

impl Setting for FamilyLimit {
    const KIND: &'static str = "limits such as microsoft365=10/10/600";

    fn read(raw: &Raw) -> Result<Self, String> {
        String::read(raw).map_err(|_said| format!("must have {}", Self::KIND))?.trim().parse()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_a_provider() {
        let limit: FamilyLimit = "outlook=2/1/30".parse().unwrap();
        assert_eq!(limit.to_string(), "outlook=2/1/30");
        assert_eq!(limit.limits.probe, Probe::OwnConnection);
        for wrong in ["outlook", "outlook=0/1/30", "outlook=1/2", "outlook=1/2/x"] {
            let why = wrong.parse::<FamilyLimit>().unwrap_err();
            assert!(why.contains("microsoft365=10/10/600"), "{why}");
        }
        assert!("acme=1/1/1".parse::<FamilyLimit>().unwrap_err().contains("google_workspace"));
    }

    #[test]
    fn a_wrong_proxy_is_refused_without_its_password() {
        for text in ["http://ada:hidden@proxy:1", "socks5://ada:hidden@:9", "socks5://a:hidden@h:x"]
        {
            let why = SocksProxy::read(&Raw::Text(text.to_owned())).unwrap_err();
            assert!(!why.contains("hidden"), "{why}");
        }
    }
}
