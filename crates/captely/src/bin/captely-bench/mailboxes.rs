//! `captely-bench mailboxes`: addresses verified at mail hosts of the sandbox that take their time, and
//! how near that comes to the shortest time which the limits per host allow.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use captely_sandbox::dns::{self, DnsSettings};
use captely_sandbox::mail_world::{MailDomain, MailWorld, Mailbox, Personality};
use captely_sandbox::smtp::{self, Dialect, SmtpSettings};
use captely_verify::{EmailVerifier, Level, VerifyConfig};
use clap::Args;
use futures::StreamExt as _;

use crate::cascade::Failed;

/// Steps of a connection before its first recipient: greeting, EHLO, MAIL.
const OPENING_STEPS: usize = 3;
/// Rows under way at a time, for each connection there may be: some wait for their turn.
const ROWS_PER_CONNECTION: usize = 4;
/// Of a domain's names the last in each so many do not exist.
const ABSENT_EVERY: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct Mailboxes {
    /// Addresses to verify, spread evenly over the domains
    #[arg(long, default_value_t = 10_000)]
    addresses: usize,
    /// Domains, each with a mail host of its own
    #[arg(long, default_value_t = 500)]
    domains: usize,
    /// How long a mail host takes for its greeting and each reply
    #[arg(long, default_value_t = 50)]
    step_ms: u64,
    /// Connections open to one mail host at a time
    #[arg(long, default_value_t = 1)]
    connections_per_host: usize,
    /// Recipients asked on one connection
    #[arg(long, default_value_t = 18)]
    recipients_per_connection: usize,
}

/// Domains `d0.test` and so on, with one host each and any name that does not begin with `gone`.
struct Town {
    domains: usize,
}

impl Town {
    /// The host of the domain with this number: one that understands EHLO.
    fn host(number: usize) -> String {
        let names = (0..).map(|n| format!("mx.d{number}-{n}.hosts.test"));
        let mut modern = names.filter(|name| Dialect::of_host(name) != Dialect::Old);
        modern.next().unwrap_or_default()
    }
}

impl MailWorld for Town {
    fn domain(&self, domain: &str) -> Option<MailDomain> {
        let number: usize = domain.strip_prefix('d')?.strip_suffix(".test")?.parse().ok()?;
        let mx = vec![(10, Self::host(number))];
        let personality = Personality::Normal;
        (number < self.domains).then_some(MailDomain { personality, mx, has_a: true })
    }

    fn mailbox(&self, _domain: &str, local: &str) -> Mailbox {
        if local.starts_with("ada") { Mailbox::Exists } else { Mailbox::Absent }
    }

    fn host(&self, host: &str) -> Option<Personality> {
        host.ends_with(".hosts.test").then_some(Personality::Normal)
    }
}

impl Mailboxes {
    /// Verifies the addresses and prints what it took.
    pub(crate) async fn measure(&self) -> Result<serde_json::Value, Failed> {
        let town = Arc::new(Town { domains: self.domains });
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let names = dns::start(town.clone(), loopback, DnsSettings::default()).await?;
        let most = self.connections_max();
        let settings = SmtpSettings {
            reply_delay_ms: self.step_ms,
            connections_max: most.saturating_mul(2),
            connections_per_host_max: most.saturating_mul(2),
            ..SmtpSettings::default()
        };
        let hosts = smtp::start(town, settings).await?;
        let config = VerifyConfig {
            helo_name: "bench.test".into(),
            dns: Some(vec![names.addr()]),
            smtp_port: hosts.port(),
            allow_private_hosts: true,
            connections_per_host: self.connections_per_host,
            connections_max: most,
            idle_connections_max: most,
            recipients_per_connection: self.recipients_per_connection,
            call_timeout: Duration::from_mins(10),
            ..VerifyConfig::default()
        };
        let verifier = EmailVerifier::new(config, 7)?;
        // Names are looked up before: what is measured is the time at the mail hosts.
        for domain in 0..self.domains {
            verifier.verify(&self.address(domain), Level::Mx).await;
        }
        let began = Instant::now();
        let verdicts = futures::stream::iter(0..self.addresses)
            .map(|number| {
                let (verifier, address) = (verifier.clone(), self.address(number));
                tokio::spawn(async move { verifier.verify(&address, Level::Smtp).await.code })
            })
            .buffer_unordered(most.saturating_mul(ROWS_PER_CONNECTION));
        let codes: Vec<_> = verdicts.collect().await;
        let seconds = began.elapsed().as_secs_f64();
        let codes = codes.into_iter().collect::<Result<Vec<&str>, _>>()?;
        let count = |code: &str| codes.iter().filter(|found| **found == code).count();
        let ideal = self.shortest().as_secs_f64();
        let seen = hosts.counts(Personality::Normal);
        Ok(serde_json::json!({
            "addresses": self.addresses,
            "domains": self.domains,
            "seconds": seconds,
            "addresses_per_s": f64::from(u32::try_from(self.addresses)?) / seconds,
            "shortest_s": ideal,
            "share": ideal / seconds,
            "accepted": count("accepted"),
            "absent": count("mailbox_absent"),
            "connections": seen.connections,
            "recipients": seen.rcpts,
        }))
    }

    /// The addresses in turn over the domains, as in a list that is sorted by nothing.
    fn address(&self, number: usize) -> String {
        let (nth, domain) = (number / self.domains, number % self.domains);
        let local = if nth % ABSENT_EVERY == ABSENT_EVERY - 1 { "gone" } else { "ada" };
        format!("{local}{nth}@d{domain}.test")
    }

    fn connections_max(&self) -> usize {
        self.domains.saturating_mul(self.connections_per_host)
    }

    /// The shortest time in which the limits per host allow it: the recipients of a host and its one
    /// catch-all probe shared evenly by its connections, each opened anew after so many recipients, one
    /// step after another.
    fn shortest(&self) -> Duration {
        let of_host = self.addresses.div_ceil(self.domains).saturating_add(1);
        let of_connection = of_host.div_ceil(self.connections_per_host);
        let openings = of_connection.div_ceil(self.recipients_per_connection);
        let steps = of_connection.saturating_add(openings.saturating_mul(OPENING_STEPS));
        Duration::from_millis(self.step_ms).saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
    }
}
