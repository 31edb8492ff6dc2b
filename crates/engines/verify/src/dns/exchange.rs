//! What the MX records of a domain come to.

use std::net::IpAddr;

use hickory_resolver::proto::rr::{RData, Record};

use super::parking;
use super::records::plain;
use super::route::{MailHost, MailRoute};

/// Best mail hosts kept; a domain with more has no more chances.
const MAIL_HOSTS_MAX: usize = 16;

/// Where the MX records among these records lead.
pub(super) fn route_of(records: &[Record]) -> MailRoute {
    let mut named: Vec<(u16, String)> = Vec::new();
    let (mut null, mut unusable) = (false, None);
    for record in records {
        let RData::MX(mx) = &record.data else { continue };
        let name = plain(&mx.exchange);
        if name.is_empty() {
            null = true;
        } else if is_unusable(&name) {
            unusable = Some(name);
        } else {
            named.push((mx.preference, name));
        }
    }
    let hosts = best_of(named);
    let Some(best) = hosts.first() else {
        return match unusable {
            Some(name) => MailRoute::BadMx(name.into()),
            // RFC 7505 §3: a null MX stands alone; beside other records it means nothing.
            None if null => MailRoute::NullMx,
            None => MailRoute::NoMailHost,
        };
    };
    if let Some(service) = parking::mail_host(&best.name) {
        return MailRoute::Parked(format!("MX {} ({service})", best.name).into());
    }
    MailRoute::Hosts { hosts: hosts.into(), implicit: false }
}

/// The best hosts, each once. Resolvers give the records in any order, so they are sorted before the
/// list is cut.
fn best_of(mut named: Vec<(u16, String)>) -> Vec<MailHost> {
    named.sort_by_key(|(preference, _)| *preference);
    let mut hosts: Vec<MailHost> = Vec::new();
    for (preference, name) in named {
        if hosts.len() < MAIL_HOSTS_MAX && !hosts.iter().any(|host| *host.name == *name) {
            hosts.push(MailHost::new(preference, &name));
        }
    }
    hosts
}

/// RFC 2181 §10.3 and RFC 5321 §5.1 want a host name with an address of its own: an IP address
/// written as a name is none, and `localhost` is the sender itself.
fn is_unusable(name: &str) -> bool {
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    literal.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || name == "localhost.localdomain"
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::Name;
    use hickory_resolver::proto::rr::rdata::MX;

    use super::*;

    fn route(hosts: &[(u16, &str)]) -> MailRoute {
        let record = |(preference, host): &(u16, &str)| {
            let exchange = Name::from_ascii(host).unwrap();
            let owner = Name::from_ascii("acme.test.").unwrap();
            Record::from_rdata(owner, 60, RData::MX(MX::new(*preference, exchange)))
        };
        route_of(&hosts.iter().map(record).collect::<Vec<_>>())
    }

    fn names(route: &MailRoute) -> Vec<&str> {
        match route {
            MailRoute::Hosts { hosts, .. } => hosts.iter().map(|host| &*host.name).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn hosts_by_preference_and_nothing_that_is_none() {
        let all =
            [(20, "B.test."), (10, "a.test."), (10, "192.0.2.1."), (5, "localhost."), (0, ".")];
        assert_eq!(names(&route(&all)), ["a.test", "b.test"]);
        assert_eq!(route(&[(0, ".")]), MailRoute::NullMx);
        assert_eq!(route(&[]), MailRoute::NoMailHost);
        for bad in ["192.0.2.1.", "localhost.", "localhost.localdomain."] {
            assert!(matches!(route(&[(10, bad)]), MailRoute::BadMx(_)), "{bad}");
        }
        assert!(matches!(route(&[(10, "park-mx.above.com.")]), MailRoute::Parked(_)));
        let many: Vec<_> = (0..100).map(|n| (n, format!("mx{n}.test."))).collect();
        let many: Vec<_> = many.iter().map(|(n, name)| (*n, name.as_str())).collect();
        assert_eq!(names(&route(&many)).len(), MAIL_HOSTS_MAX);
        let reversed: Vec<_> = many.into_iter().rev().collect();
        assert_eq!(names(&route(&reversed)).first(), Some(&"mx0.test"));
    }
}
