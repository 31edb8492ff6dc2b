use std::fmt;
use std::sync::Arc;

use captely_credits::Ledger;
use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::ids::Ids;

/// The contacts of all workspaces. Clones are cheap.
#[derive(Clone)]
pub struct Crm {
    /// Where they are.
    pub db: Db,
    /// Gives ids.
    pub ids: Arc<Ids>,
    /// Says what time it is.
    pub clock: Arc<dyn Clock>,
    /// Gives back what was paid for twice; none where nothing is paid for.
    pub ledger: Option<Ledger>,
}

impl fmt::Debug for Crm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Crm")
    }
}
