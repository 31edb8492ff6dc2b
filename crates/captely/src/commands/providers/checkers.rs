//! The checkers' part of `captely providers`.

use captely_contact::Field;
use captely_providers::CheckerSheet;
use futures::future::join_all;
use serde_json::{Value, json};

use super::key::{KeyState, WaysOut};
use crate::config::{CheckerSettings, Settings};
use crate::ui::{self, Table, Tone, money};

/// A checker as it stands: its sheet with the configured price and limit, and its key.
pub(super) struct Line<'s> {
    settings: &'s CheckerSettings,
    pub(super) sheet: CheckerSheet,
    pub(super) key: KeyState,
}

pub(super) fn lines(settings: &Settings) -> Vec<Line<'_>> {
    let names = captely_providers::checker_names();
    names.iter().filter_map(|name| line(settings.checkers.get(*name)?)).collect()
}

fn line(settings: &CheckerSettings) -> Option<Line<'_>> {
    let sheet = captely_providers::checker_sheet(&settings.name)?;
    let sheet = settings.for_client().applied_to(sheet);
    Some(Line { settings, sheet, key: KeyState::of(settings.missing_variable()) })
}

/// Asks every checker whose key is there whether it takes it.
pub(super) async fn check(lines: &mut [Line<'_>], ways: &WaysOut) {
    let given = lines.iter_mut().filter(|line| line.key.is_given());
    join_all(given.map(|line| async move {
        let http = ways.to(line.settings.base.as_deref());
        let client = captely_providers::checker(line.sheet.name, http, &line.settings.for_client());
        line.key = KeyState::asked(client, async |client| client.check_key().await).await;
    }))
    .await;
}

pub(super) fn table(lines: &[Line<'_>]) -> String {
    let mut table =
        Table::new(["checker", "checks", "$/credit", "a check at most", "calls/min", "on", "key"]);
    for line in lines {
        let sheet = &line.sheet;
        let on = if line.settings.enabled { "yes" } else { "no" };
        table.row([
            (sheet.title.to_owned(), Tone::Plain),
            (sheet.checks.as_str().to_owned(), Tone::Plain),
            (money(sheet.usd_per_credit), Tone::Plain),
            (money(sheet.usd_per_credit.times(sheet.credits_max)), Tone::Plain),
            (sheet.calls_per_minute.to_string(), Tone::Plain),
            (on.to_owned(), Tone::Plain),
            line.key.words(),
        ]);
    }
    table.render()
}

pub(super) fn to_json(line: &Line<'_>) -> Value {
    let sheet = &line.sheet;
    let worst = sheet.usd_per_credit.times(sheet.credits_max);
    json!({
        "name": sheet.name,
        "title": sheet.title,
        "docs": sheet.docs,
        "enabled": line.settings.enabled,
        "checks": sheet.checks,
        "usd_per_credit": ui::dollars(sheet.usd_per_credit),
        "check_usd_max": ui::dollars(worst),
        "line_status": (sheet.checks == Field::Phone).then_some(line.settings.line_status),
        "calls_per_minute": sheet.calls_per_minute,
        "charged_when": sheet.charged_when,
        "key": line.key.to_json(sheet.key_variables),
    })
}
