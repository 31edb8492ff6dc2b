//! The audit of the calling host against scripted peers.

mod clock;
mod lists;
mod mail_port;
mod resolver;
mod sender;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_verify::{AuditConfig, AuditFinding, AuditState, HostAudit, VerifyConfig, audit_host};

use crate::peer::{Answer, Manners, World};

/// 2026-11-21T20:52:03Z.
const NOW_US: i64 = 1_795_294_323_000_000;
const ADDRESS: &str = "203.0.113.7";
const POINTER: &str = "7.113.0.203.in-addr.arpa";

/// A host in good order: `mail.sender.test` at 203.0.113.7, sending for `sender.test`.
struct Host {
    world: World,
    config: AuditConfig,
}

impl Host {
    async fn new() -> Self {
        let mut world = World::new().await;
        world.mail("probe.test", Manners::knowing(&[])).await;
        for (name, kind, answer) in [
            (POINTER, "PTR", Answer::Pointer("mail.sender.test".into())),
            ("mail.sender.test", "A", Answer::address(ADDRESS)),
            ("sender.test", "MX", Answer::mx(&[(10, "mail.sender.test")])),
            ("sender.test", "TXT", Answer::text("v=spf1 mx -all")),
            ("_dmarc.sender.test", "TXT", Answer::text("v=DMARC1; p=reject")),
        ] {
            world.names.set(name, kind, answer);
        }
        let verify = VerifyConfig {
            helo_name: "mail.sender.test".into(),
            mail_from: "ada@sender.test".into(),
            ..world.config()
        };
        let config = AuditConfig {
            verify,
            address: ADDRESS.parse().ok(),
            probe_domains: vec!["probe.test".parse().unwrap()],
            block_lists: Vec::new(),
            ntp_server: None,
            total_timeout: Duration::from_secs(20),
            seed: 7,
            clock: Arc::new(|| Timestamp::micros(NOW_US)),
        };
        Self { world, config }
    }

    fn set(&self, name: &str, kind: &str, answer: Answer) {
        self.world.names.set(name, kind, answer);
    }

    async fn audit(&self) -> Audit {
        Audit(audit_host(&self.config).await.unwrap())
    }

    /// What the audit says of one thing.
    async fn finding(&self, what: &str) -> AuditFinding {
        self.audit().await.of(what).clone()
    }

    #[track_caller]
    fn expect(finding: &AuditFinding, code: &str, state: AuditState, says: &str) {
        assert_eq!((finding.code, finding.state), (code, state), "{finding:#?}");
        assert!(finding.says.contains(says), "{says:?} in {finding:#?}");
        let works = state == AuditState::Works;
        assert_eq!(finding.unlocks.is_none(), works, "{finding:#?}");
    }
}

struct Audit(HostAudit);

impl Audit {
    #[track_caller]
    fn of(&self, what: &str) -> &AuditFinding {
        let found = self.0.findings.iter().find(|finding| finding.what.starts_with(what));
        found.unwrap_or_else(|| panic!("{what} in {:#?}", self.0))
    }

    fn codes(&self) -> Vec<&str> {
        self.0.findings.iter().map(|finding| finding.code).collect()
    }
}

#[tokio::test]
async fn a_host_in_good_order() {
    let mut host = Host::new().await;
    host.config.block_lists = vec!["list.test".parse().unwrap()];
    host.set("2.0.0.127.list.test", "A", Answer::address("127.0.0.2"));
    host.set("", "SOA", Answer::Validated(Box::new(Answer::NoData)));
    let audit = host.audit().await;
    assert_eq!(audit.0.address, ADDRESS.parse::<IpAddr>().ok());
    let expected = [
        "dns_answers",
        "dns_tcp_works",
        "dns_honest",
        "dnssec_validated",
        "port_open",
        "address_known",
        "ptr_confirmed",
        "helo_matches",
        "sender_takes_mail",
        "spf_pass",
        "dmarc_present",
        "list_clear",
        "clock_unknown",
    ];
    assert_eq!(audit.codes(), expected, "{:#?}", audit.0);
}

#[tokio::test]
async fn nothing_answers_and_the_audit_ends_all_the_same() {
    let mut host = Host::new().await;
    host.config.verify.dns = Some(vec!["127.9.9.9:9".parse().unwrap()]);
    host.config.block_lists = vec!["list.test".parse().unwrap()];
    host.config.ntp_server = Some("ntp.sender.test".parse().unwrap());
    let audit = host.audit().await;
    Host::expect(audit.of("name servers"), "dns_silent", AuditState::Broken, "127.9.9.9:9");
    for what in ["mail servers", "reverse DNS", "HELO name", "block list", "sender policy"] {
        assert_eq!(audit.of(what).state, AuditState::Missing, "{:#?}", audit.of(what));
    }
    let mend = audit.of("mail servers").mend.as_deref().unwrap_or_default();
    assert!(mend.contains("name servers"), "{mend}");
    Host::expect(audit.of("clock"), "clock_unknown", AuditState::Missing, "it has no address");
}

#[tokio::test]
async fn the_time_for_all_is_kept() {
    let mut host = Host::new().await;
    host.config.block_lists = vec!["list.test".parse().unwrap()];
    host.set("*", "A", Answer::Silence);
    host.world
        .mail("mute.test", Manners { greeting: "SILENCE".into(), ..Manners::knowing(&[]) })
        .await;
    host.config.probe_domains.push("mute.test".parse().unwrap());
    host.config.ntp_server = Some("ntp.sender.test".parse().unwrap());
    host.config.verify.dns_timeout = Duration::from_secs(30);
    host.config.verify.command_timeout = Duration::from_secs(30);
    host.config.total_timeout = Duration::from_millis(300);
    let audit = host.audit().await;
    Host::expect(audit.of("block list"), "not_tried", AuditState::Missing, "was over");
    Host::expect(audit.of("name servers"), "not_tried", AuditState::Missing, "was over");
    Host::expect(audit.of("mail servers"), "port_open", AuditState::Works, "mx.probe.test");
    Host::expect(audit.of("clock"), "clock_unknown", AuditState::Missing, "was over");
    host.config.probe_domains = vec!["mute.test".parse().unwrap()];
    let found = host.finding("mail servers").await;
    Host::expect(&found, "not_tried", AuditState::Missing, "mute.test: the time");
}

#[tokio::test]
async fn what_cannot_be_used_is_refused() {
    let mut host = Host::new().await;
    host.config.probe_domains.clear();
    let why = audit_host(&host.config).await.unwrap_err().to_string();
    assert!(why.contains("probe_domains has 0 entries"), "{why}");
    host = Host::new().await;
    host.config.verify.helo_name = "a b".into();
    assert!(audit_host(&host.config).await.unwrap_err().to_string().contains("helo_name"));
}
