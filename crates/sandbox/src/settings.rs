//! What can be set: once at the start ([`Settings`]), and while the sandbox runs ([`Conduct`]).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dns::DnsSettings;
use crate::payments::{StripeConduct, StripeSettings};
use crate::provider::{Each, Provider};
use crate::smtp::{SmtpSettings, SubmissionSettings};

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The world's seed.
    pub seed: u64,
    /// How many people it has, 1 to [`crate::world::PEOPLE_MAX`].
    pub people: u32,
    /// Address of the HTTP listener; port 0 takes a free one. Loopback only.
    pub listen: SocketAddr,
    /// The date at the start, as answers tell it. Time then passes as the runtime's clock does.
    pub started_at: Timestamp,
    /// Keys of each provider's accounts.
    pub keys: Each<Vec<String>>,
    /// Secret of the account that signs Icypeas's webhooks.
    pub icypeas_secret: String,
    /// Secret that goes with the keys of Twilio's accounts.
    pub twilio_secret: String,
    /// How Stripe's account starts.
    pub stripe: StripeSettings,
    /// How the providers behave.
    pub conduct: Conduct,
    /// Where DNS listens; port 0 takes a free one. Loopback only.
    pub dns_listen: SocketAddr,
    /// How DNS behaves.
    pub dns: DnsSettings,
    /// How the mail hosts behave.
    pub smtp: SmtpSettings,
    /// How the server behaves that takes mail.
    pub submission: SubmissionSettings,
}

impl Default for Settings {
    fn default() -> Self {
        let key = |provider: Provider| vec![format!("sandbox-{provider}-key")];
        Self {
            seed: 1,
            people: 10_000,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            // 2026-01-05T09:00:00Z, a Monday.
            started_at: Timestamp::micros(1_767_603_600_000_000),
            keys: Each {
                icypeas: key(Provider::Icypeas),
                dropcontact: key(Provider::Dropcontact),
                hunter: key(Provider::Hunter),
                apollo: key(Provider::Apollo),
                zerobounce: key(Provider::Zerobounce),
                twilio: key(Provider::Twilio),
                resend: key(Provider::Resend),
                stripe: vec!["sk_test_sandbox".to_owned()],
            },
            icypeas_secret: "sandbox-icypeas-secret".to_owned(),
            twilio_secret: "sandbox-twilio-secret".to_owned(),
            stripe: StripeSettings::default(),
            conduct: Conduct::default(),
            dns_listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            dns: DnsSettings::default(),
            smtp: SmtpSettings::default(),
            submission: SubmissionSettings::default(),
        }
    }
}

/// How the providers behave; can be changed while the sandbox runs. Durations are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conduct {
    /// Whether rate limits and processing times apply. Without them every job is ready at once.
    pub limits: bool,
    /// How long every answer takes.
    pub latency_ms: Span,
    /// How long Icypeas works on one search.
    pub icypeas_processing_ms: Span,
    /// How long Dropcontact works on one batch.
    pub dropcontact_ready_ms: Span,
    /// How often, in thousandths, Hunter first answers 202.
    pub hunter_pending_permille: u32,
    /// How long such an answer stays pending.
    pub hunter_pending_ms: Span,
    /// How long Apollo works on phones and waterfall e-mails.
    pub apollo_webhook_ms: Span,
    /// How long after ZeroBounce's first look at an address behind greylisting the second one succeeds.
    pub zerobounce_greylist_ms: Span,
    /// Apollo keys whose plan or scope lacks the enrichment endpoints (403).
    pub apollo_restricted_keys: Vec<String>,
    /// Domains that no Resend account has shown to be its own (403).
    pub resend_unverified_domains: Vec<String>,
    /// How Stripe and its webhooks behave.
    pub stripe: StripeConduct,
    /// Settings of each provider.
    pub providers: Each<ProviderConduct>,
}

