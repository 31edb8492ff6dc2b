//! Everything that needs a database runs here, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot set up should fail"
)]

mod bulk;
mod error_reports;
mod errors;
mod events;
mod files;
mod health;
mod http_app;
mod http_bodies;
mod http_browser;
mod http_client;
mod http_limits;
mod http_live;
mod http_once;
mod http_operations;
mod http_routes;
mod http_server;
mod http_socket;
mod http_uploads;
mod http_wire;
mod jobs;
mod log_files;
mod mail;
mod metrics;
mod migrate;
mod operators;
mod outage;
mod proxy;
mod receiver;
mod runner;
mod schedules;
mod single_reads;
mod stage;
mod traces;
mod transactions;
