//! Keys of providers, and of checkers that are switched on: there or not. Whether one is taken,
//! `captely providers --check` asks.

use super::finding::{Finding, Health};
use crate::config::{CheckerSettings, ProviderSettings, Settings};

const SET: &str = "set; `captely providers --check` asks whether it is taken";

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let all = captely_providers::names();
    let providers = all.iter().filter_map(|name| settings.providers.get(*name)).map(one);
    let checkers = settings.checkers.values().filter(|checker| checker.enabled);
    providers.chain(checkers.filter_map(of_checker)).collect()
}

fn of_checker(checker: &CheckerSettings) -> Option<Finding> {
    let sheet = captely_providers::checker_sheet(&checker.name)?;
    let what = format!("key of {}", sheet.title);
    Some(match checker.missing_variable() {
        None => Finding::new(what, Health::Works, SET),
        Some(variable) => Finding::new(what, Health::Missing, format!("set {variable}"))
            .unlocking(&format!("checks of {}s by {}", sheet.checks, sheet.title)),
    })
}

fn one(provider: &ProviderSettings) -> Finding {
    let sheet = captely_providers::sheet(&provider.name);
    let title = sheet.as_ref().map_or(provider.name.as_str(), |sheet| sheet.title);
    let fields = sheet.as_ref().map_or(String::new(), |sheet| {
        sheet.gives.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(" and ")
    });
    let what = format!("key of {title}");
    let unlocks = format!("{fields} from {title}");
    if !provider.enabled {
        let says = format!("switched off by providers.{}.enabled", provider.name);
        return Finding::new(what, Health::Missing, says).unlocking(&unlocks);
    }
    if provider.key.is_some() {
        return Finding::new(what, Health::Works, SET);
    }
    Finding::new(what, Health::Missing, format!("set {}", provider.key_variable()))
        .unlocking(&unlocks)
}
