#![doc = include_str!("../README.md")]

mod enrich;
mod live;
mod model;
mod results;
mod settings;
mod start;
mod stopper;
mod store;

use captely_platform::db::Migration;

pub use enrich::{EnrichError, Enricher};
pub use live::Progress;
pub use model::{RowResult, Summary};
pub use results::results_page;
pub use settings::{ProviderSeat, RunSettings, SlotLimits};
pub use start::{Run, start_or_resume};
pub use stopper::Stopper;
pub use store::states::{ProviderState, all as provider_states};

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "enrichment",
        number: 1,
        name: "run",
        sql: include_str!("../migrations/0001_run.sql"),
    },
    Migration {
        family: "enrichment",
        number: 2,
        name: "append",
        sql: include_str!("../migrations/0002_append.sql"),
    },
    Migration {
        family: "enrichment",
        number: 3,
        name: "limited",
        sql: include_str!("../migrations/0003_limited.sql"),
    },
];

/// The queue of this service's jobs.
pub const ENRICH_BATCH: &str = "enrich_batch.v1";

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}
