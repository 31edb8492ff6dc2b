#![doc = include_str!("../README.md")]

mod imports;
mod jobs;
mod list;
mod memory;
mod model;
mod outside;
mod pay;
mod remember;
mod retry;
mod store;
mod sweep;
mod waiting;
mod writer;

use std::sync::Arc;

use captely_credits::Ledger;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, Migration};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_verify::EmailVerifier;

pub use imports::{Patience, Turn};
pub use jobs::verify_again::{VERIFY_AGAIN, verify_again};
pub use jobs::verify_import::VerifyImport;
pub use list::{List, list_id};
pub use model::{Answer, CheckSettings, Progress};
pub use outside::{Budget, Outside, OutsideAnswer, OutsideChecker, OutsideFound, OutsideSummary};
pub use remember::subject;
pub use sweep::Sweep;

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "verification",
        number: 1,
        name: "check",
        sql: include_str!("../migrations/0001_check.sql"),
    },
    Migration {
        family: "verification",
        number: 2,
        name: "outside",
        sql: include_str!("../migrations/0002_outside.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}

/// Checks addresses for one workspace and remembers what came of it.
pub struct Verification {
    /// Where it is remembered.
    pub db: Db,
    /// Makes the ids of checks.
    pub ids: Arc<Ids>,
    /// Credits are set aside here before anybody is asked.
    pub ledger: Ledger,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Whose addresses these are.
    pub workspace: WorkspaceId,
    /// This process, as the job queue knows it.
    pub worker: String,
    /// Asks DNS and mail servers. Always with the same MAIL FROM: greylists know a sender by it.
    pub verifier: EmailVerifier,
    /// How deep to look, and what to believe.
    pub settings: CheckSettings,
}

impl Verification {
    /// The workspace's credits.
    pub(crate) fn purse(&self) -> pay::Purse {
        pay::Purse { ledger: self.ledger.clone(), workspace: self.workspace }
    }
}
