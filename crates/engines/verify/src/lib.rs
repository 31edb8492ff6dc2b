#![doc = include_str!("../README.md")]

mod address;
mod cache;
mod config;
mod dns;
mod evidence;
mod finding;
mod guess;
mod lists;
mod phone;
mod probe;
mod reach;
mod smtp;
mod verdict;
mod verifier;

pub use address::{AddressError, syntax};
pub use config::{ConfigError, VerifyConfig};
pub use finding::Code;
pub use guess::Guess;
pub use lists::{is_disposable, is_free_provider, is_relay, is_role};
pub use phone::{PhoneVerdict, phone};
pub use verdict::{EmailVerdict, Level};
pub use verifier::EmailVerifier;
