use std::sync::Arc;

use captely_credits::Ledger;
use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::files::Files;
use captely_platform::ids::Ids;

/// Imports of all workspaces, as a server does them. Clones are cheap.
#[derive(Clone)]
pub struct Imports {
    /// Where to.
    pub db: Db,
    /// For new contacts and imports.
    pub ids: Arc<Ids>,
    /// For their times.
    pub clock: Arc<dyn Clock>,
    /// Where raw files and results are.
    pub files: Files,
    /// What plans allow.
    pub ledger: Ledger,
    /// What the operator has set.
    pub settings: ImportSettings,
}

/// What the operator has set of imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportSettings {
    /// The largest file that is taken.
    pub upload_bytes_max: u64,
    /// How long raw files are kept, in days.
    pub raw_file_days: u32,
}

impl Default for ImportSettings {
    fn default() -> Self {
        Self { upload_bytes_max: 1024 * 1024 * 1024, raw_file_days: 30 }
    }
}

impl std::fmt::Debug for Imports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Imports({})", self.files)
    }
}
