#![doc = include_str!("../README.md")]

mod columns;
mod import;
mod model;
mod person;
mod reading;
mod store;

use captely_platform::db::Migration;

pub use import::{ImportError, Importer};
pub use model::{Fault, Import, ImportRow, ImportState};
pub use store::faults::first as first_faults;
pub use store::rows::{page as rows_page, statements as row_statements};

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "imports",
        number: 1,
        name: "import",
        sql: include_str!("../migrations/0001_import.sql"),
    },
    Migration {
        family: "imports",
        number: 2,
        name: "service",
        sql: include_str!("../migrations/0002_service.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    [store::jobs::statements(), row_statements(), store::faults::statements()].concat()
}
