//! The sandbox that the tests ask, and the doors to it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use captely_enrichment::{ProviderSeat, SlotLimits};
use captely_providers::{Http, HttpConfig, ProviderSettings};
use captely_sandbox::{Account, Conduct, Provider, Sandbox, Settings};
use captely_verify::{EmailVerifier, VerifyConfig};

use crate::gate::{Gate, Gated};

const PEOPLE: u32 = 4_000;

/// A world with known truth, and its providers.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
}

impl World {
    pub(crate) async fn new(seed: u64, conduct: Conduct) -> Self {
        let settings = Settings { seed, people: PEOPLE, conduct, ..Settings::default() };
        Self { sandbox: Sandbox::start(settings).await.unwrap() }
    }

    /// Rows `from..from + n` of the world's list as CSV; each row is another person.
    pub(crate) fn leads(&self, from: u64, n: u64) -> String {
        let world = self.sandbox.world();
        let mut csv = String::from("first_name,last_name,company,domain,title,country,row\n");
        for row in from..from + n {
            let person = world.person(world.lead(row).unwrap()).unwrap();
            let company = world.company(person.company).unwrap();
            let cells = [
                &person.first_name,
                &person.last_name,
                &company.name,
                &company.domain,
                &person.title,
                company.country.code,
            ];
            writeln!(csv, "\"{}\",{row}", cells.join("\",\"")).unwrap();
        }
        csv
    }

    pub(crate) fn doors(&self) -> Doors {
        let addresses = self.sandbox.addresses();
        let door = |provider: Provider| (provider, addresses.providers.of(provider).clone());
        Doors {
            providers: Provider::FINDERS.map(door).to_vec(),
            limits: Pace::default(),
            dns: addresses.dns.parse().unwrap(),
            smtp: addresses.smtp.parse().unwrap(),
            verify: false,
            per_call: None,
            timeout: Duration::from_secs(30),
            calls_at_once: 32,
            gates: Vec::new(),
        }
    }
}

/// Which limits a process keeps.
#[derive(Clone, Default)]
pub(crate) struct Pace {
    pub(crate) limits: SlotLimits,
    pub(crate) poll_every: Duration,
}

/// How a process reaches the providers: plain data, so that another "process" can have it too.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) providers: Vec<(Provider, Account)>,
    pub(crate) limits: Pace,
    pub(crate) verify: bool,
    /// Questions of one call, where fewer are wanted than the provider takes.
    pub(crate) per_call: Option<usize>,
    /// For one call of a provider.
    pub(crate) timeout: Duration,
    /// Calls to one provider under way at most.
    pub(crate) calls_at_once: usize,
    /// Gates that calls to providers wait at.
    pub(crate) gates: Vec<(Provider, Arc<Gate>)>,
    dns: SocketAddr,
    smtp: SocketAddr,
}

impl Doors {
    /// With these providers alone, in this order.
    pub(crate) fn only(mut self, providers: &[Provider]) -> Self {
        let door = |wanted: &Provider| {
            self.providers.iter().find(|(provider, _)| provider == wanted).cloned().unwrap()
        };
        self.providers = providers.iter().map(door).collect();
        self
    }

    /// Calls to this provider wait at the gate that comes back, from now on.
    pub(crate) fn gate(&mut self, provider: Provider) -> Arc<Gate> {
        let gate = Arc::<Gate>::default();
        self.gates.push((provider, Arc::clone(&gate)));
        gate
    }

    /// Seats with real clients, whose HTTP connections belong to the runtime that calls this. They
    /// cost what the sandbox's ledger reckons.
    pub(crate) fn seats(&self) -> Vec<ProviderSeat> {
        let config =
            HttpConfig { allow_private: true, total_timeout: self.timeout, ..Default::default() };
        let config = HttpConfig { connect_timeout: self.timeout / 2, ..config };
        let http = Http::new(&config).unwrap();
        let seat = |(provider, account): &(Provider, Account)| {
            let mut settings = ProviderSettings::new(account.key.as_str());
            settings.base = Some(account.base.clone());
            settings.usd_per_credit = Some(provider.price_per_credit());
            settings.poll_every = Some(self.limits.poll_every);
            settings.questions_per_call = self.per_call;
            let client =
                captely_providers::client(provider.as_str(), http.clone(), &settings).unwrap();
            let gate = self.gates.iter().find(|(gated, _)| gated == provider);
            let client: Arc<dyn captely_providers::Provider> = match gate {
                Some((_, gate)) => Arc::new(Gated { client, gate: Arc::clone(gate) }),
                None => client.into(),
            };
            ProviderSeat {
                usd_per_credit: provider.price_per_credit(),
                key_mark: settings.key.mark(),
                limits: self.limits.limits.clone(),
                poll_every: self.limits.poll_every,
                calls_at_once: self.calls_at_once,
                client,
            }
        };
        self.providers.iter().map(seat).collect()
    }

    pub(crate) fn verifier(&self) -> Option<EmailVerifier> {
        let config = VerifyConfig {
            dns: Some(vec![self.dns]),
            smtp_port: self.smtp.port(),
            allow_private_hosts: true,
            connections_per_host: 32,
            recipients_per_connection: 1_000,
            connect_timeout: Duration::from_secs(5),
            command_timeout: Duration::from_secs(5),
            host_pause: Duration::from_millis(50),
            ..VerifyConfig::default()
        };
        self.verify.then(|| EmailVerifier::new(config, 7).unwrap())
    }
}
