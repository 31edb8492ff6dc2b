use std::net::SocketAddr;
use std::time::Duration;

use captely_platform::http::{HttpOptions, ServerOptions};

use super::providers::wrong_url;
use crate::config::reader::{Reader, Section};

/// The most connections that one process may be told to hold.
const CONNECTIONS_MAX: usize = 1_000_000;

/// `[server]`: what `captely serve` listens on, and what it lets in.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How requests are answered.
    pub http: HttpOptions,
    /// How connections are taken.
    pub connections: ServerOptions,
    /// How long it still takes requests once it is to stop and says that it is not ready.
    pub stop_pause: Duration,
    /// Jobs that one process works on at once.
    pub jobs_at_once: usize,
    /// Whether somebody said where people reach it; else that is where it listens.
    has_public_url: bool,
}

impl ServerSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("server");
        let listen = section
            .key("listen", "Address and port that `captely serve` listens on.")
            .or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = public_url(&mut section);
        let has_public_url = public_url.is_some();
        let http = http(&mut section, public_url.unwrap_or_else(|| own_url(listen)));
        let connections = connections(&mut section);
        let stop_pause = section
            .key(
                "stop_pause_s",
                "How long a server that is to stop still takes requests, while /api/ready says no.",
            )
            .within(0_u32, 0..=300);
        let jobs_at_once = section
            .key("jobs_at_once", "Jobs that one process does at once.")
            .within(16, 1..=1_000);
        let stop_pause = Duration::from_secs(stop_pause.into());
        Self { listen, http, connections, stop_pause, jobs_at_once, has_public_url }
    }

    /// See [`Settings::at`](super::Settings::at).
    pub(super) fn at(&self, listen: SocketAddr) -> Self {
        let mut at = Self { listen, ..self.clone() };
        if !self.has_public_url {
            at.http.public_url = own_url(listen);
        }
        at
    }
}

fn own_url(listen: SocketAddr) -> String {
    format!("http://{listen}")
}

fn public_url(section: &mut Section<'_, '_>) -> Option<String> {
    let url: Option<String> = section
        .key(
            "public_url",
            "Where people reach the server from outside: links in mails begin with it, and Google and \
             Apple send people back to it.",
        )
        .also(&["PUBLIC_URL"])
        .checked("http:// and the address of listen", |url: &String| wrong_url(url));
    url.map(|url| url.trim_end_matches('/').to_owned())
}

fn http(section: &mut Section<'_, '_>, public_url: String) -> HttpOptions {
    let usual = HttpOptions::default();
    HttpOptions {
        public_url,
        cors_origins: section
            .key(
                "cors_origins",
                "Other sites whose pages may use the API with their users' cookies.",
            )
            .also(&["CORS_ORIGINS"])
            .checked("none", |origins: &Vec<String>| origins.iter().find_map(|o| wrong_origin(o)))
            .unwrap_or_default(),
        trusted_proxies: section
            .key("trusted_proxies", "Proxies whose X-Forwarded-For is believed: 10.0.0.0/8.")
            .or(Vec::new()),
        superadmin_networks: section
            .key("superadmin_networks", "From where superadmins may act.")
            .by_default("this machine")
            .or(Vec::new()),
        metrics_networks: section
            .key("metrics_networks", "From where /metrics may be read.")
            .by_default("this machine")
            .or(Vec::new()),
        address_requests_per_minute: per_minute(
            section
                .key("rate_limit_per_minute", "Requests a minute from one address; 0 for no limit.")
                .also(&["RATE_LIMIT_PER_MINUTE"])
                .within(100, 0..=100_000_000),
        ),
        anonymous_requests_per_minute: per_minute(
            section
                .key("anonymous_per_minute", "The same without credentials; 0 for no limit.")
                .within(10, 0..=100_000_000),
        ),
        other_limits: section
            .key("endpoint_limits", "Whether single operations and tiers have limits of their own.")
            .or(true),
        body_bytes_max: section
            .key("body_bytes_max", "The largest request that is no upload, in bytes.")
            .within(usual.body_bytes_max, 1_024..=64 * 1024 * 1024),
        body_time_max: seconds(section, "body_time_max_s", "How long a body may take.", 10),
        request_time_max: seconds(
            section,
            "request_time_max_s",
            "How long an answer may take.",
            30,
        ),
    }
}

fn connections(section: &mut Section<'_, '_>) -> ServerOptions {
    let usual = ServerOptions::default();
    ServerOptions {
        connections_max: section
            .key("connections_max", "Connections at once; further ones wait.")
            .within(usual.connections_max, 1..=CONNECTIONS_MAX),
        connections_per_address_max: section
            .key("connections_per_address_max", "The same of one address; further ones are closed.")
            .within(usual.connections_per_address_max, 1..=CONNECTIONS_MAX),
        header_time_max: seconds(
            section,
            "header_time_max_s",
            "How long headers may take, and a connection lie idle.",
            30,
        ),
        drain_time_max: seconds(
            section,
            "drain_time_max_s",
            "How long open requests may go on once the server is to stop.",
            25,
        ),
        ..usual
    }
}

const fn per_minute(limit: u32) -> Option<u32> {
    if limit == 0 { None } else { Some(limit) }
}

fn seconds(section: &mut Section<'_, '_>, name: &str, help: &str, usual: u32) -> Duration {
    Duration::from_secs(section.key(name, help).within(usual, 1..=3_600).into())
}

/// An origin as browsers send it: scheme, host and port alone.
fn wrong_origin(origin: &str) -> Option<String> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match rest {
        _ if origin == "*" => Some(
            "is *, which would let every page on the web act as your users: name the sites, \
             https://app.example.com"
                .to_owned(),
        ),
        Some(host) if !host.is_empty() && !host.contains(['/', '*', '?', '#', '@']) => None,
        _ => Some(format!("has {origin:?}, which is no origin such as https://app.example.com")),
    }
}
