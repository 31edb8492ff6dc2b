use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Domain;
use hickory_resolver::lookup::Lookup;
use hickory_resolver::proto::rr::{RData, RecordType};
use tokio::time::Instant;

use super::exchange::route_of;
use super::is_public;
use super::parking;
use super::records::{Negative, Records, plain};
use super::route::{DnsFailure, HostAddresses, MailHost, MailRoute};
use crate::cache::AnswerCache;
use crate::config::{ConfigError, IpVersions, VerifyConfig};

/// However short a record says it lives, one list is not asked about twice.
const TTL_MIN: Duration = Duration::from_secs(30);
/// However long, a day is enough.
const TTL_MAX: Duration = Duration::from_hours(24);
/// A failure is remembered just long enough for the rows around it.
const FAILURE_TTL: Duration = Duration::from_secs(10);
/// Addresses kept of one mail host.
const HOST_ADDRESSES_MAX: usize = 4;

/// DNS questions with remembered answers.
pub(crate) struct Dns {
    records: Records,
    routes: AnswerCache<Domain, MailRoute>,
    hosts: AnswerCache<Arc<str>, HostAddresses>,
    allow_private: bool,
    ip_versions: IpVersions,
}

impl Dns {
    pub(crate) fn new(config: &VerifyConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            records: Records::new(config)?,
            routes: AnswerCache::new(config.dns_cache_entries_max),
            hosts: AnswerCache::new(config.dns_cache_entries_max),
            allow_private: config.allow_private_hosts,
            ip_versions: config.ip_versions,
        })
    }

    /// Where mail for the domain goes.
    pub(crate) async fn route(&self, domain: &Domain) -> MailRoute {
        if let Some(known) = self.routes.peek(domain) {
            return known;
        }
        self.routes.get(domain, async || self.ask_route(domain).await).await
    }

    /// The addresses of a mail host.
    pub(crate) async fn addresses(&self, host: &Arc<str>) -> HostAddresses {
        if let Some(known) = self.hosts.peek(host) {
            return known;
        }
        self.hosts.get(host, async || self.ask_addresses(host).await).await
    }

    /// The records of one type at a name, at least one; not remembered here.
    pub(crate) async fn records(&self, name: &str, kind: RecordType) -> Result<Lookup, Negative> {
        self.records.ask(name, kind).await
    }

    async fn ask_route(&self, domain: &Domain) -> (MailRoute, Duration) {
        match self.records.ask(domain.as_str(), RecordType::MX).await {
            Ok(lookup) => (route_of(lookup.answers()), ttl(&lookup)),
            Err(Negative::NoSuchName(ttl)) => (MailRoute::NoSuchDomain, ttl),
            Err(Negative::NoRecords(ttl)) => self.implicit_route(domain, ttl).await,
            Err(Negative::Failed(why)) => (MailRoute::Failed(why), FAILURE_TTL),
        }
    }

    /// RFC 5321 §5.1: without MX the domain's own address is its mail host.
    async fn implicit_route(&self, domain: &Domain, ttl: Duration) -> (MailRoute, Duration) {
        let name: Arc<str> = domain.as_str().into();
        match self.addresses(&name).await {
            HostAddresses::None => (MailRoute::NoMailHost, ttl),
            HostAddresses::Failed(why) => (MailRoute::Failed(why), FAILURE_TTL),
            HostAddresses::Some(_) | HostAddresses::PrivateOnly => {
                if let Some(sign) = self.parked(&name).await {
                    return (MailRoute::Parked(sign), ttl);
                }
                let hosts = Arc::from([MailHost::new(0, &name)]);
                (MailRoute::Hosts { hosts, implicit: true }, ttl)
            }
        }
    }

    /// A parking service among the domain's name servers. Asked only of domains without MX: one with
    /// MX says itself where its mail goes, and most questions are saved.
    async fn parked(&self, name: &str) -> Option<Arc<str>> {
        let lookup = self.records.ask(name, RecordType::NS).await.ok()?;
        lookup.answers().iter().find_map(|record| {
            let RData::NS(server) = &record.data else { return None };
            let server = plain(server);
            let service = parking::name_server(&server)?;
            Some(format!("NS {server} ({service})").into())
        })
    }

    async fn ask_addresses(&self, host: &str) -> (HostAddresses, Duration) {
        let (first, second) = match self.ip_versions {
            IpVersions::V4 => (RecordType::A, None),
            IpVersions::V6 => (RecordType::AAAA, None),
            IpVersions::PreferV4 => (RecordType::A, Some(RecordType::AAAA)),
            IpVersions::PreferV6 => (RecordType::AAAA, Some(RecordType::A)),
        };
        let mut failure = None;
        let mut ttl_left = FAILURE_TTL;
        for record_type in [Some(first), second].into_iter().flatten() {
            match self.records.ask(host, record_type).await {
                Ok(lookup) => return (self.permitted(&lookup), ttl(&lookup)),
                Err(Negative::NoSuchName(ttl)) => return (HostAddresses::None, ttl),
                Err(Negative::NoRecords(ttl)) => ttl_left = ttl,
                Err(Negative::Failed(why)) => failure = Some(why),
            }
        }
        if let Some(why) = failure {
            return (HostAddresses::Failed(why), FAILURE_TTL);
        }
        // Only one of the two kinds was asked for: that there is none proves nothing.
        if second.is_none() {
            return (HostAddresses::Failed(DnsFailure::OtherIpVersion), FAILURE_TTL);
        }
        if self.records.aliases_loop(host).await {
            return (HostAddresses::Failed(DnsFailure::AliasLoop), FAILURE_TTL);
        }
        (HostAddresses::None, ttl_left)
    }

    fn permitted(&self, lookup: &Lookup) -> HostAddresses {
        let all = lookup.answers().iter().filter_map(|record| record.data.ip_addr());
        let permitted: Vec<IpAddr> = all
            .filter(|ip| self.allow_private || is_public(*ip))
            .take(HOST_ADDRESSES_MAX)
            .collect();
        if permitted.is_empty() {
            HostAddresses::PrivateOnly
        } else {
            HostAddresses::Some(permitted.into())
        }
    }
}

/// How long the shortest-lived record may be believed.
fn ttl(lookup: &Lookup) -> Duration {
    let left = lookup.valid_until().saturating_duration_since(Instant::now().into_std());
    left.clamp(TTL_MIN, TTL_MAX)
}
