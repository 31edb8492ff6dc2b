//! Finding a mail host of a domain that answers.

use std::net::IpAddr;
use std::sync::Arc;

use captely_contact::Domain;

use crate::dns::{Dns, DnsFailure, HostAddresses, MailFamily, MailHost, MailRoute};
use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::smtp::{Answer, Pool, Question, Trouble};

/// Mail hosts of a domain that are asked before giving up. One without an address costs no connection
/// and does not count: a domain's MX records dangle when the last of them does.
const HOSTS_TRIED_MAX: usize = 3;

/// A mail host and where it is.
#[derive(Debug, Clone)]
pub(crate) struct Reachable {
    pub(crate) name: Arc<str>,
    pub(crate) family: MailFamily,
    pub(crate) addresses: Arc<[IpAddr]>,
}

/// What a domain's mail hosts said.
pub(crate) struct Asked {
    /// The host that answered, or was tried last.
    pub(crate) host: Reachable,
    /// In the order of the recipients.
    pub(crate) answers: Vec<Answer>,
    /// What ended it early.
    pub(crate) trouble: Option<Trouble>,
}

/// The mail hosts of a domain, or what there is to say without them.
pub(crate) async fn mail_hosts(
    dns: &Dns,
    domain: &Domain,
    evidence: &mut Evidence,
) -> Result<Arc<[MailHost]>, Finding> {
    match dns.route(domain).await {
        MailRoute::Hosts { hosts, implicit } => {
            for host in hosts.iter().take(HOSTS_TRIED_MAX) {
                let MailHost { preference, name, .. } = host;
                let what =
                    if implicit { "A (no MX)".to_owned() } else { format!("MX {preference}") };
                evidence.push(|| format!("{what} {name}"));
            }
            Ok(hosts)
        }
        MailRoute::NullMx => {
            evidence.push(|| "MX 0 .".to_owned());
            Err(Finding::NullMx)
        }
        MailRoute::NoSuchDomain => {
            evidence.push(|| format!("NXDOMAIN {domain}"));
            Err(Finding::NoSuchDomain)
        }
        MailRoute::NoMailHost => {
            evidence.push(|| format!("no MX and no address: {domain}"));
            Err(Finding::NoMailHost)
        }
        MailRoute::Parked(sign) => {
            evidence.push(|| sign.to_string());
            Err(Finding::ParkedDomain)
        }
        MailRoute::BadMx(name) => {
            evidence.push(|| format!("MX {name}"));
            Err(Finding::BadMx)
        }
        MailRoute::Failed(why) => Err(dns_failed(why, evidence)),
    }
}

/// The first host with an address that may be called.
pub(crate) async fn first_reachable(
    dns: &Dns,
    hosts: &[MailHost],
    evidence: &mut Evidence,
) -> Result<Reachable, Finding> {
    let mut worst = Finding::DanglingMx;
    let mut tried = 0_usize;
    for host in hosts {
        if tried >= HOSTS_TRIED_MAX {
            break;
        }
        match located(dns, host, evidence).await {
            Ok(reachable) => return Ok(reachable),
            Err(finding) => {
                tried = tried.saturating_add(costs(&finding));
                worst = heavier(worst, finding);
            }
        }
    }
    Err(worst)
}

/// Asks the hosts in order until one answers.
pub(crate) async fn ask(
    (dns, pool): (&Dns, &Pool),
    hosts: &[MailHost],
    (domain, recipients): (&Domain, &[&str]),
    (one_is_enough, make_sure): (bool, bool),
    evidence: &mut Evidence,
) -> Result<Asked, Finding> {
    let mut worst = Finding::DanglingMx;
    let mut last: Option<Asked> = None;
    let mut tried = 0_usize;
    for host in hosts {
        if tried >= HOSTS_TRIED_MAX {
            break;
        }
        let host = match located(dns, host, evidence).await {
            Ok(host) => host,
            Err(finding) => {
                tried = tried.saturating_add(costs(&finding));
                worst = heavier(worst, finding);
                continue;
            }
        };
        tried = tried.saturating_add(1);
        let question = Question {
            host: &host.name,
            addresses: &host.addresses,
            domain: domain.as_str(),
            recipients,
            one_is_enough,
            make_sure,
            family: host.family,
            own_connection: false,
        };
        let (answers, trouble) = pool.ask(&question, evidence).await;
        let settled =
            !answers.is_empty() || matches!(trouble, Some(Trouble::NoSmtpUtf8 | Trouble::Paced(_)));
        last = Some(Asked { host, answers, trouble });
        if settled {
            break;
        }
    }
    last.ok_or(worst)
}

async fn located(
    dns: &Dns,
    host: &MailHost,
    evidence: &mut Evidence,
) -> Result<Reachable, Finding> {
    match dns.addresses(&host.name).await {
        HostAddresses::Some(addresses) => {
            Ok(Reachable { name: Arc::clone(&host.name), family: host.family, addresses })
        }
        HostAddresses::PrivateOnly => {
            evidence.push(|| format!("{} has only private addresses", host.name));
            Err(Finding::PrivateMx)
        }
        HostAddresses::None => {
            evidence.push(|| format!("{} has no address", host.name));
            Err(Finding::DanglingMx)
        }
        HostAddresses::Failed(why) => Err(dns_failed(why, evidence)),
    }
}

fn dns_failed(why: DnsFailure, evidence: &mut Evidence) -> Finding {
    evidence.push(|| format!("! {why}"));
    Finding::DnsFailed(why)
}

/// How much a host that cannot be called takes of the tries: a name server that does not answer takes
/// as long as a mail host.
const fn costs(finding: &Finding) -> usize {
    if matches!(finding, Finding::DnsFailed(_)) { 1 } else { 0 }
}

/// Of two failures the one that leaves more open: a host that could not be looked up may exist.
fn heavier(one: Finding, other: Finding) -> Finding {
    let rank = |finding: &Finding| match finding {
        Finding::DnsFailed(_) => 2,
        Finding::PrivateMx => 1,
        _ => 0,
    };
    if rank(&other) > rank(&one) { other } else { one }
}
