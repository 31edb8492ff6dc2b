//! How the calling host looks to mail servers: the way out to port 25, its names, what its domain
//! and the block lists say of it, its clock, its resolver. Only questions; nothing is changed and no
//! message is sent. A failing host explains `unknown` verdicts; it never blames an address.

mod block_list;
mod clock;
mod config;
mod finding;
mod helo;
mod mail_port;
mod own_address;
mod questions;
mod resolver;
mod reverse;
mod sender;
mod sntp;
mod spf;
mod wire;

use std::future::Future;

use captely_contact::Domain;
use futures::future::join_all;
use tokio::time::{Instant, timeout_at};

pub use config::{
    AuditClock, AuditConfig, AuditError, BLOCK_LISTS, NtpServer, NtpServerError, PROBE_DOMAINS,
};
pub use finding::{AuditFinding, AuditState, HostAudit};

use crate::dns::Dns;
use crate::probe::ProbeNames;
use mail_port::{Greeted, Outcome};
use own_address::OwnAddress;
use questions::Questions;

/// Looks at this host, all questions at the same time where one does not need another's answer.
///
/// Ends within `total_timeout`: what is not known by then is `missing` with the code `not_tried`.
/// Fails only where the configuration cannot be used.
pub async fn audit_host(config: &AuditConfig) -> Result<HostAudit, AuditError> {
    config.check()?;
    let audit = Audit {
        config,
        questions: Questions::new(Dns::new(&config.verify)?),
        deadline: Instant::now().checked_add(config.total_timeout),
    };
    Ok(Box::pin(audit.run()).await)
}

struct Audit<'a> {
    config: &'a AuditConfig,
    questions: Questions,
    /// `None` where the time allowed is longer than clocks count.
    deadline: Option<Instant>,
}

/// What depends on the address.
struct OfAddress {
    own: Option<OwnAddress>,
    findings: Vec<AuditFinding>,
}

impl Audit<'_> {
    async fn run(&self) -> HostAudit {
        let (resolver, asked, (greeted, of_address)) =
            tokio::join!(self.resolver(), self.time_server(), self.mail(),);
        let mut findings = resolver;
        findings.push(mail_port::finding(&greeted, self.config.verify.smtp_port));
        findings.push(own_address::finding(of_address.own.as_ref()));
        findings.extend(of_address.findings);
        findings.push(clock::finding(asked, &greeted));
        HostAudit { address: of_address.own.map(|own| own.address), findings }
    }

    async fn resolver(&self) -> Vec<AuditFinding> {
        let servers = wire::servers(&self.config.verify);
        let made_up = ProbeNames::new(self.config.seed);
        let patience = self.config.verify.dns_timeout;
        let Some(probe) = self.config.probe_domains.first() else { return Vec::new() };
        self.in_time(resolver::look(&servers, probe, &made_up, patience))
            .await
            .unwrap_or_else(|| resolver::untried(UNFINISHED))
    }

    /// The time server and how far its clock is ahead in microseconds, or what failed.
    async fn time_server(&self) -> Option<(String, Result<i64, String>)> {
        let config = self.config;
        let server = config.ntp_server.as_ref()?;
        let patience = config.verify.dns_timeout;
        let asked =
            self.in_time(sntp::offset_us(server, &self.questions, &config.clock, patience)).await;
        Some((server.to_string(), asked.unwrap_or_else(|| Err(UNFINISHED.to_owned()))))
    }

    /// Greets a mail host of every domain, all at the same time.
    async fn greet(&self) -> Vec<Greeted> {
        let config = self.config;
        let one = async |domain: &Domain| {
            let dns = self.questions.dns();
            let call = mail_port::greet(domain, dns, &config.verify, &config.clock);
            let outcome = self.in_time(call).await.unwrap_or(Outcome::Unfinished);
            Greeted { domain: domain.clone(), outcome }
        };
        join_all(config.probe_domains.iter().map(one)).await
    }

    /// Greets the mail hosts, and looks at the address; one after the other where only a mail host
    /// can tell the address.
    async fn mail(&self) -> (Vec<Greeted>, OfAddress) {
        let config = self.config;
        let known = match config.address {
            Some(address) => Some(OwnAddress::told(address)),
            None => OwnAddress::of_machine(&config.verify).await,
        };
        if known.is_some() {
            return tokio::join!(self.greet(), self.of_address(known));
        }
        let greeted = self.greet().await;
        let own = OwnAddress::of_greetings(&greeted, config.verify.allow_private_hosts);
        let of_address = self.of_address(own).await;
        (greeted, of_address)
    }

    async fn of_address(&self, own: Option<OwnAddress>) -> OfAddress {
        let (config, questions) = (self.config, &self.questions);
        let address = own.as_ref().map(|own| own.address);
        let helo = config.verify.helo_name.as_str();
        let names = async {
            let reverse = match address {
                Some(address) => reverse::look(questions, address).await,
                None => reverse::untried(UNKNOWN_ADDRESS),
            };
            let of_helo = helo::look(questions, helo, address, reverse.name.as_deref()).await;
            vec![reverse.finding, of_helo]
        };
        let lists = async {
            match address {
                Some(address) => block_list::look(questions, &config.block_lists, address).await,
                None => block_list::untried(&config.block_lists, UNKNOWN_ADDRESS),
            }
        };
        let (names, sender, lists) = tokio::join!(
            self.in_time(names),
            self.in_time(sender::look(questions, &config.verify.mail_from, helo, address)),
            self.in_time(lists),
        );
        let findings = [
            names.unwrap_or_else(|| {
                vec![reverse::untried(UNFINISHED).finding, helo::untried(UNFINISHED)]
            }),
            sender.unwrap_or_else(|| sender::untried(UNFINISHED)),
            lists.unwrap_or_else(|| block_list::untried(&config.block_lists, UNFINISHED)),
        ];
        OfAddress { own, findings: findings.concat() }
    }

    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self.deadline {
            Some(deadline) => timeout_at(deadline, work).await.ok(),
            None => Some(work.await),
        }
    }
}

const UNKNOWN_ADDRESS: &str = "the public address is unknown";
const UNFINISHED: &str = "the time for the whole audit was over; allow more (--timeout-s)";
