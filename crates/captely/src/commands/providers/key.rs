//! What is known of the key of an account.

use std::time::Duration;

use captely_providers::{Http, HttpConfig, ProviderError, SetupError};
use serde_json::{Value, json};

use crate::config::Settings;
use crate::exit::CliError;
use crate::ui::Tone;

/// What is known of a key.
pub(super) enum KeyState {
    /// The variable that would set it.
    Missing(&'static str),
    Set,
    /// The provider took it; credits left where it says so.
    Works(Option<i64>),
    /// Why the check failed, in the client's words, which never hold the key.
    Fails(String),
}

impl KeyState {
    pub(super) fn of(missing: Option<&'static str>) -> Self {
        missing.map_or(Self::Set, Self::Missing)
    }

    /// What a client says of its key, if it could be made.
    pub(super) async fn asked<C: ?Sized>(
        client: Result<Box<C>, SetupError>,
        check_key: impl AsyncFnOnce(&C) -> Result<Option<i64>, ProviderError>,
    ) -> Self {
        let client = match client {
            Ok(client) => client,
            Err(why) => return Self::Fails(why.to_string()),
        };
        match check_key(&client).await {
            Ok(credits) => Self::Works(credits),
            Err(why) => Self::Fails(why.to_string()),
        }
    }

    pub(super) const fn is_given(&self) -> bool {
        !matches!(self, Self::Missing(_))
    }

    pub(super) const fn works(&self) -> bool {
        matches!(self, Self::Works(_))
    }

    pub(super) fn words(&self) -> (String, Tone) {
        match self {
            Self::Missing(variable) => (format!("missing: set {variable}"), Tone::Warn),
            Self::Set => ("set".to_owned(), Tone::Plain),
            Self::Works(None) => ("works".to_owned(), Tone::Good),
            Self::Works(Some(credits)) => (format!("works, {credits} credits left"), Tone::Good),
            Self::Fails(why) => (why.clone(), Tone::Bad),
        }
    }

    pub(super) fn to_json(&self, variables: &[&str]) -> Value {
        let (state, detail, credits) = match self {
            Self::Missing(_) => ("missing", None, None),
            Self::Set => ("set", None, None),
            Self::Works(credits) => ("works", None, *credits),
            Self::Fails(why) => ("fails", Some(why), None),
        };
        json!({ "state": state, "variables": variables, "detail": detail, "credits": credits })
    }
}

/// The ways out for checks: to the world, and to a sandbox on this machine.
pub(in crate::commands) struct WaysOut {
    public: Http,
    loopback: Http,
}

impl WaysOut {
    pub(in crate::commands) fn new(settings: &Settings) -> Result<Self, CliError> {
        let timeout = Duration::from_secs(settings.waterfall.provider_timeout_s.into());
        let make = |allow_private| {
            let config = HttpConfig {
                total_timeout: timeout,
                connect_timeout: timeout / 2,
                allow_private,
                ..HttpConfig::default()
            };
            Http::new(&config).map_err(|why| CliError::nothing(why.to_string()))
        };
        Ok(Self { public: make(false)?, loopback: make(true)? })
    }

    /// The way to an API at `base`. One that was set by hand to this machine is a sandbox.
    pub(in crate::commands) fn to(&self, base: Option<&str>) -> Http {
        if is_loopback(base) { self.loopback.clone() } else { self.public.clone() }
    }
}

/// Whether an address is this machine's own, where a sandbox listens. Only the literal counts: a
/// name could be made to point anywhere.
fn is_loopback(base: Option<&str>) -> bool {
    let host = base.and_then(|base| base.split_once("://")).map(|(_, rest)| rest);
    let host = host.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    host.parse::<std::net::SocketAddr>().is_ok_and(|addr| addr.ip().is_loopback())
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_literal_loopback_addresses_are_private() {
        for (base, expected) in [
            (Some("http://127.0.0.1:8088/hunter"), true),
            (Some("http://[::1]:8088"), true),
            (Some("http://127.0.0.1/x"), true),
            (Some("http://localhost:1/"), false),
            (Some("https://10.0.0.1/"), false),
            (Some("https://api.example.com"), false),
            (None, false),
        ] {
            assert_eq!(is_loopback(base), expected, "{base:?}");
        }
    }
}
