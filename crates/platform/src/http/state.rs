use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;

use super::limits::RateLimits;
use super::request::Network;
use crate::access::Authenticate;
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::Ids;
use crate::secrets::Keyring;

/// What every operation works with. Clones are cheap.
#[derive(Clone)]
pub struct Http(Arc<Shared>);

/// What it is made of.
pub struct Shared {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<Ids>,
    /// Seals what is stored of answers, and signs tokens of pages.
    pub keys: Keyring,
    /// Counts requests.
    pub limits: RateLimits,
    /// Finds out who asks.
    pub authenticate: Arc<dyn Authenticate>,
    /// How to serve.
    pub options: HttpOptions,
}

/// How requests are served.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Where people reach the server from outside: `https://app.example.com`, without a slash at the end.
    pub public_url: String,
    /// Origins of other sites whose pages may call the API with the user's cookies.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// From where a superadmin may act; empty means from this machine only.
    pub superadmin_networks: Vec<Network>,
    /// From where `/metrics` may be read; empty means from this machine only.
    pub metrics_networks: Vec<Network>,
    /// Requests a minute from one address (REQUIREMENTS SEC-06); none means no limit.
    pub address_requests_per_minute: Option<u32>,
    /// Requests a minute without credentials, from one address (SEC-07); none means no limit.
    pub anonymous_requests_per_minute: Option<u32>,
    /// Whether the limits of single operations and of tiers hold. Off for measurements only.
    pub other_limits: bool,
    /// The largest body that is no upload, in bytes.
    pub body_bytes_max: usize,
    /// How long a body may take to arrive.
    pub body_time_max: Duration,
    /// How long an operation may take until its answer begins.
    pub request_time_max: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            superadmin_networks: Vec::new(),
            metrics_networks: Vec::new(),
            address_requests_per_minute: Some(100),
            anonymous_requests_per_minute: Some(10),
            other_limits: true,
            body_bytes_max: 1024 * 1024,
            body_time_max: Duration::from_secs(10),
            request_time_max: Duration::from_secs(30),
        }
    }
}

impl HttpOptions {
    /// Whether browsers reach the server by TLS only.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether somebody at `address` may act as superadmin.
    pub fn is_superadmin_address(&self, address: IpAddr) -> bool {
        is_among(&self.superadmin_networks, address)
    }

    /// Whether somebody at `address` may read `/metrics`.
    pub fn is_metrics_address(&self, address: IpAddr) -> bool {
        is_among(&self.metrics_networks, address)
    }
}

/// Whether `address` is in one of these; of none, whether it is this machine.
fn is_among(networks: &[Network], address: IpAddr) -> bool {
    if networks.is_empty() {
        return address.to_canonical().is_loopback();
    }
    networks.iter().any(|network| network.contains(address))
}

impl Http {
    /// Shares `parts` among all operations.
    pub fn new(parts: Shared) -> Self {
        Self(Arc::new(parts))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl std::ops::Deref for Http {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Http({})", self.options.public_url)
    }
}
