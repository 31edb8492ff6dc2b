use std::sync::Arc;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock, SystemClock};
use captely_platform::db::Db;
use captely_platform::ids::Ids;

use crate::commands::local::ledger;
use crate::commands::migrate::open_database;
use crate::commands::serve::platform::bring_up;
use crate::config::Settings;
use crate::exit::CliError;

/// The ledger of the settings' database.
pub(in crate::commands) struct Desk {
    pub(in crate::commands) db: Db,
    pub(in crate::commands) ledger: Ledger,
    pub(in crate::commands) ids: Arc<Ids>,
    pub(in crate::commands) clock: Arc<dyn Clock>,
    pub(super) now: Timestamp,
}

/// Opens it. The data folder is left to whoever has it: the ledger guards itself, in any number of processes.
pub(in crate::commands) async fn open(settings: &Settings) -> Result<Desk, CliError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let chance = Chance::from_os().map_err(|why| CliError::internal(why.to_string()))?;
    let ids = Arc::new(Ids::new(Arc::clone(&clock), Arc::new(chance)));
    let db = open_database(settings).await?;
    bring_up(&db, false).await?;
    let now = clock.now();
    let ledger = ledger(&db, &ids, &clock);
    Ok(Desk { db, ledger, ids, clock, now })
}
