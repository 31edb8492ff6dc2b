use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use captely_contact::Domain;
use futures::future::join_all;
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::finding::{AuditFinding, AuditState};
use super::wire::{Transport, WireQuestion, is_answer};
use crate::probe::ProbeNames;

const SERVERS: &str = "name servers (DNS)";
const TCP: &str = "DNS over TCP";
const HONESTY: &str = "made-up names (DNS)";
const DNSSEC: &str = "DNSSEC";
/// What each of them would unlock.
const DOMAINS: &str = "checking domains (verify --level domain and above), and reaching providers";
const LONG: &str = "domains whose records do not fit into one packet";
const TRUTH: &str = "telling domains that exist from those that do not";
const SIGNATURES: &str = "noticing forged answers, and domains whose signatures are broken";

/// What one name server did.
struct Asked {
    at: SocketAddr,
    /// How long its answer took, or why there is none.
    answer: Result<Duration, String>,
    tcp: Result<(), String>,
    /// What it made up for names that cannot exist.
    lies: Option<(String, IpAddr)>,
    validates: bool,
}

/// Looks at every name server: whether it answers, over TCP too, tells the truth about names that
/// do not exist, and validates.
pub(super) async fn look(
    servers: &[SocketAddr],
    probe: &Domain,
    made_up: &ProbeNames,
    patience: Duration,
) -> Vec<AuditFinding> {
    let asked = servers.iter().map(|at| ask(*at, probe, made_up, patience));
    let asked: Vec<Asked> = join_all(asked).await;
    let first = answers(&asked);
    let answering: Vec<&Asked> = asked.iter().filter(|server| server.answer.is_ok()).collect();
    if answering.is_empty() {
        let rest = untried("no name server answers").into_iter().skip(1);
        return std::iter::once(first).chain(rest).collect();
    }
    vec![first, tcp(&answering), honesty(&answering), dnssec(&answering)]
}

/// The same findings where nobody was asked.
pub(super) fn untried(why: &str) -> Vec<AuditFinding> {
    [(SERVERS, DOMAINS), (TCP, LONG), (HONESTY, TRUTH), (DNSSEC, SIGNATURES)]
        .map(|(what, unlocks)| AuditFinding::untried(what, why, unlocks))
        .into()
}

async fn ask(at: SocketAddr, probe: &Domain, made_up: &ProbeNames, patience: Duration) -> Asked {
    let (answer, tcp, lies, validates) = tokio::join!(
        timed(at, probe, patience),
        answers_to(at, probe, Transport::Tcp, patience),
        lies(at, made_up, patience),
        validates(at, patience),
    );
    Asked { at, answer, tcp, lies, validates }
}

async fn timed(at: SocketAddr, probe: &Domain, patience: Duration) -> Result<Duration, String> {
    let start = Instant::now();
    answers_to(at, probe, Transport::Udp, patience).await.map(|()| start.elapsed())
}

async fn answers_to(
    at: SocketAddr,
    probe: &Domain,
    transport: Transport,
    patience: Duration,
) -> Result<(), String> {
    let name = absolute(probe.as_str()).ok_or("the domain is no DNS name")?;
    let message = WireQuestion { name, kind: RecordType::MX, transport }.ask(at, patience).await?;
    let code = message.metadata.response_code;
    if is_answer(code) { Ok(()) } else { Err(format!("it answers {code}")) }
}

/// `.invalid` never exists (RFC 6761 §6.4); a resolver that lies for money may only do so for names
/// that look like a typing mistake, hence `.com`.
async fn lies(
    at: SocketAddr,
    made_up: &ProbeNames,
    patience: Duration,
) -> Option<(String, IpAddr)> {
    let names = ["invalid", "com"].map(|top| format!("{}.{top}", made_up.of(top)));
    for name in names {
        let question =
            WireQuestion { name: absolute(&name)?, kind: RecordType::A, transport: Transport::Udp };
        let Ok(message) = question.ask(at, patience).await else { continue };
        if let Some(address) = message.answers.iter().find_map(|record| record.data.ip_addr()) {
            return Some((name, address));
        }
    }
    None
}

