//! Where a running sandbox is found, and with which keys.

use serde::Serialize;

use crate::provider::{Each, Provider};
use crate::settings::Settings;

/// What `captely sandbox` prints as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Base of the HTTP listener: `http://127.0.0.1:4711`.
    pub http: String,
    /// DNS over UDP and TCP: `127.0.0.1:4712`.
    pub dns: String,
    /// One of the mail hosts; the others listen on the same port of the addresses that DNS gives.
    pub smtp: String,
    /// The server that takes mail, with its account.
    pub submission: Submission,
    /// The world's seed.
    pub seed: u64,
    /// The world's people.
    pub people: u32,
    /// Whether limits were on at the start.
    pub limits: bool,
    /// Base URL, key and secret of each provider.
    pub providers: Each<Account>,
}

/// How a client hands mail over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submission {
    /// Where it listens: `127.0.0.1:4713`.
    pub address: String,
    /// The account's name.
    pub user: String,
    /// The account's password.
    pub password: String,
}

/// How a client reaches one provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// What stands in place of the documented base URL.
    pub base: String,
    /// The first account's key.
    pub key: String,
    /// The second credential, where there is one: what signs Icypeas's callbacks, and what goes with
    /// the key at Twilio, what signs Stripe's webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl Addresses {
    pub(crate) fn accounts(http: &str, settings: &Settings) -> Each<Account> {
        let mut accounts = Each::<Account>::default();
        for provider in Provider::ALL {
            *accounts.of_mut(provider) = Account {
                base: format!("{http}{}", provider.base_path()),
                key: settings.keys.of(provider).first().cloned().unwrap_or_default(),
                secret: match provider {
                    Provider::Icypeas => Some(settings.icypeas_secret.clone()),
                    Provider::Twilio => Some(settings.twilio_secret.clone()),
                    Provider::Stripe => Some(settings.stripe.webhook_secret.clone()),
                    _ => None,
                },
            };
        }
        accounts
    }
}
