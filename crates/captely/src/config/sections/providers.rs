use std::collections::BTreeMap;
use std::time::Duration;

use captely_contact::Usd;

use crate::config::Secret;
use crate::config::reader::{Reader, Section};

/// `[providers.NAME]`: one data provider. What is `None` is as the provider's sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Its short name.
    pub name: String,
    /// Whether it may be asked.
    pub enabled: bool,
    /// The key of the account.
    pub key: Option<Secret>,
    /// The second credential, for providers that have one; Icypeas signs webhooks with it.
    pub secret: Option<Secret>,
    /// The account's e-mail address; Icypeas tells the credits left only for it.
    pub account_email: Option<String>,
    /// Another address of its API, such as a sandbox's.
    pub base: Option<String>,
    /// What a credit costs on this account.
    pub usd_per_credit: Option<Usd>,
    /// Calls a minute.
    pub calls_per_minute: Option<u32>,
    /// Polls for results a minute, where they have a limit of their own.
    pub polls_per_minute: Option<u32>,
    /// People asked about in one call, where the provider takes several.
    pub questions_per_call: Option<u32>,
    /// Least time between two polls for a result.
    pub poll_every_ms: Option<u32>,
    /// Where the provider may deliver results that it cannot hand out at once. Whoever knows it can
    /// post to it, so it is kept like a key.
    pub webhook_url: Option<Secret>,
}

impl ProviderSettings {
    /// Whether a run may ask it: enabled, and its key is there.
    pub fn is_usable(&self) -> bool {
        self.enabled && self.key.is_some()
    }

    /// The variable that carries its key.
    pub fn key_variable(&self) -> &'static str {
        key_variables(&self.name).first().copied().unwrap_or("the key")
    }

    /// The same for the provider's client.
    pub fn for_client(&self) -> captely_providers::ProviderSettings {
        let key = |secret: &Secret| captely_providers::Key::from(secret.expose());
        captely_providers::ProviderSettings {
            base: self.base.clone(),
            key: self.key.as_ref().map(key).unwrap_or_default(),
            secret: self.secret.as_ref().map(key),
            account_email: self.account_email.clone(),
            usd_per_credit: self.usd_per_credit,
            calls_per_minute: self.calls_per_minute,
            polls_per_minute: self.polls_per_minute,
            questions_per_call: self.questions_per_call.and_then(|most| usize::try_from(most).ok()),
            poll_every: self.poll_every_ms.map(|ms| Duration::from_millis(ms.into())),
            webhook_url: self.webhook_url.as_ref().map(key),
        }
    }
}

pub(super) fn read_all(reader: &mut Reader<'_>) -> BTreeMap<String, ProviderSettings> {
    let one = |name: &&str| {
        let mut section = reader.section(format!("providers.{name}"));
        ((*name).to_owned(), read(name, &mut section))
    };
    names().iter().map(one).collect()
}

fn read(name: &str, section: &mut Section<'_, '_>) -> ProviderSettings {
    let by_sheet = "as its sheet says";
    let variables = key_variables(name);
    let variable = |index: usize| variables.get(index).copied().into_iter().collect::<Vec<_>>();
    ProviderSettings {
        name: name.to_owned(),
        enabled: section.key("enabled", "Whether the provider may be asked.").or(true),
        key: section
            .key("key", "The account's key. Keep it out of files that others read.")
            .also(&variable(0))
            .optional("none"),
        secret: section
            .key("secret", "The account's second credential, where the provider has one.")
            .also(&variable(1))
            .optional("none"),
        account_email: section
            .key("account_email", "The account's e-mail address; Icypeas wants it to tell credits.")
            .optional("none"),
        base: section
            .key("base", "Another address of the provider's API, such as a sandbox's.")
            .checked("the provider's own", |url: &String| wrong_url(url)),
        usd_per_credit: section
            .key("usd_per_credit", "What a credit costs on your plan, in dollars.")
            .optional(by_sheet),
        calls_per_minute: section
            .key("calls_per_minute", "Calls a minute; the provider's own limits hold as well.")
            .optional_within(by_sheet, 1..=1_000_000),
        polls_per_minute: section
            .key("polls_per_minute", "Questions a minute whether a result is ready.")
            .optional_within(by_sheet, 1..=1_000_000),
        questions_per_call: section
            .key("questions_per_call", "People in one call at most; 1 asks for each by itself.")
            .optional_within(by_sheet, 1..=5_000),
        poll_every_ms: section
            .key("poll_every_ms", "Least time between two questions whether a result is ready.")
            .optional_within(by_sheet, 1..=600_000),
        webhook_url: section
            .key("webhook_url", "Public address for results that arrive late (Apollo's phones).")
            .checked("none", |url: &Secret| wrong_url(url.expose())),
    }
}

/// Why a text is no address of an API, if it is none.
pub(super) fn wrong_url(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || host.contains(char::is_whitespace) {
        Some("is no address such as https://host/path".to_owned())
    } else if host.contains('@') {
        Some("has a user or password in it; put credentials into key and secret".to_owned())
    } else {
        None
    }
}

/// Every provider's short name, in the house's order (REQUIREMENTS ENR-01).
pub(super) fn names() -> [&'static str; 4] {
    captely_providers::names()
}

/// The variables of a provider's key and second credential (ENR-06).
fn key_variables(name: &str) -> &'static [&'static str] {
    captely_providers::sheet(name).map_or(&[], |sheet| sheet.key_variables)
}
