#![doc = include_str!("../README.md")]

mod chance;
pub mod dns;
mod knowledge;
pub mod mail_world;
pub mod provider;
pub mod settings;
pub mod smtp;
pub mod world;
