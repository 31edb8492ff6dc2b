//! DNS and mail servers of a synthetic world in place of the real ones.

use std::net::SocketAddr;
use std::time::Duration;

use captely_platform::ids::WorkspaceId;
use captely_providers::{CheckerSettings, Http, HttpConfig, Key};
use captely_sandbox::{Conduct, Sandbox, Settings};
use captely_verify::VerifyConfig;
use serde_json::Value;

use super::local::workspace_of_sandbox;
use super::sandbox;
use crate::cli::SandboxChoice;
use crate::exit::CliError;

/// The world's mail servers answer at once, or never.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Its mail hosts are left alone for as long after they were in trouble.
const HOST_PAUSE: Duration = Duration::from_secs(2);
/// Its greylists let a sender pass after 2 s.
pub(super) const RETRY_AFTER_MAX: Duration = Duration::from_secs(3);

/// Where the world's name server is, and at which port its mail servers listen.
pub(super) struct MailWorld {
    /// Where what it says is remembered.
    pub(super) workspace: WorkspaceId,
    dns: SocketAddr,
    smtp_port: u16,
    /// Base, key and secret of each service that it plays, by name.
    accounts: Value,
    /// A world of our own is there as long as this is.
    _own: Option<Sandbox>,
}

impl MailWorld {
    /// Starts the world of a seed, or asks a running one for its addresses.
    pub(super) async fn choose(choice: &SandboxChoice) -> Result<Self, CliError> {
        match choice {
            SandboxChoice::Seed(seed) => {
                let settings =
                    Settings { seed: *seed, conduct: Conduct::at_once(), ..Settings::default() };
                let own = Sandbox::start(settings).await.map_err(|why| sandbox::failed(&why))?;
                let addresses = serde_json::to_value(own.addresses());
                let addresses = addresses.map_err(|why| CliError::internal(why.to_string()))?;
                Self::at(&addresses, None, Some(own))
            }
            SandboxChoice::Running(address) => Self::at(&ask(address).await?, Some(address), None),
        }
    }

    /// From what a sandbox says of itself; `served_at` where another process serves it.
    fn at(
        addresses: &Value,
        served_at: Option<&str>,
        own: Option<Sandbox>,
    ) -> Result<Self, CliError> {
        let socket =
            |key: &str| addresses.get(key).and_then(Value::as_str)?.parse::<SocketAddr>().ok();
        let seed = addresses.get("seed").and_then(Value::as_u64);
        match (socket("dns"), socket("smtp"), seed) {
            (Some(dns), Some(smtp), Some(seed)) => Ok(Self {
                workspace: workspace_of_sandbox(&served_at.map_or_else(
                    || format!("sandbox {seed}"),
                    |address| format!("sandbox {seed} at {address}"),
                )),
                dns,
                smtp_port: smtp.port(),
                accounts: addresses.get("providers").cloned().unwrap_or_default(),
                _own: own,
            }),
            _ => Err(CliError::nothing(format!(
                "{} does not answer like a sandbox",
                served_at.unwrap_or("the sandbox")
            ))
            .try_this("the address that `captely sandbox` printed as http")),
        }
    }

    /// The account at a service that this world plays, in place of the real one.
    pub(super) fn account(&self, service: &str, settings: &CheckerSettings) -> CheckerSettings {
        let text = |name: &str| self.accounts.get(service)?.get(name)?.as_str();
        CheckerSettings {
            base: text("base").map(str::to_owned),
            key: text("key").map(Key::from).unwrap_or_default(),
            secret: text("secret").map(Key::from),
            ..settings.clone()
        }
    }

    /// The same manners, towards this world.
    pub(super) fn instead(&self, config: VerifyConfig) -> VerifyConfig {
        VerifyConfig {
            dns: Some(vec![self.dns]),
            smtp_port: self.smtp_port,
            allow_private_hosts: true,
            host_pause: HOST_PAUSE,
            catch_all_untested_ttl: HOST_PAUSE,
            connect_timeout: config.connect_timeout.min(ANSWER_TIMEOUT),
            command_timeout: config.command_timeout.min(ANSWER_TIMEOUT),
            ..config
        }
    }
}

async fn ask(address: &str) -> Result<Value, CliError> {
    let failed = |why: String| {
        CliError::nothing(format!("no sandbox answers at {address}: {why}"))
            .try_this("`captely sandbox`, which prints its address")
    };
    let config = HttpConfig { allow_private: true, ..HttpConfig::default() };
    let http = Http::new(&config).map_err(|why| CliError::internal(why.to_string()))?;
    let url = reqwest::Url::parse(&format!("{address}/_sandbox"));
    let url = url.map_err(|why| CliError::usage(format!("{address} is no address: {why}")))?;
    let request = reqwest::Request::new(reqwest::Method::GET, url);
    let reply = http.send(request).await.map_err(|why| failed(why.to_string()))?;
    if reply.status != 200 {
        return Err(failed(format!("it answers with status {}", reply.status)));
    }
    serde_json::from_slice(&reply.body).map_err(|why| failed(why.to_string()))
}
