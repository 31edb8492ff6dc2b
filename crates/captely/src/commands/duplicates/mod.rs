//! `captely duplicates`: contacts that may be one person.

mod show;

use captely_crm::{
    Choices, Crm, DuplicateError, DuplicateSettings, MergeError, PairQuery, PairState, PairView,
    Search, duplicate_settings, set_duplicate_settings,
};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use super::local::database;
use super::runtime;
use crate::Context;
use crate::cli::{DuplicatesArgs, DuplicatesCommand};
use crate::commands::credits;
use crate::exit::{CliError, Exit};
use crate::ui;

/// Millionths of one in a hundredth.
const MILLIONTHS_PER_PERCENT: i64 = 10_000;

/// Runs `captely duplicates`.
pub fn run(args: &DuplicatesArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let workspace = args.workspace.unwrap_or(WorkspaceId::LOCAL);
    runtime::block_on(async {
        let desk = credits::open(settings).await?;
        let ledger = Some(desk.ledger.clone());
        let crm = Crm { db: desk.db.clone(), ids: desk.ids, clock: desk.clock, ledger };
        let done = act(&crm, workspace, &args.command, context.json).await;
        desk.db.close().await;
        done.map(|()| Exit::Done)
    })
}

async fn act(
    crm: &Crm,
    workspace: WorkspaceId,
    command: &DuplicatesCommand,
    as_json: bool,
) -> Result<(), CliError> {
    match command {
        DuplicatesCommand::Find { merge_same } => find(crm, workspace, *merge_same, as_json).await,
        DuplicatesCommand::List { limit, min_percent } => {
            let millionths_min = i64::from(*min_percent).saturating_mul(MILLIONTHS_PER_PERCENT);
            let query = PairQuery { state: PairState::Open, millionths_min, after: None };
            let pairs = crm.duplicates(workspace, &query, *limit).await.map_err(refused)?;
            show::list(pairs, as_json)
        }
        DuplicatesCommand::Show { pair } => {
            show::one(crm.duplicate(workspace, *pair).await.map_err(refused)?, as_json)
        }
        DuplicatesCommand::Merge { pair, keep, take } => {
            let choices: Choices = take.iter().cloned().collect();
            let mut tx = crm.db.writer().await.map_err(|why| database(&why))?;
            let done = crm.merge_pair(&mut tx, workspace, (*pair, *keep, choices), None).await;
            let merge = done.map_err(refused)?;
            tx.commit().await.map_err(|why| database(&why))?;
            if as_json {
                return ui::json_line(&json!({ "merge_id": merge }));
            }
            ui::text(&format!("They are one. `captely duplicates undo {merge}` takes it back."))
        }
        DuplicatesCommand::Dismiss { pair } => {
            let mut tx = crm.db.writer().await.map_err(|why| database(&why))?;
            crm.dismiss_pair(&mut tx, workspace, *pair, None).await.map_err(refused)?;
            tx.commit().await.map_err(|why| database(&why))?;
            if as_json {
                return ui::json_line(&json!({ "dismissed": pair }));
            }
            ui::text("They are two people. They are asked about again where one of them changes.")
        }
        DuplicatesCommand::Settings { merge_same } => {
            let mut tx = crm.db.writer().await.map_err(|why| database(&why))?;
            if let Some(merge_same) = *merge_same {
                let (set, now) = (DuplicateSettings { merge_same }, crm.clock.now());
                let done = set_duplicate_settings(&mut tx, workspace, set, now).await;
                done.map_err(|why| database(&why))?;
            }
            let set = duplicate_settings(&mut tx, workspace).await;
            let set = set.map_err(|why| database(&why))?;
            tx.commit().await.map_err(|why| database(&why))?;
            show::settings(set, as_json)
        }
        DuplicatesCommand::Undo { merge } => {
            let mut tx = crm.db.writer().await.map_err(|why| database(&why))?;
            let done = crm.undo_merge(&mut tx, workspace, *merge, None).await.map_err(refused)?;
            tx.commit().await.map_err(|why| database(&why))?;
            show::undone(&done, as_json)
        }
    }
}

async fn find(
    crm: &Crm,
    workspace: WorkspaceId,
    merge_same: bool,
    as_json: bool,
) -> Result<(), CliError> {
    let search = Search { after: None, merge_same };
    let found = crm.find_duplicates(workspace, search).await.map_err(refused)?;
    if as_json {
        return ui::json_line(&json!(found));
    }
    ui::text(&format!(
        "{} contacts were compared: {} questions are new, {} contacts were merged.",
        found.contacts, found.asked, found.merged
    ))?;
    if found.left_out > 0 {
        ui::text(&format!("{} less likely pairs were left out.", found.left_out))?;
    }
    if found.asked > 0 {
        return ui::text("`captely duplicates list` shows the questions.");
    }
    Ok(())
}

/// What an error means for a person.
fn refused(why: DuplicateError) -> CliError {
    match why {
        DuplicateError::Db(why) | DuplicateError::Merge(MergeError::Db(why)) => database(&why),
        DuplicateError::Broken(_) | DuplicateError::Match(_) => CliError::internal(why.to_string()),
        other => CliError::usage(other.to_string()),
    }
}

/// A pair as the API shows it.
fn view(shown: captely_crm::PairShown) -> Result<serde_json::Value, CliError> {
    serde_json::to_value(PairView::of(shown)).map_err(|why| CliError::internal(why.to_string()))
}
