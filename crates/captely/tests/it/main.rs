//! The program as its users meet it: the built binary, run in folders of its own.

mod config;
mod doctor;
mod documents;
mod help;
mod migrate;
mod program;
mod providers;
