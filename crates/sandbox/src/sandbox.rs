//! Starting and stopping a sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::addresses::{Addresses, Submission};
use crate::dns::{self, DnsCounts, DnsServer, DnsStartError};
use crate::ledger::Calls;
use crate::mail_world::{MailWorld, Personality};
use crate::outbox::Outbox;
use crate::payments::{self, Courier, StripeBooks};
use crate::server::{Listener, exchange, is_loopback_url, listen};
use crate::settings::{Conduct, Settings};
use crate::sim::Sim;
use crate::smtp::{self, Dialect, SmtpServer, SmtpStartError, SubmissionServer};
use crate::world::{PEOPLE_MAX, World};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The HTTP address could not be had.
    #[error(
        "cannot serve the sandbox on {address}; choose another address, or port 0 for any free one"
    )]
    Bind {
        /// Where, as it was asked for.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The sandbox is for this machine alone: it hands out keys and make-believe.
    #[error("{address} is no loopback address; the sandbox must not be seen from outside")]
    NotLoopback {
        /// Where, as it was asked for.
        address: SocketAddr,
    },
    /// The sandbox calls back nobody off this machine.
    #[error(
        "{url} is no http address of this machine; Stripe's webhooks go to http://127.0.0.1:PORT/…"
    )]
    StripeWebhook {
        /// Where, as it was asked for.
        url: String,
    },
    /// The world cannot have that many people.
    #[error("a sandbox has from 1 to {PEOPLE_MAX} people, not {people}")]
    People {
        /// As it was asked for.
        people: u32,
    },
    /// DNS did not start.
    #[error("the sandbox's DNS did not start")]
    Dns(#[from] DnsStartError),
    /// The mail hosts did not start.
    #[error("the sandbox's mail hosts did not start")]
    Smtp(#[from] SmtpStartError),
    /// The server that takes mail did not start.
    #[error("the sandbox's server that takes mail did not start")]
    Submission(#[source] std::io::Error),
}

/// A running sandbox: world, providers, DNS and mail hosts. Dropping it leaves its tasks to end with
/// the runtime; [`Sandbox::stop`] ends them at once.
pub struct Sandbox {
    sim: Arc<Sim>,
    addresses: Addresses,
    listener: Listener,
    dns: DnsServer,
    smtp: SmtpServer,
    submission: SubmissionServer,
    courier: Courier,
}

impl Sandbox {
    /// Draws the world and starts everything. Needs a Tokio runtime.
    pub async fn start(settings: Settings) -> Result<Self, SandboxError> {
        if !settings.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback { address: settings.listen });
        }
        if let Some(url) = settings.stripe.webhook.as_deref().filter(|url| !is_loopback_url(url)) {
            return Err(SandboxError::StripeWebhook { url: url.to_owned() });
        }
        if settings.people == 0 || settings.people > PEOPLE_MAX {
            return Err(SandboxError::People { people: settings.people });
        }
        let world = Arc::new(World::new(settings.seed, settings.people));
        let sim = Arc::new(Sim::new(Arc::clone(&world), &settings));
        let as_mail = || -> Arc<dyn MailWorld> { Arc::<World>::clone(&world) };
        let smtp = smtp::start(as_mail(), settings.smtp.clone()).await?;
        let dns = dns::start(as_mail(), settings.dns_listen, settings.dns.clone()).await?;
        let served = Arc::clone(&sim);
        let answer = move |request| {
            let sim = Arc::clone(&served);
            async move { exchange(&sim, request).await }
        };
        let listener = listen(settings.listen, answer)
            .await
            .map_err(|source| SandboxError::Bind { address: settings.listen, source })?;
        let submission = settings.submission.clone();
        let submission = SubmissionServer::start(submission, Arc::clone(&sim.outbox))
            .await
            .map_err(SandboxError::Submission)?;
        let http = format!("http://{}", listener.address);
        let addresses = Addresses {
            dns: dns.addr().to_string(),
            smtp: smtp.addr(Personality::Normal, Dialect::ALL[0]).to_string(),
            submission: Submission {
                address: submission.address().to_string(),
                user: settings.submission.user.clone(),
                password: settings.submission.password.clone(),
            },
            seed: world.seed(),
            people: world.people(),
            limits: settings.conduct.limits,
            providers: Addresses::accounts(&http, &settings),
            http,
        };
        // Nobody else can have set it: the cell was made above.
        let _first = sim.addresses.set(addresses.clone());
        let courier = Courier::start(Arc::clone(&sim));
        Ok(Self { sim, addresses, listener, dns, smtp, submission, courier })
    }

    /// Where everything is, and with which keys.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The world, with its truth.
    pub fn world(&self) -> &Arc<World> {
        &self.sim.world
    }

    /// The ledger so far.
    pub fn calls(&self) -> Calls {
        self.sim.ledger.report()
    }

    /// How the providers behave now.
    pub fn conduct(&self) -> Arc<Conduct> {
        self.sim.conduct()
    }

    /// Changes how the providers behave. Credits already used stay used.
    pub fn set_conduct(&self, conduct: Conduct) {
        self.sim.set_conduct(conduct, &[]);
    }

    /// DNS queries so far.
    pub fn dns_counts(&self) -> DnsCounts {
        self.dns.counts()
    }

    /// The mail that was handed over, by Resend's API or by SMTP.
    pub fn outbox(&self) -> &Outbox {
        &self.sim.outbox
    }

    /// What money Stripe has taken and given back.
    pub fn stripe_books(&self) -> StripeBooks {
        payments::books_of(&self.sim)
    }

    /// How many of Stripe's webhooks wait or are being delivered, with what has fallen due by now. At 0 everything
    /// that came of the past has arrived; one that is refused waits to be sent again.
    pub fn stripe_webhooks_waiting(&self) -> usize {
        payments::webhooks_waiting(&self.sim)
    }

    /// The mail hosts.
    pub const fn smtp(&self) -> &SmtpServer {
        &self.smtp
    }

    /// Forgets calls, jobs, charges, mail and payments; the world stays.
    pub fn reset(&self) {
        self.sim.reset();
    }

    /// Moves the sandbox's clock on by so many milliseconds.
    pub fn advance_ms(&self, ms: u64) {
        self.sim.clock.advance(ms);
    }

    /// Closes every socket and returns when they are closed.
    pub async fn stop(self) {
        self.courier.stop().await;
        self.listener.stop().await;
        self.dns.stop().await;
        self.smtp.stop().await;
        self.submission.stop().await;
    }
}
