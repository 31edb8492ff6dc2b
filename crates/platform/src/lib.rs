#![doc = include_str!("../README.md")]

pub mod access;
pub mod chance;
pub mod clock;
pub mod data_dir;
pub mod db;
pub mod events;
pub mod files;
pub mod health;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod secrets;
pub mod telemetry;

use db::Migration;

/// The tables of this crate: jobs, schedules, workers, events, mail, notices of what is wrong and what requests need. Every
/// program runs them first.
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
    Migration {
        family: "platform",
        number: 3,
        name: "http",
        sql: include_str!("../migrations/0003_http.sql"),
    },
    Migration {
        family: "platform",
        number: 4,
        name: "mail",
        sql: include_str!("../migrations/0004_mail.sql"),
    },
    Migration {
        family: "platform",
        number: 5,
        name: "job_operations",
        sql: include_str!("../migrations/0005_job_operations.sql"),
    },
    Migration {
        family: "platform",
        number: 6,
        name: "health_notice",
        sql: include_str!("../migrations/0006_health_notice.sql"),
    },
];

/// What the macros of this crate name; not for hands.
#[doc(hidden)]
pub mod macro_support {
    pub use {serde, sqlx, uuid};
}
