//! Where scripts/test-real has started the servers, and how a verdict of theirs is checked.

use std::net::SocketAddr;
use std::time::Duration;

use captely_contact::{CatchAll, EmailStatus};
use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};

/// The sender of all questions, a mailbox that Postfix has.
pub(crate) const SENDER: &str = "ada@company.test";

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("skipped: {name} is not set; run `make test-real`, as root for mail servers");
    }
    value
}

fn dns_server(host: u8) -> Option<SocketAddr> {
    let port = variable("CAPTELY_REAL_DNS_PORT")?.parse().expect("a port");
    Some(([127, 0, 0, host], port).into())
}

/// Unbound, which validates.
pub(crate) fn resolver() -> Option<SocketAddr> {
    dns_server(11)
}

/// Knot, which knows the test domains and refuses all others.
pub(crate) fn authority() -> Option<SocketAddr> {
    dns_server(12)
}

/// A configuration for DNS alone.
pub(crate) fn dns_config(server: SocketAddr) -> VerifyConfig {
    VerifyConfig { dns: Some(vec![server]), allow_private_hosts: true, ..VerifyConfig::default() }
}

/// A configuration for all servers.
pub(crate) fn config() -> Option<VerifyConfig> {
    let smtp_port = variable("CAPTELY_REAL_SMTP_PORT")?.parse().expect("a port");
    Some(VerifyConfig {
        smtp_port,
        helo_name: "verifier.company.test".into(),
        mail_from: SENDER.into(),
        command_timeout: Duration::from_secs(15),
        ..dns_config(resolver()?)
    })
}

/// A verifier with no memory; none where there are no servers.
pub(crate) fn verifier() -> Option<EmailVerifier> {
    Some(verifier_with(config()?))
}

pub(crate) fn verifier_with(config: VerifyConfig) -> EmailVerifier {
    EmailVerifier::new(config, 7).expect("a good configuration")
}

/// What a verdict must be: code, status, catch-all and level.
pub(crate) type Expected = (&'static str, EmailStatus, CatchAll, Level);

#[track_caller]
pub(crate) fn check(verdict: &EmailVerdict, (code, status, catch_all, level): Expected) {
    let found = (verdict.code, verdict.status, verdict.catch_all, verdict.level);
    assert_eq!(found, (code, status, catch_all, level), "{verdict:#?}");
}

/// The live mailbox at a host that refuses others.
pub(crate) const LIVE: Expected = ("accepted", EmailStatus::Valid, CatchAll::No, Level::Smtp);
/// A dead one.
pub(crate) const ABSENT: Expected =
    ("mailbox_absent", EmailStatus::Invalid, CatchAll::No, Level::Smtp);
/// Any at a domain that takes all.
pub(crate) const ACCEPT_ALL: Expected =
    ("accept_all", EmailStatus::AcceptAll, CatchAll::Yes, Level::Smtp);

/// A mailbox that could not be asked about.
pub(crate) const fn unknown(code: &'static str, level: Level) -> Expected {
    (code, EmailStatus::Unknown, CatchAll::NotTested, level)
}

/// Lines of Postfix's log that hold all the words, read until there are `wanted`, at most 5 s.
pub(crate) async fn mail_log(wanted: usize, words: &[&str]) -> Vec<String> {
    let path = variable("CAPTELY_REAL_MAIL_LOG").expect("set together with the port");
    let mut found = Vec::new();
    for _ in 0..50 {
        let log = std::fs::read_to_string(&path).expect("Postfix's log");
        let of_all = |line: &&str| words.iter().all(|word| line.contains(word));
        found = log.lines().filter(of_all).map(str::to_owned).collect();
        if found.len() >= wanted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    found
}
