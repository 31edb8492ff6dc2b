//! What the commands do: one file a command. Thin: rules live in engines and services.

mod again;
pub mod config;
pub mod credits;
pub mod demo;
pub mod doctor;
pub mod duplicates;
pub mod enrich;
mod files;
pub mod import;
pub mod imports;
pub mod ledger;
mod local;
mod mail_world;
pub mod migrate;
pub mod output;
pub mod providers;
pub mod runtime;
pub mod sandbox;
pub mod serve;
pub mod telemetry;
mod verifier;
pub mod verify;
