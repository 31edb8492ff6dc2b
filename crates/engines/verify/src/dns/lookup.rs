use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Domain;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::Instant;

use super::is_public;
use super::route::{DnsFailure, HostAddresses, MailHost, MailRoute};
use crate::cache::AnswerCache;
use crate::config::{ConfigError, VerifyConfig};

/// However short a record says it lives, one list is not asked about twice.
const TTL_MIN: Duration = Duration::from_secs(30);
/// However long, a day is enough.
const TTL_MAX: Duration = Duration::from_hours(24);
/// A name that does not exist may be registered soon.
const NEGATIVE_TTL: Duration = Duration::from_mins(5);
/// A failure is remembered just long enough for the rows around it.
const FAILURE_TTL: Duration = Duration::from_secs(10);
/// MX records looked at; a domain with more has no more chances.
const MAIL_HOSTS_MAX: usize = 16;
/// Addresses tried of one mail host.
const HOST_ADDRESSES_MAX: usize = 4;

/// DNS questions with remembered answers.
pub(crate) struct Dns {
    resolver: TokioResolver,
    routes: AnswerCache<Domain, MailRoute>,
    hosts: AnswerCache<Arc<str>, HostAddresses>,
    allow_private: bool,
    timeout: Duration,
}

impl Dns {
    pub(crate) fn new(config: &VerifyConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            resolver: resolver(config)?,
            routes: AnswerCache::new(config.dns_cache_entries_max),
            hosts: AnswerCache::new(config.dns_cache_entries_max),
            allow_private: config.allow_private_hosts,
            timeout: config.dns_timeout,
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

    async fn ask_route(&self, domain: &Domain) -> (MailRoute, Duration) {
        match self.records(domain.as_str(), RecordType::MX).await {
            Ok(lookup) => (mail_hosts(&lookup), ttl(&lookup)),
            Err(Negative::NoSuchName) => (MailRoute::NoSuchDomain, NEGATIVE_TTL),
            Err(Negative::NoRecords) => self.implicit_route(domain).await,
            Err(Negative::Failed(why)) => (MailRoute::Failed(why), FAILURE_TTL),
        }
    }

    /// RFC 5321 §5.1: without MX the domain's own address is its mail host.
    async fn implicit_route(&self, domain: &Domain) -> (MailRoute, Duration) {
        let name: Arc<str> = domain.as_str().into();
        match self.addresses(&name).await {
            HostAddresses::None => (MailRoute::NoMailHost, NEGATIVE_TTL),
            HostAddresses::Failed(why) => (MailRoute::Failed(why), FAILURE_TTL),
            HostAddresses::Some(_) | HostAddresses::PrivateOnly => {
                let hosts = Arc::from([MailHost { preference: 0, name }]);
                (MailRoute::Hosts { hosts, implicit: true }, NEGATIVE_TTL)
            }
        }
    }

    /// IPv4 first, IPv6 only where there is none: half the questions, and many senders have no
    /// IPv6 reverse name.
    async fn ask_addresses(&self, host: &str) -> (HostAddresses, Duration) {
        let mut failure = None;
        for record_type in [RecordType::A, RecordType::AAAA] {
            match self.records(host, record_type).await {
                Ok(lookup) => return (self.permitted(&lookup), ttl(&lookup)),
                Err(Negative::NoSuchName) => return (HostAddresses::None, NEGATIVE_TTL),
                Err(Negative::NoRecords) => {}
                Err(Negative::Failed(why)) => failure = Some(why),
            }
        }
        failure.map_or((HostAddresses::None, NEGATIVE_TTL), |why| {
            (HostAddresses::Failed(why), FAILURE_TTL)
        })
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

    /// The records of one type, at least one.
    async fn records(&self, name: &str, record_type: RecordType) -> Result<Lookup, Negative> {
        let mut name = Name::from_ascii(name)
            .map_err(|why| Negative::Failed(DnsFailure::Resolver(why.to_string())))?;
        name.set_fqdn(true); // no search list: `acme.com` is not `acme.com.our.office`
        let asked = tokio::time::timeout(self.timeout, self.resolver.lookup(name, record_type));
        let lookup = match asked.await {
            Ok(Ok(lookup)) => lookup,
            Ok(Err(why)) => return Err(negative(why)),
            Err(_elapsed) => return Err(Negative::Failed(DnsFailure::TimedOut)),
        };
        // A CNAME that leads nowhere can come back as an answer without the record asked for.
        let found = lookup.answers().iter().any(|record| record.record_type() == record_type);
        if found { Ok(lookup) } else { Err(Negative::NoRecords) }
    }
}

/// Why there are no records.
enum Negative {
    NoSuchName,
    NoRecords,
    Failed(DnsFailure),
}

fn negative(why: NetError) -> Negative {
    let code = match why {
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => code,
        NetError::Timeout => return Negative::Failed(DnsFailure::TimedOut),
        other => return Negative::Failed(DnsFailure::Resolver(other.to_string())),
    };
    match code {
        ResponseCode::NXDomain => Negative::NoSuchName,
        ResponseCode::NoError => Negative::NoRecords,
        ResponseCode::ServFail => Negative::Failed(DnsFailure::ServFail),
        other => Negative::Failed(DnsFailure::Refused(other.to_string())),
    }
}

fn mail_hosts(lookup: &Lookup) -> MailRoute {
    let mut hosts: Vec<MailHost> = Vec::new();
    let mut null = false;
    for record in lookup.answers() {
        let RData::MX(mx) = &record.data else { continue };
        let text = mx.exchange.to_ascii().to_ascii_lowercase();
        let name = text.trim_end_matches('.');
        if name.is_empty() {
            null = true;
        } else if hosts.len() < MAIL_HOSTS_MAX && !hosts.iter().any(|h| &*h.name == name) {
            hosts.push(MailHost { preference: mx.preference, name: name.into() });
        }
    }
    if hosts.is_empty() {
        return if null { MailRoute::NullMx } else { MailRoute::NoMailHost };
    }
    hosts.sort_by_key(|host| host.preference);
    MailRoute::Hosts { hosts: hosts.into(), implicit: false }
}

/// How long the shortest-lived record may be believed.
fn ttl(lookup: &Lookup) -> Duration {
    let left = lookup.valid_until().saturating_duration_since(Instant::now().into_std());
    left.clamp(TTL_MIN, TTL_MAX)
}

fn resolver(config: &VerifyConfig) -> Result<TokioResolver, ConfigError> {
    let failed = |why: NetError| ConfigError::Dns(why.to_string());
    let mut builder = match &config.dns {
        Some(servers) if servers.is_empty() => {
            return Err(ConfigError::Dns("dns is an empty list".into()));
        }
        Some(servers) => {
            let servers = servers.iter().map(|server| name_server(*server)).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
        None => TokioResolver::builder_tokio().map_err(failed)?,
    };
    tune(builder.options_mut(), config);
    builder.build().map_err(failed)
}

fn tune(options: &mut ResolverOpts, config: &VerifyConfig) {
    options.attempts = 1; // one repeat
    options.timeout = config.dns_timeout.div_f32(2.5).max(Duration::from_millis(100));
    options.ip_strategy = LookupIpStrategy::Ipv4Only;
    options.use_hosts_file = ResolveHosts::Never;
    options.cache_size = 64; // the caches here stand before it
    options.max_active_requests = 1_024;
    options.num_concurrent_reqs = 1;
}

fn name_server(at: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = at.port();
        connection
    });
    NameServerConfig::new(at.ip(), true, connections.into())
}