impl Default for Conduct {
    fn default() -> Self {
        let limited = |calls_per_minute| ProviderConduct { calls_per_minute, ..Default::default() };
        Self {
            limits: true,
            latency_ms: Span { from: 20, to: 80 },
            icypeas_processing_ms: Span { from: 2_000, to: 8_000 },
            dropcontact_ready_ms: Span { from: 15_000, to: 50_000 },
            hunter_pending_permille: 30,
            hunter_pending_ms: Span { from: 1_000, to: 5_000 },
            apollo_webhook_ms: Span { from: 20_000, to: 90_000 },
            zerobounce_greylist_ms: Span { from: 60_000, to: 600_000 },
            apollo_restricted_keys: Vec::new(),
            resend_unverified_domains: Vec::new(),
            stripe: StripeConduct::default(),
            providers: Each {
                icypeas: limited(60),
                dropcontact: limited(10),
                hunter: limited(20),
                apollo: limited(30),
                // Its own limit, 80,000 in ten seconds, is the narrower one.
                zerobounce: limited(480_000),
                twilio: limited(600),
                // Its own limit, 10 a second, is the narrower one.
                resend: limited(600),
                // Its own limits, 25 reads and 25 writes a second, are the narrower ones.
                stripe: limited(3_000),
            },
        }
    }
}

impl Conduct {
    /// No limits, no latency, no waiting: what benches and most tests want.
    pub fn at_once() -> Self {
        Self {
            limits: false,
            latency_ms: Span::default(),
            hunter_pending_permille: 0,
            ..Self::default()
        }
    }

    /// The same faults, `permille` thousandths of all calls together, at every provider.
    #[must_use]
    pub fn with_faults(mut self, permille: u32) -> Self {
        for provider in Provider::ALL {
            self.providers.of_mut(provider).faults = Faults::spread(permille);
        }
        self
    }
}

/// One provider's limits, credits and faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderConduct {
    /// Look-ups (submits, at asynchronous providers) that an account may make in any 60 seconds.
    pub calls_per_minute: u32,
    /// Credits of each account, in thousandths; `null` for no end of them. Setting it while the sandbox
    /// runs fills every account up to it.
    pub credits_millis: Option<i64>,
    /// What goes wrong.
    pub faults: Faults,
}

impl Default for ProviderConduct {
    fn default() -> Self {
        Self { calls_per_minute: 60, credits_millis: Some(100_000_000), faults: Faults::default() }
    }
}

/// How often things go wrong, each in thousandths of calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// "Slow down", in the provider's own form, though the limit was kept.
    pub rate_limited: u32,
    /// A 5xx; nothing was done or charged.
    pub server_error: u32,
    /// No answer: the connection is held `hold_ms`, then closed. Half of these are worked on and charged.
    pub timeout: u32,
    /// The call is worked on and charged, and the answer is no JSON.
    pub garbage: u32,
    /// The call is worked on and charged, and the connection is cut instead of an answer.
    pub cut: u32,
    /// How long a time-out is held.
    pub hold_ms: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self { rate_limited: 0, server_error: 0, timeout: 0, garbage: 0, cut: 0, hold_ms: 60_000 }
    }
}

impl Faults {
    /// All kinds together `permille` thousandths, the likelier ones more often.
    pub fn spread(permille: u32) -> Self {
        Self {
            rate_limited: permille * 3 / 10,
            server_error: permille * 4 / 10,
            timeout: permille / 10,
            garbage: permille / 10,
            cut: permille / 10,
            ..Self::default()
        }
    }
}

/// A range of durations in milliseconds, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The least.
    pub from: u64,
    /// The most.
    pub to: u64,
}

impl Span {
    /// A duration in the range.
    pub(crate) fn at(self, draw: u64) -> u64 {
        let width = self.to.saturating_sub(self.from).saturating_add(1);
        self.from.saturating_add(crate::chance::below(draw, width))
    }
}
