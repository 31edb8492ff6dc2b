//! A resolver of the trade is content with our answers, the negative ones included.

use captely_sandbox::dns::{self, DnsFaults, DnsServer, DnsSettings};
use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{Dialect, mail_address};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use super::town::{host_of, town};

async fn pair(faults: DnsFaults) -> (DnsServer, TokioResolver) {
    let settings = DnsSettings { faults, ..DnsSettings::default() };
    let server = dns::start(town(), "127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
    let resolver = resolver_of(&server);
    (server, resolver)
}

/// A resolver that asks this server and no other.
pub(super) fn resolver_of(server: &DnsServer) -> TokioResolver {
    let mut upstream = NameServerConfig::udp_and_tcp(server.addr().ip());
    for connection in &mut upstream.connections {
        connection.port = server.addr().port();
    }
    let config = ResolverConfig::from_parts(None, vec![], vec![upstream]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().unwrap()
}

#[tokio::test]
async fn it_finds_hosts_and_remembers_what_there_is_not() {
    let (server, resolver) = pair(DnsFaults::default()).await;
    let mx = resolver.mx_lookup("google-normal.example.").await.unwrap();
    assert_eq!(mx.answers().len(), 2);
    let host = host_of(Personality::Normal, Dialect::Google, 1);
    let ip = resolver.lookup_ip(format!("{host}.")).await.unwrap().iter().next().unwrap();
    assert_eq!(ip, mail_address(Personality::Normal, Dialect::Google));

    for _ in 0..3 {
        assert!(resolver.mx_lookup("nobody-has-this.example.").await.unwrap_err().is_nx_domain());
        let none = resolver.mx_lookup("bare.example.").await.unwrap_err();
        assert!(none.is_no_records_found() && !none.is_nx_domain());
    }
    let counts = server.counts();
    // One for each of three domains; whatever came after was remembered.
    assert_eq!((counts.mx, counts.nxdomain), (3, 1), "{counts:?}");
    let failure = resolver.mx_lookup("servfail.test.").await.unwrap_err();
    assert!(!failure.is_nx_domain() && !failure.is_no_records_found(), "{failure}");
}

#[tokio::test]
async fn it_asks_again_by_tcp_where_an_answer_was_cut() {
    let faults = DnsFaults { truncated_per_thousand: 1_000, ..DnsFaults::default() };
    let (server, resolver) = pair(faults).await;
    let mx = resolver.mx_lookup("google-normal.example.").await.unwrap();
    assert_eq!(mx.answers().len(), 2);
    assert!(server.counts().tcp >= 1);
}
