//! `captely providers`: the sheets with prices as configured, and the state of each key.

mod checkers;
mod key;

use captely_contact::Field;
use captely_providers::Sheet;
use futures::future::join_all;
use serde_json::{Value, json};

use self::key::KeyState;
pub(super) use self::key::WaysOut;
use super::runtime;
use crate::Context;
use crate::cli::ProvidersArgs;
use crate::config::ProviderSettings;
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone, money};

/// A provider as it stands: its sheet with the configured price and limit, and its key.
struct Line<'s> {
    settings: &'s ProviderSettings,
    sheet: Sheet,
    key: KeyState,
}

/// Runs `captely providers`. With `--check`, a refused key ends it with
/// [`Exit::Nothing`] only if no key works at all.
pub fn run(args: &ProvidersArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let mut lines: Vec<Line<'_>> = captely_providers::names()
        .iter()
        .filter_map(|name| line(settings.providers.get(*name)?))
        .collect();
    let mut checkers = checkers::lines(settings);
    if args.check {
        runtime::block_on(async {
            let ways = WaysOut::new(settings)?;
            futures::join!(check(&mut lines, &ways), checkers::check(&mut checkers, &ways));
            Ok(())
        })?;
    }
    if context.json {
        let all: Vec<Value> = lines.iter().map(to_json).collect();
        let checking: Vec<Value> = checkers.iter().map(checkers::to_json).collect();
        ui::json_line(&json!({ "providers": all, "checkers": checking }))?;
    } else {
        ui::text(&table(&lines))?;
        ui::text(
            "\nCheckers say whether an address or number lives. None is asked that is not switched on:",
        )?;
        ui::text(&checkers::table(&checkers))?;
        ui::text(&remarks(&lines, &checkers))?;
    }
    let mut keys = lines.iter().map(|line| &line.key).chain(checkers.iter().map(|line| &line.key));
    if args.check && !keys.any(KeyState::works) {
        return Err(CliError::nothing("no provider takes a key of yours")
            .try_this("set a key, such as HUNTER_API_KEY, or `captely demo`, which needs none"));
    }
    Ok(Exit::Done)
}

fn line(settings: &ProviderSettings) -> Option<Line<'_>> {
    let mut sheet = captely_providers::sheet(&settings.name)?;
    sheet.usd_per_credit = settings.usd_per_credit.unwrap_or(sheet.usd_per_credit);
    sheet.calls_per_minute = settings.calls_per_minute.unwrap_or(sheet.calls_per_minute);
    let missing = settings.key.is_none().then(|| settings.key_variable());
    Some(Line { settings, sheet, key: KeyState::of(missing) })
}

/// Asks every provider whose key is there whether it takes it.
async fn check(lines: &mut [Line<'_>], ways: &WaysOut) {
    let given = lines.iter_mut().filter(|line| line.key.is_given());
    join_all(given.map(|line| async move {
        let http = ways.to(line.settings.base.as_deref());
        let client = captely_providers::client(line.sheet.name, http, &line.settings.for_client());
        line.key = KeyState::asked(client, async |client| client.check_key().await).await;
    }))
    .await;
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
    if line.settings.enabled { line.key.words() } else { ("switched off".to_owned(), Tone::Dim) }
}

/// What does not fit a table: when each provider charges, and where its documentation is.
fn remarks(lines: &[Line<'_>], checkers: &[checkers::Line<'_>]) -> String {
    let found = lines.iter().map(|line| &line.sheet).map(|s| (s.title, s.charged_when, s.docs));
    let checked =
        checkers.iter().map(|line| &line.sheet).map(|s| (s.title, s.charged_when, s.docs));
    let charged: Vec<String> = found
        .chain(checked)
        .map(|(title, when, docs)| format!("  {title}: {when} ({docs})"))
        .collect();
    format!(
        "\nWhat is charged when:\n{}\n\nDollars per credit are assumptions from public price \
         pages where you set none: [providers.NAME] or [checkers.NAME] usd_per_credit.",
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
        "key": line.key.to_json(sheet.key_variables),
    })
}
