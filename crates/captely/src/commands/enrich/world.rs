use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use captely_enrichment::{ProviderSeat, RunSettings};
use captely_imports::Import;
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_providers::{Http, HttpConfig, Key, ProviderSettings};
use captely_sandbox::Sandbox;
use captely_verify::{EmailVerifier, VerifyConfig};
use serde::Deserialize;

use super::super::verifier as setup;
use super::control::Control;
use super::seat::seat;
use crate::cli::SandboxChoice;
use crate::commands::local::workspace_of_sandbox;
use crate::config::Settings;
use crate::exit::CliError;

/// Calls to one provider under way at a time in the real world.
const CALLS_AT_ONCE: usize = 32;
/// The same towards a sandbox without limits, where there is nothing to be careful of.
const CALLS_AT_ONCE_UNLIMITED: usize = 256;
/// Mail servers of a sandbox answer at once or never.
const SANDBOX_TIMEOUT: Duration = Duration::from_secs(5);
/// A sandbox's mail hosts are left alone for as long after they said to slow down.
const SANDBOX_PAUSE: Duration = Duration::from_secs(3);

/// What stands behind providers, DNS and mail servers: the real world, or a sandbox.
pub struct World {
    /// Where its contacts are kept. What a sandbox invents never meets real contacts.
    pub workspace: WorkspaceId,
    /// `live`, or which sandbox.
    pub name: String,
    /// The providers that take part, in configured order.
    pub providers: Vec<ProviderSeat>,
    /// Checks addresses.
    pub verifier: Option<EmailVerifier>,
    /// Providers left out and why, in sentences.
    pub left_out: Vec<String>,
    control: Option<Control>,
    /// A sandbox in this process; it runs as long as this lives.
    own: Option<Sandbox>,
}

/// What a sandbox says of itself.
#[derive(Debug, Deserialize)]
struct Addresses {
    http: String,
    dns: SocketAddr,
    smtp: SocketAddr,
    seed: u64,
    limits: bool,
    providers: BTreeMap<String, Door>,
}

/// Where a sandbox's provider is, and a key for it.
#[derive(Debug, Deserialize)]
struct Door {
    base: String,
    key: String,
}

impl World {
    /// The world that the command line chose.
    pub async fn choose(
        choice: Option<&SandboxChoice>,
        settings: &Settings,
    ) -> Result<Self, CliError> {
        match choice {
            None => Self::live(settings),
            Some(SandboxChoice::Seed(seed)) => {
                let own = captely_sandbox::Settings {
                    seed: *seed,
                    conduct: captely_sandbox::Conduct::at_once(),
                    ..captely_sandbox::Settings::default()
                };
                Self::own(own, settings).await
            }
            Some(SandboxChoice::Running(address)) => Self::running(address, settings).await,
        }
    }

    /// The real providers, with the keys that are there.
    fn live(settings: &Settings) -> Result<Self, CliError> {
        let http = http(settings, false)?;
        let mut providers = Vec::new();
        let mut left_out = Vec::new();
        for provider in settings.usable_providers() {
            providers.push(seat(&provider.name, &http, &provider.for_client(), CALLS_AT_ONCE)?);
        }
        for provider in settings.providers.values().filter(|p| !p.is_usable()) {
            let why = if provider.enabled {
                format!("{} takes no part: {} is not set", provider.name, provider.key_variable())
            } else {
                format!("{} takes no part: it is switched off", provider.name)
            };
            left_out.push(why);
        }
        if providers.is_empty() {
            return Err(CliError::nothing("no data provider can be asked")
                .with_details(left_out)
                .try_this("set a key, or look around first with `captely demo` or --sandbox"));
        }
        Ok(Self {
            workspace: WorkspaceId::LOCAL,
            name: "live".to_owned(),
            providers,
            verifier: Some(verifier(setup::config(&settings.verify)?)?),
            left_out,
            control: None,
            own: None,
        })
    }

    /// A sandbox in this process.
    pub async fn own(
        own: captely_sandbox::Settings,
        settings: &Settings,
    ) -> Result<Self, CliError> {
        let sandbox = Sandbox::start(own).await.map_err(|error| {
            CliError::internal(format!("the sandbox cannot be started: {error}"))
        })?;
        let addresses = serde_json::to_value(sandbox.addresses())
            .and_then(serde_json::from_value::<Addresses>)
            .map_err(|e| CliError::internal(e.to_string()))?;
        let name = format!("sandbox {}", addresses.seed);
        let mut world = Self::of_sandbox(addresses, name, settings)?;
        world.own = Some(sandbox);
        Ok(world)
    }

    /// A sandbox that another process serves.
    async fn running(address: &str, settings: &Settings) -> Result<Self, CliError> {
        let http = http(settings, true)?;
        let control = Control { http, address: address.to_owned() };
        let said = control.get("/_sandbox").await?;
        let addresses: Addresses = serde_json::from_value(said).map_err(|error| {
            CliError::nothing(format!("{address} does not answer like a sandbox: {error}"))
                .try_this("the address that `captely sandbox` printed")
        })?;
        let name = format!("sandbox {} at {address}", addresses.seed);
        Self::of_sandbox(addresses, name, settings)
    }

