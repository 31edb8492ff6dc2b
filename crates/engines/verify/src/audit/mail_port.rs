use super::UNFINISHED;
use super::config::AuditClock;
use super::finding::{AuditFinding, AuditState};
use crate::config::VerifyConfig;
use crate::dns::{Dns, HostAddresses, MailRoute};
use crate::smtp::{Trouble, greet as call};
use captely_contact::{Domain, Timestamp};

const UNLOCKS: &str = "checking mailboxes (verify --level smtp) and guessing addresses for free";
/// Mail hosts of one domain that are tried for one that has an address.
const HOSTS_MAX: usize = 3;

/// What became of greeting one domain's mail host.
pub(super) struct Greeted {
    pub(super) domain: Domain,
    pub(super) outcome: Outcome,
}

pub(super) enum Outcome {
    /// DNS leads to no host that could be called, and why.
    NoHost(String),
    /// DNS does not say, and why.
    NoAnswer(String),
    /// It took our EHLO.
    Welcome(Welcome),
    /// It did not.
    Failed { host: String, trouble: Trouble },
    /// The time for the whole audit was over before.
    Unfinished,
}

pub(super) struct Welcome {
    pub(super) host: String,
    pub(super) greeting: String,
    /// The first line of the reply to EHLO.
    pub(super) hello: String,
    /// Between these the greeting was written.
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// Greets a mail host of the domain.
pub(super) async fn greet(
    domain: &Domain,
    dns: &Dns,
    config: &VerifyConfig,
    clock: &AuditClock,
) -> Outcome {
    let hosts = match dns.route(domain).await {
        MailRoute::Hosts { hosts, .. } => hosts,
        MailRoute::NullMx => return Outcome::NoHost("it takes no mail".into()),
        MailRoute::NoSuchDomain => return Outcome::NoHost("there is no such domain".into()),
        MailRoute::NoMailHost => return Outcome::NoHost("it has no mail server".into()),
        MailRoute::Parked(_) => return Outcome::NoHost("it is parked".into()),
        MailRoute::BadMx(_) => return Outcome::NoHost("its MX names no host".into()),
        MailRoute::Failed(why) => return Outcome::NoAnswer(why.to_string()),
    };
    let mut outcome = Outcome::NoHost("its mail servers have no address".into());
    for host in hosts.iter().take(HOSTS_MAX) {
        let addresses = match dns.addresses(&host.name).await {
            HostAddresses::Some(addresses) => addresses,
            HostAddresses::PrivateOnly => {
                outcome = Outcome::NoHost("its mail servers have private addresses only".into());
                continue;
            }
            HostAddresses::None => continue,
            HostAddresses::Failed(failure) => {
                outcome = Outcome::NoAnswer(failure.to_string());
                continue;
            }
        };
        let (host, from) = (host.name.to_string(), clock());
        return match call(config, &host, &addresses).await {
            Ok(said) => Outcome::Welcome(Welcome {
                host,
                greeting: said.greeting,
                hello: said.hello,
                from,
                to: clock(),
            }),
            Err(trouble) => Outcome::Failed { host, trouble },
        };
    }
    outcome
}

/// What the greetings say about the way out.
pub(super) fn finding(greeted: &[Greeted], port: u16) -> AuditFinding {
    let what = format!("mail servers (port {port})");
    let welcomes: Vec<&str> =
        greeted.iter().filter_map(|g| Some(g.welcome()?.host.as_str())).collect();
    let failed: Vec<(&str, &Trouble)> = greeted.iter().filter_map(Greeted::failure).collect();
    let blocked = |trouble: &Trouble| matches!(trouble, Trouble::SenderBlocked(_));
    let refusing = of(&failed, blocked);
    if !welcomes.is_empty() {
        let says = format!("{} answers", welcomes.join(" and "));
        if refusing.is_empty() {
            return AuditFinding::new(what, "port_open", AuditState::Works, says);
        }
        let says = format!("{says}, but {refusing}");
        return AuditFinding::new(what, "greeting_refused_by_some", AuditState::Limited, says)
            .unlocking(UNLOCKS)
            .mended_by(
                "mend reverse DNS, HELO name and block lists below, then ask that provider",
            );
    }
    if failed.is_empty() {
        return nobody(what, greeted);
    }
    let (code, says, mend) = failure(&failed, &refusing);
    AuditFinding::new(what, code, AuditState::Broken, says).unlocking(UNLOCKS).mended_by(mend)
}

/// There was nobody to greet.
fn nobody(what: String, greeted: &[Greeted]) -> AuditFinding {
    let why = greeted.iter().filter_map(|g| match &g.outcome {
        Outcome::NoHost(why) | Outcome::NoAnswer(why) => Some(format!("{}: {why}", g.domain)),
        Outcome::Unfinished => Some(format!("{}: {UNFINISHED}", g.domain)),
        Outcome::Welcome(_) | Outcome::Failed { .. } => None,
    });
    let why = why.collect::<Vec<_>>().join("; ");
    let unanswered = greeted.iter().any(|g| matches!(g.outcome, Outcome::NoAnswer(_)));
    let mend =
        if unanswered { "mend the name servers first" } else { "try another --probe-domain" };
    AuditFinding::untried(what, &why, UNLOCKS).mended_by(mend)
}

/// Nobody let us in: which of the reasons is it?
fn failure(failed: &[(&str, &Trouble)], refusing: &str) -> (&'static str, String, &'static str) {
    const ASK: &str = "ask the provider of this machine to open the way out to port 25, or run captely \
                       where it is open";
    let all = |like: fn(&Trouble) -> bool| failed.iter().all(|(_, trouble)| like(trouble));
    let everything = of(failed, |_| true);
    if !refusing.is_empty() {
        let mend = "mend reverse DNS, HELO name and block lists below";
        return ("greeting_refused", refusing.to_owned(), mend);
    }
    if all(|trouble| matches!(trouble, Trouble::Proxy(_))) {
        return (
            "proxy_failed",
            everything,
            "mend the proxies that mail servers are called through",
        );
    }
    if all(|trouble| *trouble == Trouble::ConnectTimeout) {
        if failed.len() > 1 {
            let hosts: Vec<&str> = failed.iter().map(|(host, _)| *host).collect();
            let says = format!("blocked at the way out: none of {} answers", hosts.join(", "));
            return ("port_blocked", says, ASK);
        }
        let says =
            format!("{everything}; one host alone does not tell whether it or the way out is shut");
        return ("port_silent", says, "name more hosts: --probe-domain, several times");
    }
    if all(|trouble| *trouble == Trouble::ConnectRefused) {
        return ("port_refused", format!("refused: {everything}"), ASK);
    }
    if all(Trouble::is_connect) {
        return ("port_unreachable", everything, ASK);
    }
    let mend =
        "a firewall or virus scanner may sit between; let port 25 through untouched, or try later";
    ("no_smtp", everything, mend)
}

fn of(failed: &[(&str, &Trouble)], like: impl Fn(&Trouble) -> bool) -> String {
    let chosen = failed.iter().filter(|(_, trouble)| like(trouble));
    let texts: Vec<String> = chosen.map(|(host, trouble)| format!("{host}: {trouble}")).collect();
    texts.join("; ")
}

impl Greeted {
    pub(super) const fn welcome(&self) -> Option<&Welcome> {
        match &self.outcome {
            Outcome::Welcome(welcome) => Some(welcome),
            _ => None,
        }
    }

    fn failure(&self) -> Option<(&str, &Trouble)> {
        match &self.outcome {
            Outcome::Failed { host, trouble } => Some((host, trouble)),
            _ => None,
        }
    }
}
