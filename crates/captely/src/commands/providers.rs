//! `captely providers`: the sheets with prices as configured, and the state of each key.

use std::time::Duration;

use captely_contact::Field;
use captely_providers::{Http, HttpConfig, Sheet};
use futures::future::join_all;
use serde_json::{Value, json};

use super::runtime;
use crate::Context;
use crate::cli::ProvidersArgs;
use crate::config::{ProviderSettings, Settings};
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone, money};

/// A provider as it stands: its sheet with the configured price and limit, and its key.
struct Line<'s> {
    settings: &'s ProviderSettings,
    sheet: Sheet,
    key: KeyState,
}

/// What is known of a key.
enum KeyState {
    Missing,
    Set,
    /// The provider took it; credits left where it says so.
    Works(Option<i64>),
    /// Why the check failed, in the client's words, which never hold the key.
    Fails(String),
}

/// Runs `captely providers`. With `--check`, a refused key ends it with
/// [`Exit::Nothing`] only if no key works at all.
pub fn run(args: &ProvidersArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let mut lines: Vec<Line<'_>> = captely_providers::names()
        .iter()
        .filter_map(|name| line(settings.providers.get(*name)?))
        .collect();
    if args.check {
        runtime::block_on(check_all(&mut lines, settings))?;
    }
    if context.json {
        let all: Vec<Value> = lines.iter().map(to_json).collect();
        ui::json_line(&json!({ "providers": all }))?;
    } else {
        ui::text(&table(&lines))?;
        ui::text(&remarks(&lines))?;
    }
    let works = |line: &Line<'_>| matches!(line.key, KeyState::Works(_));
    if args.check && !lines.iter().any(works) {
        return Err(CliError::nothing("no provider takes a key of yours")
            .try_this("set a key, such as HUNTER_API_KEY, or `captely demo`, which needs none"));
    }
    Ok(Exit::Done)
}

fn line(settings: &ProviderSettings) -> Option<Line<'_>> {
    let mut sheet = captely_providers::sheet(&settings.name)?;
    sheet.usd_per_credit = settings.usd_per_credit.unwrap_or(sheet.usd_per_credit);
    sheet.calls_per_minute = settings.calls_per_minute.unwrap_or(sheet.calls_per_minute);
    let key = if settings.key.is_some() { KeyState::Set } else { KeyState::Missing };
    Some(Line { settings, sheet, key })
}

async fn check_all(lines: &mut [Line<'_>], settings: &Settings) -> Result<(), CliError> {
    let config = HttpConfig {
        total_timeout: Duration::from_secs(settings.waterfall.provider_timeout_s.into()),
        connect_timeout: Duration::from_secs(settings.waterfall.provider_timeout_s.into()) / 2,
        // A provider's address that was set by hand to a private one is a sandbox.
        ..HttpConfig::default()
    };
    let http = Http::new(&config).map_err(|why| CliError::nothing(why.to_string()))?;
    let private = HttpConfig { allow_private: true, ..config };
    let private = Http::new(&private).map_err(|why| CliError::nothing(why.to_string()))?;
    join_all(lines.iter_mut().filter(|line| line.settings.key.is_some()).map(|line| {
        let http = if is_loopback(line.settings.base.as_deref()) { &private } else { &http };
        async move { line.key = check(line.settings, http.clone()).await }
    }))
    .await;
    Ok(())
}

async fn check(settings: &ProviderSettings, http: Http) -> KeyState {
    let client = captely_providers::client(&settings.name, http, &settings.for_client());
    match client {
        Err(why) => KeyState::Fails(why.to_string()),
        Ok(client) => match client.check_key().await {
            Ok(credits) => KeyState::Works(credits),
            Err(why) => KeyState::Fails(why.to_string()),
        },
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

fn table(lines: &[Line<'_>]) -> String {
    let headings =
        ["provider", "gives", "$/credit", "e-mail at most", "phone at most", "calls/min", "key"];
    let mut table = Table::new(headings);
    for line in lines {
        let sheet = &line.sheet;
        let worst = |field| {
            if sheet.gives.contains(&field) {
                money(sheet.usd_per_credit.times(sheet.credits_max(&[field])))
            } else {
                "-".to_owned()
            }
        };
        let (key, tone) = key_words(line);
        table.row([
            (sheet.title.to_owned(), Tone::Plain),
            (words(sheet.gives), Tone::Plain),
            (money(sheet.usd_per_credit), Tone::Plain),
            (worst(Field::Email), Tone::Plain),
            (worst(Field::Phone), Tone::Plain),
            (sheet.calls_per_minute.to_string(), Tone::Plain),
            (key, tone),
        ]);
    }
    table.render()
}

fn key_words(line: &Line<'_>) -> (String, Tone) {
    match &line.key {
        _ if !line.settings.enabled => ("switched off".to_owned(), Tone::Dim),
        KeyState::Missing => (format!("missing: set {}", line.settings.key_variable()), Tone::Warn),
        KeyState::Set => ("set".to_owned(), Tone::Plain),
        KeyState::Works(None) => ("works".to_owned(), Tone::Good),
        KeyState::Works(Some(credits)) => (format!("works, {credits} credits left"), Tone::Good),
        KeyState::Fails(why) => (why.clone(), Tone::Bad),
    }
}

/// What does not fit a table: when each provider charges, and where its documentation is.
fn remarks(lines: &[Line<'_>]) -> String {
    let one = |line: &Line<'_>| {
        let sheet = &line.sheet;
        format!("  {}: {} ({})", sheet.title, sheet.charged_when, sheet.docs)
    };
    let charged: Vec<String> = lines.iter().map(one).collect();
    format!(
        "\nWhat is charged when:\n{}\n\nDollars per credit are assumptions from public price \
         pages where you set none: [providers.NAME] usd_per_credit.",
        charged.join("\n")
    )
}

fn words(fields: &[Field]) -> String {
    fields.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

fn to_json(line: &Line<'_>) -> Value {
    let sheet = &line.sheet;
    let worst = |field| {
        let price = sheet.usd_per_credit.times(sheet.credits_max(&[field]));
        sheet.gives.contains(&field).then(|| ui::dollars(price))
    };
    let (state, detail, credits) = match &line.key {
        KeyState::Missing => ("missing", None, None),
        KeyState::Set => ("set", None, None),
        KeyState::Works(credits) => ("works", None, *credits),
        KeyState::Fails(why) => ("fails", Some(why), None),
    };
    json!({
        "name": sheet.name,
        "title": sheet.title,
        "docs": sheet.docs,
        "enabled": line.settings.enabled,
        "gives": sheet.gives,
        "rides_along": sheet.rides_along,
        "usd_per_credit": ui::dollars(sheet.usd_per_credit),
        "email_usd_max": worst(Field::Email),
        "phone_usd_max": worst(Field::Phone),
        "calls_per_minute": sheet.calls_per_minute,
        "charged_when": sheet.charged_when,
        "key": { "state": state, "variables": sheet.key_variables, "detail": detail, "credits": credits },
    })
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
