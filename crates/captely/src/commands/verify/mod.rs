//! `captely verify`: checks addresses and numbers, given one by one or in files.

mod check;
mod target;

use std::sync::Arc;

use captely_platform::chance::Chance;
use captely_verify::EmailVerifier;
use futures::StreamExt as _;
use futures::stream;
use serde_json::json;

use super::runtime;
use crate::Context;
use crate::cli::VerifyArgs;
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone};

use check::{Checked, Checker, Kind};
use target::Target;

/// Runs `captely verify`. That an address is bad is a result, not an error: the exit code is 0.
pub fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let targets: Vec<Target> =
        args.inputs.iter().map(|input| Target::of(input)).collect::<Result<_, _>>()?;
    let checked = runtime::block_on(async {
        let checker = checker(args, settings)?;
        let ones = targets.iter().filter_map(|target| match target {
            Target::One(text) => Some(text.clone()),
            Target::File(_) => None,
        });
        Ok(check_ones(ones.collect(), &checker, settings.verify.addresses_at_once).await)
    })?;
    if context.json {
        let all: Vec<_> = checked.iter().map(Checked::to_json).collect();
        ui::json_line(&json!({ "results": all }))?;
    } else {
        ui::text(&table(&checked))?;
    }
    Ok(Exit::Done)
}

fn checker(args: &VerifyArgs, settings: &Settings) -> Result<Checker, CliError> {
    let seed = Chance::from_os().map_err(|why| CliError::internal(why.to_string()))?.u64();
    let verifier = EmailVerifier::new(settings.verify.for_engine(), seed)
        .map_err(|why| CliError::nothing(why.to_string()))?;
    let country = args.country.as_deref().map(Arc::from);
    Ok(Checker { verifier, level: settings.verify.level, country })
}

/// All at once as far as the settings let, in the order given.
async fn check_ones(texts: Vec<String>, checker: &Checker, at_once: usize) -> Vec<Checked> {
    let one = |text: String| {
        let kind = if text.contains('@') { Kind::Email } else { Kind::Phone };
        checker.check(text, Some(kind), "")
    };
    stream::iter(texts).map(one).buffered(at_once).collect().await
}

fn table(checked: &[Checked]) -> String {
    let mut table =
        Table::new(["input", "status", "safe", "catch-all", "score", "level", "reason"]);
    for one in checked {
        let [input, _kind, status, safe, catch_all, score, level, reason, _at] = one.cells();
        let tone = match one.safe {
            "safe" => Tone::Good,
            "invalid" => Tone::Bad,
            _ => Tone::Warn,
        };
        let plain = |text| (text, Tone::Plain);
        let verdict = (status, tone);
        table.row([
            plain(input),
            verdict,
            (safe, tone),
            plain(catch_all),
            plain(score),
            plain(level),
            plain(reason),
        ]);
    }
    table.render()
}
