#![doc = include_str!("../README.md")]

pub mod mail_world;
