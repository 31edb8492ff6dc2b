//! `captely config`: what the settings are, where they come from, and what is wrong with them.

use serde_json::json;

use crate::Context;
use crate::cli::{ConfigArgs, ConfigCommand};
use crate::config::{Entry, Loaded, Origin};
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone};

/// Runs `captely config check` or `captely config show`.
pub fn run(args: &ConfigArgs, context: &Context) -> Result<Exit, CliError> {
    match args.command {
        ConfigCommand::Check => check(context),
        ConfigCommand::Show => show(context),
    }
}

fn check(context: &Context) -> Result<Exit, CliError> {
    context.config.settings()?;
    let files = file_names(&context.config);
    let set = context.config.entries.iter().filter(|e| e.origin != Origin::Default).count();
    if context.json {
        ui::json_line(&json!({ "faults": [], "files": files, "set": set }))?;
    } else {
        let read = if files.is_empty() { "no file".to_owned() } else { files.join(", ") };
        ui::text(&format!("The settings are in order: {set} set, {read} read."))?;
    }
    Ok(Exit::Done)
}

/// Faults do not keep the list back: it is what one mends them with. They still count at the end.
fn show(context: &Context) -> Result<Exit, CliError> {
    let loaded = &context.config;
    if context.json {
        let mut object = json!({
            "files": file_names(loaded),
            "environment": loaded.environment.map(crate::config::Environment::word),
            "settings": loaded.entries.iter().map(entry_json).collect::<Vec<_>>(),
        });
        if let (Err(failure), Some(map)) = (loaded.settings(), object.as_object_mut()) {
            map.insert("error".into(), failure.to_json());
            ui::error(&failure, false);
        }
        ui::json_line(&object)?;
        return Ok(if loaded.faults.is_empty() { Exit::Done } else { Exit::Usage });
    }
    let mut table = Table::new(["setting", "value", "from"]);
    for entry in &loaded.entries {
        let tone = match entry.origin {
            _ if loaded.faults.iter().any(|fault| fault.key == entry.key) => Tone::Bad,
            Origin::Default => Tone::Dim,
            _ => Tone::Plain,
        };
        let value = if entry.value.is_empty() { "(empty)".into() } else { entry.value.clone() };
        table.row([(entry.key.clone(), tone), (value, tone), (entry.origin.to_string(), tone)]);
    }
    ui::text(&table.render())?;
    for file in file_names(loaded) {
        ui::note(&format!("read {file}"));
    }
    loaded.settings().map(|_settings| Exit::Done)
}

fn entry_json(entry: &Entry) -> serde_json::Value {
    json!({
        "key": entry.key,
        "value": entry.is_set.then_some(&entry.value),
        "default": entry.default,
        "from": entry.origin.to_string(),
        "secret": entry.secret,
        "kind": entry.kind,
        "variables": entry.variables,
        "help": entry.help,
    })
}

fn file_names(loaded: &Loaded) -> Vec<String> {
    loaded.files.iter().map(|path| path.display().to_string()).collect()
}
