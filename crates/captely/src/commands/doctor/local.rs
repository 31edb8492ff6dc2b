//! What lies on this machine: configuration, data folder, disk, database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use captely_platform::chance::{Chance, NoEntropy};
use captely_platform::clock::SystemClock;
use captely_platform::data_dir::{DataDir, DataDirError};
use captely_platform::db::{Db, DbOptions, Engine};
use captely_platform::ids::Ids;
use tokio::time::timeout;

use super::finding::{Finding, Health};
use crate::cli::DoctorArgs;
use crate::config::{Loaded, NotRead, Settings, without_password};
use crate::ui;

/// Below this a run of some size may not end. The embedded database takes about 1 KiB a contact.
const DISK_BYTES_COMFORTABLE: u64 = 1024 * 1024 * 1024;
/// Below this nothing can be relied on.
const DISK_BYTES_MIN: u64 = 50 * 1024 * 1024;

/// Faults have ended the command before; here is what was read.
pub(super) fn configuration(loaded: &Loaded) -> Finding {
    let names: Vec<_> = loaded.files.iter().map(|path| path.display().to_string()).collect();
    let open = loaded.files.iter().find(|path| is_open_to_others(path));
    if let Some(path) = open.filter(|_| loaded.entries.iter().any(|e| e.secret && e.is_set)) {
        let says = format!("{} can be read by others: chmod 600 it", path.display());
        return Finding::new("configuration", Health::Limited, says).required();
    }
    let says =
        if names.is_empty() { "no file; built-in values".to_owned() } else { names.join(", ") };
    Finding::new("configuration", Health::Works, says).required()
}

/// Who sets a variable expects something of it.
pub(super) fn not_read(loaded: &Loaded) -> Option<Finding> {
    let said =
        loaded.not_read.iter().map(|NotRead { variable, why }| format!("{variable} ({why})"));
    let said: Vec<_> = said.collect();
    let says = format!("set, and read by nothing here: {}", said.join(", "));
    (!said.is_empty()).then(|| Finding::new("variables of other systems", Health::Works, says))
}

fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o044 != 0)
}

/// Whether the folder can be made and written to, and how much room its disk has.
pub(super) fn data_dir(settings: &Settings) -> Vec<Finding> {
    let dir = &settings.data.dir;
    let shown = dir.display();
    let folder = match held(dir) {
        Ok(()) => Finding::new("data folder", Health::Works, format!("{shown} can be written to")),
        Err(why @ DataDirError::Taken { .. }) => {
            Finding::new("data folder", Health::Limited, why.to_string())
                .unlocking("captely enrich on this folder, once the other is done")
        }
        Err(why) => {
            let says = format!("{why}; choose another: --data-dir");
            Finding::new("data folder", Health::Broken, says)
        }
    };
    vec![folder.required(), disk(dir)]
}

/// Takes the folder as a run would, and gives it back.
fn held(dir: &Path) -> Result<(), DataDirError> {
    let unusable = |why: NoEntropy| DataDirError::Io {
        path: dir.to_owned(),
        source: std::io::Error::other(why.to_string()),
    };
    let chance = Arc::new(Chance::from_os().map_err(unusable)?);
    DataDir::open(dir, &Ids::new(Arc::new(SystemClock), chance)).map(drop)
}

fn disk(dir: &Path) -> Finding {
    // The folder may not exist, but one above it does.
    let there = dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let (health, says) = match rustix::fs::statvfs(there) {
        Err(why) => (Health::Limited, format!("cannot be asked: {why}")),
        Ok(stat) => {
            let bytes = stat.f_bavail.saturating_mul(stat.f_frsize);
            let health = match bytes {
                0..DISK_BYTES_MIN => Health::Broken,
                DISK_BYTES_MIN..DISK_BYTES_COMFORTABLE => Health::Limited,
                _ => Health::Works,
            };
            (health, format!("{} MiB free at {}", ui::count(bytes / 1024 / 1024), there.display()))
        }
    };
    Finding::new("disk space", health, says).required().unlocking("runs over long lists")
}

/// Whether the database opens, can be written to, and has the tables of this version.
pub(super) async fn database(settings: &Settings, args: &DoctorArgs) -> Vec<Finding> {
    let shown = without_password(&settings.database.url);
    let limit = Duration::from_secs(args.timeout_s);
    let looked = timeout(limit, try_database(&settings.database.url, limit)).await;
    let outcome = looked
        .unwrap_or_else(|_elapsed| Err(format!("gave no answer within {} s", limit.as_secs())));
    let finding = match outcome {
        Ok(says) => Finding::new("database", Health::Works, format!("{shown}: {says}")),
        Err(why) => Finding::new("database", Health::Broken, format!("{shown}: {why}")),
    };
    vec![finding.required()]
}

async fn try_database(url: &str, limit: Duration) -> Result<String, String> {
    let options = DbOptions { busy_timeout: limit, ..DbOptions::default() };
    let db = Db::open(url, &options).await.map_err(|why| why.to_string())?;
    // Opening a writing transaction proves that the database is not read-only and not held.
    let writer = db.writer().await.map_err(|why| why.to_string())?;
    drop(writer);
    let engine = match db.engine() {
        Engine::Sqlite => "embedded SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let pending =
        db.pending(&crate::commands::migrate::all()).await.map_err(|why| why.to_string())?;
    db.close().await;
    Ok(match pending.len() {
        0 => format!("{engine}, writable, its tables are of this version"),
        n => format!("{engine}, writable; {n} steps to make its tables: captely migrate"),
    })
}
