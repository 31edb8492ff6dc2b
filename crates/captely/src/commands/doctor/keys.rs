//! Provider keys: there or not. Whether a provider takes a key, `captely providers --check` asks.

use super::finding::{Finding, Health};
use crate::config::{ProviderSettings, Settings};

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let all = captely_providers::names();
    all.iter().filter_map(|name| settings.providers.get(*name)).map(one).collect()
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
        let says = "set; `captely providers --check` asks whether it is taken";
        return Finding::new(what, Health::Works, says);
    }
    Finding::new(what, Health::Missing, format!("set {}", provider.key_variable()))
        .unlocking(&unlocks)
}
