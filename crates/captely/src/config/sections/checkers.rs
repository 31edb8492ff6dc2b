use std::collections::BTreeMap;

use captely_contact::{Field, Usd};
use captely_providers::{CheckerSheet, Key};

use super::providers::{ProviderSettings, wrong_url};
use crate::config::Secret;
use crate::config::reader::{Reader, Section};

/// `[checkers.NAME]`: one outside verifier. What is `None` is as its sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckerSettings {
    /// Its short name.
    pub name: String,
    /// Whether it may be asked, which costs money.
    pub enabled: bool,
    /// The key of the account.
    pub key: Option<Secret>,
    /// The second credential, where there is one.
    pub secret: Option<Secret>,
    /// Another address of its API, such as a sandbox's.
    pub base: Option<String>,
    /// What a credit costs on this account.
    pub usd_per_credit: Option<Usd>,
    /// Calls a minute.
    pub calls_per_minute: Option<u32>,
    /// Twilio: whether the network is asked too if a line is in use.
    pub line_status: bool,
}

impl CheckerSettings {
    /// Whether it may be asked: switched on, and its credentials are there.
    pub fn is_usable(&self) -> bool {
        self.enabled && self.missing_variable().is_none()
    }

    /// The variable of the first credential that is not there.
    pub fn missing_variable(&self) -> Option<&'static str> {
        let variables = captely_providers::checker_sheet(&self.name)?.key_variables;
        let given = [self.key.is_some(), self.secret.is_some()];
        variables.iter().zip(given).find(|(_, given)| !given).map(|(variable, _)| *variable)
    }

    /// The same for the checker's client.
    pub fn for_client(&self) -> captely_providers::CheckerSettings {
        let key = |secret: &Secret| Key::from(secret.expose());
        captely_providers::CheckerSettings {
            base: self.base.clone(),
            key: self.key.as_ref().map(key).unwrap_or_default(),
            secret: self.secret.as_ref().map(key),
            usd_per_credit: self.usd_per_credit,
            calls_per_minute: self.calls_per_minute,
            line_status: self.line_status,
        }
    }
}

/// A checker on the account of a provider has that one's key and address where it is given none.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    providers: &BTreeMap<String, ProviderSettings>,
) -> BTreeMap<String, CheckerSettings> {
    let names = captely_providers::checker_names();
    let sheets = names.iter().filter_map(|name| captely_providers::checker_sheet(name));
    let one = |sheet: CheckerSheet| {
        let account = providers.get(sheet.service);
        let mut section = reader.section(format!("checkers.{}", sheet.name));
        (sheet.name.to_owned(), read(&sheet, account, &mut section))
    };
    sheets.map(one).collect()
}

fn read(
    sheet: &CheckerSheet,
    account: Option<&ProviderSettings>,
    section: &mut Section<'_, '_>,
) -> CheckerSettings {
    let by_sheet = "as its sheet says";
    let variable = |index: usize| sheet.key_variables.get(index).copied();
    let shared = |own: &str| account.map_or(own.to_owned(), |of| format!("that of {}", of.name));
    let (shared_key, shared_base) =
        account.map_or((None, None), |of| (of.key.clone(), of.base.clone()));
    CheckerSettings {
        name: sheet.name.to_owned(),
        enabled: section
            .key("enabled", "Whether it may be asked; each check costs money.")
            .or(false),
        key: section
            .key("key", "The account's key. Keep it out of files that others read.")
            .also(variable(0).as_slice())
            .optional(&shared("none"))
            .or(shared_key),
        secret: variable(1).and_then(|variable| {
            let help = "What goes with the key. Keep it out of files that others read.";
            section.key("secret", help).also(&[variable]).optional("none")
        }),
        base: section
            .key("base", "Another address of its API, such as a sandbox's.")
            .checked(&shared("its own"), |url: &String| wrong_url(url))
            .or(shared_base),
        usd_per_credit: section
            .key("usd_per_credit", "What a credit costs on your plan, in dollars.")
            .optional(by_sheet),
        calls_per_minute: section
            .key("calls_per_minute", "Calls a minute; its own limits hold as well.")
            .optional_within(by_sheet, 1..=1_000_000),
        line_status: sheet.checks == Field::Phone
            && section
                .key(
                    "line_status",
                    "Whether the network is asked if a line is in use, at its price.",
                )
                .or(false),
    }
}
