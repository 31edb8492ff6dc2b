//! The provider as a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use captely_accounts::oidc::{AppleKey, ClientSettings, Credential, Provider, ProviderName};
use captely_contact::Timestamp;
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock as _, SystemClock};
use captely_platform::secrets::Secret;
use captely_providers::{Http, HttpConfig};
use serde::Deserialize;
use serde_json::Value;

use super::browser;

/// Where nobody listens; the browser stops there and reads the address.
pub(super) const REDIRECT_BASE: &str = "http://127.0.0.1:9";

/// A running provider; it ends when this is dropped.
pub(super) struct Loopback {
    process: Child,
    said: Said,
    http: Http,
    pub(super) chance: Chance,
}

#[derive(Deserialize)]
struct Said {
    issuer: String,
    apple_private_key: Secret,
    stranger_private_key: Secret,
}

/// Starts one, or says why there is none.
pub(super) fn start() -> Option<Loopback> {
    match try_start() {
        Ok(started) => Some(started),
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "{why}");
            println!("skipped: {why}");
            None
        }
    }
}

fn try_start() -> Result<Loopback, String> {
    let modules = installed()?;
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc-provider/server.mjs");
    let mut process = Command::new("node")
        .args([&server, &modules])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| format!("node cannot be started ({why}); install Node.js 20 or newer"))?;
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let first = lines.map_while(Result::ok).find(|line| line.starts_with('{'));
    let said = serde_json::from_str(&first.expect("the provider says where it listens")).unwrap();
    let http = http(Duration::from_secs(30));
    Ok(Loopback { process, said, http, chance: Chance::from_seed(7) })
}

/// The folder with `node_modules` below the target folder.
fn installed() -> Result<PathBuf, String> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("oidc-provider");
    if dir.join("node_modules/oidc-provider").is_dir() {
        Ok(dir)
    } else {
        Err("the provider is not installed; run scripts/oidc-provider".to_owned())
    }
}

pub(super) fn http(total_timeout: Duration) -> Http {
    let connect_timeout = total_timeout / 2;
    let config =
        HttpConfig { allow_private: true, connect_timeout, total_timeout, ..HttpConfig::default() };
    Http::new(&config).unwrap()
}

pub(super) fn now() -> Timestamp {
    SystemClock.now()
}

impl Loopback {
    pub(super) fn google_settings(&self) -> ClientSettings {
        ClientSettings {
            provider: ProviderName::Google,
            issuer: self.said.issuer.clone(),
            client_id: "captely-google".to_owned(),
            credential: Credential::Secret(Secret::from("shared by captely and google")),
            redirect_base: REDIRECT_BASE.to_owned(),
        }
    }

    pub(super) fn google(&self) -> Provider {
        Provider::new(self.google_settings(), self.http.clone()).unwrap()
    }

    pub(super) fn apple_key(&self) -> &Secret {
        &self.said.apple_private_key
    }

    pub(super) fn stranger_key(&self) -> &Secret {
        &self.said.stranger_private_key
    }

    pub(super) fn apple_with(&self, key: AppleKey) -> Provider {
        let settings = ClientSettings {
            provider: ProviderName::Apple,
            client_id: "com.example.captely".to_owned(),
            credential: Credential::AppleKey(key),
            ..self.google_settings()
        };
        Provider::new(settings, self.http.clone()).unwrap()
    }

    pub(super) fn apple(&self) -> Provider {
        self.apple_with(AppleKey::new("TEAM123456", "ABC123DEFG", self.apple_key()).unwrap())
    }

    /// Has the provider answer otherwise from now on; see `falsify.mjs`.
    pub(super) async fn answer(&self, lie: Value) {
        self.control("answer", lie.to_string()).await;
    }

    /// Ends what [`Self::answer`] began, and counts calls from zero.
    pub(super) async fn reset(&self) {
        self.control("reset", String::new()).await;
    }

    /// Gives the provider a new key in place of the old one.
    pub(super) async fn rotate(&self) {
        self.control("rotate", String::new()).await;
    }

    /// How often `path` was called.
    pub(super) async fn calls(&self, path: &str) -> u64 {
        let answer = self.control("calls", String::new()).await;
        let calls: BTreeMap<String, u64> = serde_json::from_slice(&answer).unwrap();
        calls.get(path).copied().unwrap_or_default()
    }

    async fn control(&self, what: &str, body: String) -> Vec<u8> {
        let url = format!("{}/test/{what}", self.said.issuer);
        browser::post(&self.http, &url, "", body).await.body.to_vec()
    }

    pub(super) fn browser(&self) -> browser::Browser {
        browser::Browser::new(self.http.clone())
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
