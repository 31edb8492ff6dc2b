//! `captely doctor`: what works on this machine, and what each missing thing would unlock.

mod files;
mod finding;
mod host;
mod keys;
mod local;
mod server;

use serde_json::{Value, json};

use super::runtime;
use crate::Context;
use crate::cli::DoctorArgs;
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone};

use finding::{Finding, Health};

/// Runs `captely doctor`. Ends with [`Exit::Nothing`] where something that every job needs is broken.
pub fn run(args: &DoctorArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let mut findings = vec![local::configuration(&context.config)];
    findings.extend(local::not_read(&context.config));
    findings.extend(local::data_dir(settings));
    findings.extend(runtime::block_on(async {
        let (database, files, host) = tokio::join!(
            local::database(settings, args),
            files::look(settings, args),
            host::look(settings, args)
        );
        Ok([database, files, host].concat())
    })?);
    findings.extend(server::look(settings));
    findings.extend(keys::look(settings));
    let broken: Vec<&Finding> =
        findings.iter().filter(|f| f.required && f.health == Health::Broken).collect();
    let verdict = if broken.is_empty() {
        None
    } else {
        let details = broken.iter().map(|f| format!("{}: {}", f.what, f.says)).collect();
        let sentence = "something that every job needs is broken";
        Some(CliError::nothing(sentence).with_details(details))
    };
    if context.json {
        let mut object = json!({ "ok": verdict.is_none(), "checks": as_json(&findings) });
        if let (Some(failure), Some(map)) = (&verdict, object.as_object_mut()) {
            map.insert("error".into(), failure.to_json());
        }
        ui::json_line(&object)?;
        if let Some(failure) = &verdict {
            ui::error(failure, false);
        }
        return Ok(verdict.map_or(Exit::Done, |failure| failure.code));
    }
    ui::text(&table(&findings))?;
    verdict.map_or(Ok(Exit::Done), Err)
}

fn table(findings: &[Finding]) -> String {
    let mut table = Table::new(["what", "state", "how it stands"]);
    for finding in findings {
        let tone = match finding.health {
            Health::Works => Tone::Good,
            Health::Limited | Health::Missing => Tone::Warn,
            Health::Broken => Tone::Bad,
        };
        let mut says = finding.says.clone();
        for (label, text) in [("would unlock", &finding.unlocks), ("to mend", &finding.mend)] {
            if let Some(text) = text {
                says.push_str(&["\n", label, ": ", text].concat());
            }
        }
        table.row([
            (finding.what.clone(), Tone::Plain),
            (finding.health.word().to_owned(), tone),
            (says, Tone::Plain),
        ]);
    }
    table.render()
}

fn as_json(findings: &[Finding]) -> Vec<Value> {
    let one = |finding: &Finding| {
        json!({
            "check": finding.what,
            "code": finding.code,
            "state": finding.health.word(),
            "required": finding.required,
            "message": finding.says,
            "unlocks": finding.unlocks,
            "mend": finding.mend,
        })
    };
    findings.iter().map(one).collect()
}
