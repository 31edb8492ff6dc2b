#![doc = include_str!("../README.md")]

mod chance;
pub mod dns;
pub mod mail_world;
pub mod smtp;
pub mod world;
