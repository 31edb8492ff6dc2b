#![doc = include_str!("../README.md")]

pub mod chance;
pub mod clock;
pub mod data_dir;
pub mod db;
pub mod events;
pub mod files;
pub mod ids;
pub mod jobs;
pub mod secrets;
pub mod telemetry;

use db::Migration;

/// The tables of this crate: jobs, schedules and events. Every program runs them first.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "platform",
        number: 1,
        name: "job",
        sql: include_str!("../migrations/0001_job.sql"),
    },
    Migration {
        family: "platform",
        number: 2,
        name: "event",
        sql: include_str!("../migrations/0002_event.sql"),
    },
];

/// What the macros of this crate name; not for hands.
#[doc(hidden)]
pub mod macro_support {
    pub use {serde, sqlx, uuid};
}
