//! `captely migrate`: brings the database's tables to this version.

use std::path::Path;

use captely_platform::db::{Db, DbOptions, Engine, Migration};
use serde_json::json;

use super::local::database;
use super::runtime;
use crate::Context;
use crate::cli::MigrateArgs;
use crate::config::{Settings, without_password};
use crate::exit::{CliError, Exit};
use crate::ui;

/// The tables of every room, each after those that it refers to.
pub fn all() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_billing::MIGRATIONS,
        captely_crm::MIGRATIONS,
        captely_imports::MIGRATIONS,
        captely_verification::MIGRATIONS,
        captely_enrichment::MIGRATIONS,
    ]
    .concat()
}

/// Opens the configured database; the folder of an embedded one is made.
pub async fn open_database(settings: &Settings) -> Result<Db, CliError> {
    let url = &settings.database.url;
    let path = url.strip_prefix("sqlite:").filter(|path| !path.starts_with(':'));
    let folder = path.map(|path| Path::new(path.strip_prefix("//").unwrap_or(path)));
    if let Some(folder) = folder.and_then(Path::parent) {
        std::fs::create_dir_all(folder).map_err(|why| {
            CliError::output(format!("the folder {} cannot be made: {why}", folder.display()))
                .try_this("another folder with --data-dir")
        })?;
    }
    Db::open(url, &DbOptions::default()).await.map_err(|why| {
        CliError::nothing(format!("{}: {why}", without_password(url)))
            .try_this("`captely doctor` looks at the database and all else that is needed")
    })
}

/// Runs `captely migrate`.
pub fn run(_args: &MigrateArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let (engine, applied) = runtime::block_on(async {
        let db = open_database(settings).await?;
        let applied = db.migrate(&all()).await;
        db.close().await;
        Ok((db.engine(), applied.map_err(|why| database(&why))?))
    })?;
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    if context.json {
        ui::json_line(&json!({ "engine": engine, "applied": applied }))?;
    } else if applied.is_empty() {
        ui::text("The tables are of this version; nothing was to be done.")?;
    } else {
        for title in &applied {
            ui::text(&format!("applied {title}"))?;
        }
    }
    Ok(Exit::Done)
}
