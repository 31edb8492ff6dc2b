//! `captely credits`: how a workspace stands, what became of its credits, and on what they were spent.

mod balance;
mod desk;
mod history;
mod usage;

use captely_credits::CreditError;
use captely_platform::ids::WorkspaceId;

pub(super) use self::desk::open;
use super::local::{database, workspace_of_sandbox};
use super::runtime;
use crate::Context;
use crate::cli::{CreditsArgs, CreditsCommand};
use crate::exit::{CliError, Exit};

/// Runs `captely credits`.
pub fn run(args: &CreditsArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let workspace = match (args.workspace, args.sandbox) {
        (Some(workspace), _) => workspace,
        (None, Some(seed)) => workspace_of_sandbox(&format!("sandbox {seed}")),
        (None, None) => WorkspaceId::LOCAL,
    };
    runtime::block_on(async {
        let desk = open(settings).await?;
        let shown = match &args.command {
            None => balance::show(&desk.ledger, workspace, context.json).await,
            Some(CreditsCommand::History(args)) => {
                history::show(&desk.ledger, workspace, args, context.json).await
            }
            Some(CreditsCommand::Usage(args)) => {
                usage::show(&desk, workspace, args, context.json).await
            }
        };
        desk.db.close().await;
        shown.map(|()| Exit::Done)
    })
}

/// What a failure of the ledger means for a person.
pub(super) fn refused(error: CreditError) -> CliError {
    match error {
        CreditError::Db(why) => database(&why),
        other => CliError::internal(other.to_string()),
    }
}

/// As JSON.
fn json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, CliError> {
    serde_json::to_value(value).map_err(|why| CliError::internal(why.to_string()))
}
