//! What a command that keeps data works with: the folder that is its own, the database, ids and time.

use std::path::Path;
use std::sync::Arc;

use captely_credits::{Ledger, Policy};
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock, SystemClock};
use captely_platform::data_dir::{DataDir, DataDirError};
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::jobs;
use captely_tabular::ReadError;

use super::migrate;
use crate::config::Settings;
use crate::exit::CliError;

/// What a process has before it opens anything: time, chance, and the data folder as its own.
pub(super) struct Footing {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<Chance>,
    pub(super) ids: Arc<Ids>,
    pub(super) place: DataDir,
}

impl Footing {
    /// Fails where another process has the folder.
    pub(super) fn take(settings: &Settings) -> Result<Self, CliError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chance = Arc::new(Chance::from_os().map_err(|e| CliError::internal(e.to_string()))?);
        let ids = Arc::new(Ids::new(Arc::clone(&clock), Arc::clone(&chance)));
        let place = DataDir::open(&settings.data.dir, &ids).map_err(|e| in_use(&e))?;
        Ok(Self { clock, chance, ids, place })
    }
}

/// The data directory, held by this process until dropped, and the database with its tables in place.
pub(super) struct Local {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<Chance>,
    pub(super) ids: Arc<Ids>,
    /// This process, as the job queue knows it.
    pub(super) worker: String,
    pub(super) place: DataDir,
}

impl Local {
    /// Opens both. What this folder's last process held of the job queue is free again: that process is
    /// gone, since we have its lock.
    pub(super) async fn open(settings: &Settings) -> Result<Self, CliError> {
        let Footing { clock, chance, ids, place } = Footing::take(settings)?;
        let db = migrate::open_database(settings).await?;
        db.migrate(&migrate::all()).await.map_err(|e| database(&e))?;
        let worker = format!("{}{}", place.worker_prefix(), std::process::id());
        jobs::release(&db, &place.worker_prefix(), clock.now()).await.map_err(|e| database(&e))?;
        Ok(Self { db, clock, chance, ids, worker, place })
    }
}

/// The ledger of the command line: its workspaces have no limit, and what they spend is counted.
pub(super) fn ledger(db: &Db, ids: &Arc<Ids>, clock: &Arc<dyn Clock>) -> Ledger {
    Ledger::new(db.clone(), Arc::clone(ids), Arc::clone(clock), Policy::unlimited())
}

/// The workspace of a sandbox of this name: what it invents never meets real data.
pub(super) fn workspace_of_sandbox(name: &str) -> WorkspaceId {
    let mark = blake3::hash(name.as_bytes());
    let id = mark.as_bytes().first_chunk::<16>().map_or(0, |b| u128::from_be_bytes(*b));
    WorkspaceId::from(uuid::Uuid::from_u128(id))
}

/// Refuses at once what is no plain file, before a key or a folder is found wanting.
pub(super) fn try_input(file: &Path) -> Result<(), CliError> {
    match std::fs::metadata(file) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let file = file.to_string_lossy().into();
            Err(CliError::bad_input(ReadError::NoSuchFile { file }.to_string()))
        }
        Ok(meta) if meta.is_dir() => {
            let file = file.to_string_lossy().into();
            Err(CliError::bad_input(ReadError::IsFolder { file }.to_string()))
        }
        Ok(meta) if !meta.is_file() => {
            let what = format!(
                "{}: this is no plain file, and a pipe can be read only once",
                file.display()
            );
            Err(CliError::bad_input(what).try_this("to save it in a file first"))
        }
        _ => Ok(()),
    }
}

/// What a failure of the database means for a person.
pub(super) fn database(error: &DbError) -> CliError {
    if let DbError::DiskFull(_) = error {
        return CliError::output(error.to_string())
            .try_this("make room, or another --data-dir; the same command again continues");
    }
    if let DbError::Migration(why) = error {
        return CliError::nothing(why.clone()).try_this("the version that used the database last");
    }
    CliError::internal(format!("the database: {error}"))
        .try_this("`captely doctor` looks at it; the same command again continues")
}

pub(super) fn in_use(error: &DataDirError) -> CliError {
    match error {
        DataDirError::Taken { .. } => CliError::in_use(error.to_string()),
        DataDirError::Io { .. } => {
            CliError::output(error.to_string()).try_this("another --data-dir")
        }
    }
}