    fn of_sandbox(
        addresses: Addresses,
        name: String,
        settings: &Settings,
    ) -> Result<Self, CliError> {
        let http = http(settings, true)?;
        let mut providers = Vec::new();
        for provider in settings.providers.values().filter(|p| p.enabled) {
            let Some(door) = addresses.providers.get(&provider.name) else { continue };
            let mut of_client = ProviderSettings {
                base: Some(door.base.clone()),
                key: Key::from(door.key.as_str()),
                webhook_url: None,
                secret: None,
                account_email: None,
                ..provider.for_client()
            };
            if !addresses.limits {
                of_client.calls_per_minute = Some(0);
                of_client.polls_per_minute = Some(0);
                of_client.poll_every = Some(Duration::ZERO);
            }
            let at_once = if addresses.limits { CALLS_AT_ONCE } else { CALLS_AT_ONCE_UNLIMITED };
            providers.push(seat(&provider.name, &http, &of_client, at_once)?);
        }
        order(&mut providers, settings);
        let config = VerifyConfig {
            dns: Some(vec![addresses.dns]),
            smtp_port: addresses.smtp.port(),
            allow_private_hosts: true,
            connect_timeout: SANDBOX_TIMEOUT,
            command_timeout: SANDBOX_TIMEOUT,
            connections_per_host: 256,
            connections_max: 1_500,
            idle_connections_max: 1_500,
            recipients_per_connection: 1_000,
            host_pause: SANDBOX_PAUSE,
            ..setup::config(&settings.verify)?
        };
        Ok(Self {
            workspace: workspace_of_sandbox(&name),
            name,
            providers,
            verifier: Some(verifier(config)?),
            left_out: Vec::new(),
            control: Some(Control { http, address: addresses.http }),
            own: None,
        })
    }

    /// Refuses a run that could not even ask one question.
    pub fn can_begin(&self, run: &RunSettings) -> Result<(), CliError> {
        let policy = &run.policy;
        let Some((price, title)) = super::forecast::cheapest(self, &policy.wants) else {
            let wanted: Vec<&str> = policy.wants.iter().map(|f| f.as_str()).collect();
            let what = format!("no provider that takes part gives {}", wanted.join(" or "));
            return Err(CliError::nothing(what)
                .with_details(self.left_out.clone())
                .try_this("`captely providers` shows who gives what"));
        };
        let budgets = [
            ("--max-cost-usd", policy.budget.run_max),
            ("--max-cost-per-row-usd", policy.budget.row_max),
        ];
        for (name, budget) in budgets {
            if let Some(max) = budget.filter(|max| *max < price) {
                let what = format!(
                    "{name} {max} is below one call: the cheapest question costs up to ${price} ({title})"
                );
                return Err(CliError::usage(what).try_this("a larger budget, or none"));
            }
        }
        Ok(())
    }

    /// Makes the people of a list known to a sandbox, so that there is something to find about them.
    pub async fn invite(&self, db: &Db, import: &Import) -> Result<(), CliError> {
        match &self.control {
            None => Ok(()),
            Some(control) => control.invite(db, self.workspace, import).await,
        }
    }

    /// A text that the sandbox behind this world serves, such as a list of its people.
    pub async fn text(&self, path: &str) -> Result<String, CliError> {
        match &self.control {
            None => Err(CliError::internal("there is no sandbox behind this world")),
            Some(control) => control.text(path).await,
        }
    }
}

fn http(settings: &Settings, allow_private: bool) -> Result<Http, CliError> {
    let usual = HttpConfig::default();
    let total_timeout = Duration::from_secs(settings.waterfall.provider_timeout_s.into());
    let connect_timeout = usual.connect_timeout.min(total_timeout / 2);
    let config = HttpConfig { total_timeout, connect_timeout, allow_private, ..usual };
    Http::new(&config).map_err(|e| CliError::internal(e.to_string()))
}

fn verifier(config: VerifyConfig) -> Result<EmailVerifier, CliError> {
    // only the names of catch-all probes come from it; they must differ, not be unguessable
    let seed = u64::from(std::process::id());
    EmailVerifier::new(config, seed).map_err(|e| CliError::usage(e.to_string()))
}

/// Brings providers into the order that the settings name.
fn order(providers: &mut Vec<ProviderSeat>, settings: &Settings) {
    use crate::config::Order;
    let names: Vec<String> = match &settings.waterfall.order {
        Order::Listed(names) => names.clone(),
        Order::Fixed | Order::Cheapest => {
            captely_providers::names().iter().map(|name| (*name).to_owned()).collect()
        }
    };
    let place = |seat: &ProviderSeat| names.iter().position(|n| n == seat.client.sheet().name);
    providers.retain(|seat| place(seat).is_some());
    providers.sort_by_key(place);
}
