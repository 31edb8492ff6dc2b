//! `captely ledger verify`: replays every ledger and says what is wrong.

use captely_credits::{Checked, Ledger};
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};

use super::credits::{open, refused};
use super::runtime;
use crate::Context;
use crate::cli::{LedgerArgs, LedgerCommand};
use crate::exit::{CliError, Exit};
use crate::ui::{self, Progress, count};

/// Faults told on a terminal; `--json` has more of each workspace.
const FAULTS_SHOWN_MAX: usize = 50;

/// Runs `captely ledger`.
pub fn run(args: &LedgerArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let LedgerCommand::Verify { workspace } = args.command;
    let found = runtime::block_on(async {
        let desk = open(settings).await?;
        let found = verify(&desk.ledger, workspace, context.json).await;
        desk.db.close().await;
        found
    })?;
    let failure = found.failure();
    if context.json {
        ui::json_line(&found.json(failure.as_ref()))?;
    } else if failure.is_none() {
        ui::text(&format!(
            "The ledger is right (entries: {}, workspaces: {}).",
            count(found.entries),
            count(found.workspaces)
        ))?;
    }
    match failure {
        Some(failure) if context.json => {
            ui::error(&failure, false);
            Ok(failure.code)
        }
        Some(failure) => Err(failure),
        None => Ok(Exit::Done),
    }
}

/// What the check has found.
#[derive(Default)]
struct Found {
    workspaces: u64,
    entries: u64,
    wrong: Vec<(WorkspaceId, Checked)>,
}

async fn verify(
    ledger: &Ledger,
    only: Option<WorkspaceId>,
    quiet: bool,
) -> Result<Found, CliError> {
    let all = workspaces(ledger, only).await?;
    let progress = Progress::of("workspaces", u64::try_from(all.len()).ok(), quiet);
    let mut found = Found::default();
    for workspace in all {
        let checked = ledger.verify(workspace).await.map_err(refused)?;
        found.workspaces = found.workspaces.saturating_add(1);
        found.entries = found.entries.saturating_add(checked.entries);
        if !checked.is_right() {
            found.wrong.push((workspace, checked));
        }
        progress.add(1);
        progress.say(format!("{} entries", count(found.entries)));
    }
    progress.finish();
    Ok(found)
}

async fn workspaces(
    ledger: &Ledger,
    only: Option<WorkspaceId>,
) -> Result<Vec<WorkspaceId>, CliError> {
    if let Some(only) = only {
        let is_there = ledger.has_account(only).await.map_err(refused)?;
        let missing = || {
            CliError::usage(format!("{only} has no ledger here"))
                .try_this("without --workspace, which checks all there are")
        };
        return is_there.then(|| vec![only]).ok_or_else(missing);
    }
    let mut all: Vec<WorkspaceId> = Vec::new();
    loop {
        let page = ledger.workspaces(all.last().copied()).await.map_err(refused)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

impl Found {
    fn failure(&self) -> Option<CliError> {
        if self.wrong.is_empty() {
            return None;
        }
        let told = self.wrong.iter().flat_map(|(workspace, checked)| {
            checked.faults.iter().map(move |fault| format!("{workspace}: {fault}"))
        });
        let faults: u64 = self.wrong.iter().map(|(_, checked)| checked.fault_count()).sum();
        let mut details: Vec<String> = told.take(FAULTS_SHOWN_MAX).collect();
        let shown = u64::try_from(details.len()).unwrap_or(u64::MAX);
        if faults > shown {
            details.push(format!("and {} more", count(faults.saturating_sub(shown))));
        }
        let n = self.wrong.len();
        let what = format!("the ledger is wrong in {n} of {} workspaces", count(self.workspaces));
        Some(
            CliError::internal(what)
                .with_details(details)
                .try_this("keep a copy of the database as it is, and report this"),
        )
    }

    fn json(&self, failure: Option<&CliError>) -> Value {
        let wrong = self.wrong.iter().map(|(workspace, checked)| {
            json!({
                "workspace": workspace, "entries": checked.entries, "faults": checked.faults,
                "more_faults": checked.more_faults,
            })
        });
        let mut object = json!({
            "workspaces": self.workspaces, "entries": self.entries,
            "right": self.wrong.is_empty(), "wrong": wrong.collect::<Vec<_>>(),
        });
        if let (Some(failure), Some(map)) = (failure, object.as_object_mut()) {
            map.insert("error".into(), failure.to_json());
        }
        object
    }
}
