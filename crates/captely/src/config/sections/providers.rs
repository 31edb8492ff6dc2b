use std::collections::BTreeMap;

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
    /// The second credential, for providers that have one.
    pub secret: Option<Secret>,
    /// Another address of its API, such as a sandbox's.
    pub base: Option<String>,
    /// What a credit costs on this account.
    pub usd_per_credit: Option<Usd>,
    /// Calls a minute.
    pub calls_per_minute: Option<u32>,
    /// Least time between two polls for a result.
    pub poll_every_ms: Option<u32>,
    /// Where the provider may deliver results that it cannot hand out at once.
    pub webhook_url: Option<String>,
}

impl ProviderSettings {
    /// The variables whose credentials are not set; empty where all is there.
    pub fn missing(&self) -> Vec<&'static str> {
        let values = [&self.key, &self.secret];
        let needed = key_variables(&self.name).iter().zip(values);
        needed.filter(|(_, value)| value.is_none()).map(|(variable, _)| *variable).collect()
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
        base: section
            .key("base", "Another address of the provider's API, such as a sandbox's.")
            .checked("the provider's own", |url: &String| wrong_url(url)),
        usd_per_credit: section
            .key("usd_per_credit", "What a credit costs on your plan, in dollars.")
            .optional(by_sheet),
        calls_per_minute: section
            .key("calls_per_minute", "Calls a minute; the provider's own limits hold as well.")
            .checked(by_sheet, |calls: &u32| {
                (!(1..=1_000_000).contains(calls))
                    .then(|| format!("is {calls}, but must be from 1 to 1000000"))
            }),
        poll_every_ms: section
            .key("poll_every_ms", "Least time between two questions whether a result is ready.")
            .checked(by_sheet, |millis: &u32| {
                (!(1..=600_000).contains(millis))
                    .then(|| format!("is {millis}, but must be from 1 to 600000"))
            }),
        webhook_url: section
            .key("webhook_url", "Public address for results that arrive late (Apollo's phones).")
            .checked("none", |url: &String| wrong_url(url)),
    }
}

fn wrong_url(url: &str) -> Option<String> {
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
pub(super) fn names() -> &'static [&'static str] {
    &["icypeas", "dropcontact", "hunter", "apollo"]
}

/// The variables of a provider's key and second credential (ENR-06).
fn key_variables(name: &str) -> &'static [&'static str] {
    match name {
        "icypeas" => &["ICYPEAS_API_KEY", "ICYPEAS_API_SECRET"],
        "dropcontact" => &["DROPCONTACT_API_KEY"],
        "hunter" => &["HUNTER_API_KEY"],
        "apollo" => &["APOLLO_API_KEY"],
        _ => &[],
    }
}