/// The root is signed, so a resolver that validates says so of the root's own record.
async fn validates(at: SocketAddr, patience: Duration) -> bool {
    let question =
        WireQuestion { name: Name::root(), kind: RecordType::SOA, transport: Transport::Udp };
    question.ask(at, patience).await.is_ok_and(|m| m.metadata.authentic_data)
}

fn answers(asked: &[Asked]) -> AuditFinding {
    let silent: Vec<String> = asked
        .iter()
        .filter_map(|server| Some(format!("{}: {}", server.at, server.answer.as_ref().err()?)))
        .collect();
    let good: Vec<String> = asked
        .iter()
        .filter_map(|server| {
            Some(format!("{} in {} ms", server.at, server.answer.as_ref().ok()?.as_millis()))
        })
        .collect();
    let (code, state, says) = match (good.is_empty(), silent.is_empty()) {
        (true, true) => ("dns_none", AuditState::Broken, "this machine has none".to_owned()),
        (true, false) => {
            ("dns_silent", AuditState::Broken, format!("none answers: {}", silent.join("; ")))
        }
        (false, true) => {
            ("dns_answers", AuditState::Works, format!("they answer: {}", good.join(", ")))
        }
        (false, false) => {
            let says = format!("{} answers, but not {}", good.join(", "), silent.join("; "));
            ("dns_some_silent", AuditState::Limited, says)
        }
    };
    let finding = AuditFinding::new(SERVERS, code, state, says).unlocking(DOMAINS);
    match state {
        AuditState::Works => finding,
        AuditState::Limited => {
            finding.mended_by("take the silent one out: each question waits for it")
        }
        _ => finding.mended_by("set verify.dns_servers to name servers that answer this machine"),
    }
}

fn tcp(answering: &[&Asked]) -> AuditFinding {
    let failing: Vec<String> = answering
        .iter()
        .filter_map(|server| Some(format!("{}: {}", server.at, server.tcp.as_ref().err()?)))
        .collect();
    if failing.is_empty() {
        let says = "long answers come over TCP";
        return AuditFinding::new(TCP, "dns_tcp_works", AuditState::Works, says);
    }
    AuditFinding::new(TCP, "dns_tcp_closed", AuditState::Limited, failing.join("; "))
        .unlocking(LONG)
        .mended_by("let TCP to port 53 of the name servers through the firewall")
}

fn honesty(answering: &[&Asked]) -> AuditFinding {
    let liar = answering.iter().find_map(|server| Some((server.at, server.lies.as_ref()?)));
    let Some((at, (name, address))) = liar else {
        let says = "names that do not exist are said not to exist";
        return AuditFinding::new(HONESTY, "dns_honest", AuditState::Works, says);
    };
    let says = format!("{at} answers {address} for {name}, which does not exist");
    AuditFinding::new(HONESTY, "dns_lies", AuditState::Broken, says)
        .unlocking(TRUTH)
        .mended_by("set verify.dns_servers to a resolver that does not make up answers")
}

fn dnssec(answering: &[&Asked]) -> AuditFinding {
    let (good, all) = (answering.iter().filter(|s| s.validates).count(), answering.len());
    if good == all {
        let says = "signatures are validated";
        return AuditFinding::new(DNSSEC, "dnssec_validated", AuditState::Works, says);
    }
    let (code, state, says) = if good == 0 {
        ("dnssec_absent", AuditState::Missing, "the name servers do not validate".to_owned())
    } else {
        let says = format!("{good} of {all} name servers validate");
        ("dnssec_partly", AuditState::Limited, says)
    };
    AuditFinding::new(DNSSEC, code, state, says)
        .unlocking(SIGNATURES)
        .mended_by("set verify.dns_servers to a validating resolver")
}

fn absolute(name: &str) -> Option<Name> {
    let mut name = Name::from_ascii(name).ok()?;
    name.set_fqdn(true);
    Some(name)
}
