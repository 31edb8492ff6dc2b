//! One question to the name servers, and what came of it.

use std::net::SocketAddr;
use std::time::Duration;

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
use hickory_resolver::system_conf::read_system_conf;

use super::dnssec;
use super::route::DnsFailure;
use crate::config::{ConfigError, VerifyConfig};

/// How long "there is none" is believed where the zone does not say.
const NEGATIVE_TTL: Duration = Duration::from_mins(5);
/// RFC 2308 §5 finds one to three hours sensible; a name that is registered today should be seen today.
const NEGATIVE_TTL_MAX: Duration = Duration::from_hours(1);
const NEGATIVE_TTL_MIN: Duration = Duration::from_secs(30);
/// Aliases followed one by one before a chain counts as endless; as many as the resolver itself follows.
const ALIASES_MAX: usize = 8;

/// The name servers, asked one question at a time.
pub(super) struct Records {
    resolver: TokioResolver,
    /// The first of the name servers, for the questions that the resolver cannot put.
    server: Option<SocketAddr>,
    timeout: Duration,
}

/// Why there are no records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Negative {
    /// NXDOMAIN, believed for so long.
    NoSuchName(Duration),
    /// The name exists without records of this type, believed for so long.
    NoRecords(Duration),
    Failed(DnsFailure),
}

impl Records {
    pub(super) fn new(config: &VerifyConfig) -> Result<Self, ConfigError> {
        let (servers, mut options) = name_servers(config)?;
        tune(&mut options, config);
        let first = servers.name_servers().first();
        let server = first.map(|server| {
            let port = server.connections.first().map_or(53, |connection| connection.port);
            SocketAddr::new(server.ip, port)
        });
        let builder = TokioResolver::builder_with_config(servers, TokioRuntimeProvider::default())
            .with_options(options);
        let resolver = builder.build().map_err(|why| ConfigError::Dns(why.to_string()))?;
        Ok(Self { resolver, server, timeout: config.dns_timeout })
    }

    /// The records of one type, at least one; aliases are followed.
    pub(super) async fn ask(&self, name: &str, kind: RecordType) -> Result<Lookup, Negative> {
        let name = absolute(name)?;
        let asked = tokio::time::timeout(self.timeout, self.resolver.lookup(name.clone(), kind));
        let lookup = match asked.await {
            Ok(Ok(lookup)) => lookup,
            Ok(Err(why)) => return Err(self.explained(negative(why), name, kind).await),
            Err(_elapsed) => return Err(Negative::Failed(DnsFailure::TimedOut)),
        };
        // A CNAME that leads nowhere can come back as an answer without the record asked for.
        let found = lookup.answers().iter().any(|record| record.record_type() == kind);
        if found { Ok(lookup) } else { Err(Negative::NoRecords(NEGATIVE_TTL)) }
    }

    /// SERVFAIL is what a validating resolver says of broken DNSSEC too: one more look tells which.
    async fn explained(&self, negative: Negative, name: Name, kind: RecordType) -> Negative {
        let (Negative::Failed(DnsFailure::ServFail), Some(server)) = (&negative, self.server)
        else {
            return negative;
        };
        let asked = dnssec::broken(server, name, kind);
        match tokio::time::timeout(self.timeout, asked).await {
            Ok(Some(why)) => Negative::Failed(DnsFailure::Dnssec(why)),
            _ => negative,
        }
    }

    /// Whether the aliases of a name never end, which resolvers report like a name without records.
    pub(super) async fn aliases_loop(&self, name: &str) -> bool {
        let mut seen = vec![name.to_owned()];
        while let Some(last) = seen.last() {
            let Ok(lookup) = self.ask(last, RecordType::CNAME).await else { return false };
            let target = lookup.answers().iter().find_map(|record| match &record.data {
                RData::CNAME(target) => Some(plain(target)),
                _ => None,
            });
            match target {
                None => return false,
                Some(target) if seen.contains(&target) || seen.len() >= ALIASES_MAX => return true,
                Some(target) => seen.push(target),
            }
        }
        false
    }
}

/// A name as text: lower case, no last dot.
pub(crate) fn plain(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').map_or(text.clone(), str::to_owned)
}

fn absolute(name: &str) -> Result<Name, Negative> {
    let mut name = Name::from_ascii(name)
        .map_err(|why| Negative::Failed(DnsFailure::Resolver(why.to_string())))?;
    name.set_fqdn(true); // no search list: `acme.com` is not `acme.com.our.office`
    Ok(name)
}

fn negative(why: NetError) -> Negative {
    let (code, ttl) = match why {
        NetError::Dns(DnsError::NoRecordsFound(none)) => {
            let ttl = none.negative_ttl.map(|seconds| Duration::from_secs(seconds.into()));
            (none.response_code, ttl)
        }
        NetError::Dns(DnsError::ResponseCode(code)) => (code, None),
        NetError::Timeout => return Negative::Failed(DnsFailure::TimedOut),
        other => return Negative::Failed(DnsFailure::Resolver(other.to_string())),
    };
    let ttl = ttl.unwrap_or(NEGATIVE_TTL).clamp(NEGATIVE_TTL_MIN, NEGATIVE_TTL_MAX);
    match code {
        ResponseCode::NXDomain => Negative::NoSuchName(ttl),
        ResponseCode::NoError => Negative::NoRecords(ttl),
        ResponseCode::ServFail => Negative::Failed(DnsFailure::ServFail),
        other => Negative::Failed(DnsFailure::Refused(other.to_string())),
    }
}

pub(crate) fn name_servers(
    config: &VerifyConfig,
) -> Result<(ResolverConfig, ResolverOpts), ConfigError> {
    match &config.dns {
        Some(servers) if servers.is_empty() => Err(ConfigError::Dns("dns is an empty list".into())),
        Some(servers) => {
            let servers = servers.iter().map(|server| name_server(*server)).collect();
            Ok((ResolverConfig::from_parts(None, Vec::new(), servers), ResolverOpts::default()))
        }
        None => read_system_conf().map_err(|why| ConfigError::Dns(why.to_string())),
    }
}

fn tune(options: &mut ResolverOpts, config: &VerifyConfig) {
    options.attempts = 1; // one repeat
    options.timeout = config.dns_timeout.div_f32(2.5).max(Duration::from_millis(100));
    options.ip_strategy = LookupIpStrategy::Ipv4Only;
    options.use_hosts_file = ResolveHosts::Never;
    options.cache_size = 64; // the caches of `Dns` stand before it
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

#[cfg(test)]
mod tests {
    use hickory_resolver::net::NoRecords;
    use hickory_resolver::proto::op::Query;

    use super::*;

    #[test]
    fn none_is_believed_as_long_as_the_zone_says_within_bounds() {
        let of = |code, seconds: Option<u32>| {
            let mut none = NoRecords::new(Query::default(), code);
            none.negative_ttl = seconds;
            negative(none.into())
        };
        for (said, believed) in
            [(None, 300), (Some(0), 30), (Some(900), 900), (Some(86_400), 3_600)]
        {
            let believed = Duration::from_secs(believed);
            assert_eq!(of(ResponseCode::NXDomain, said), Negative::NoSuchName(believed));
            assert_eq!(of(ResponseCode::NoError, said), Negative::NoRecords(believed));
        }
    }
}
