#![doc = include_str!("../README.md")]

mod accounts;
mod addresses;
mod chance;
mod clock;
pub mod dns;
mod knowledge;
mod ledger;
mod mac;
pub mod mail_world;
mod meter;
mod outbox;
mod payments;
mod provider;
mod providers;
pub mod s3;
mod sandbox;
mod server;
mod settings;
mod sim;
pub mod smtp;
pub mod world;

pub use addresses::{Account, Addresses, Submission};
pub use ledger::{Calls, Charged, KeyCalls, LogLine, ProviderCalls, TwiceCharged};
pub use outbox::{CaughtMail, Outbox, Via};
pub use payments::{
    AfterRetries, StripeBooks, StripeCharge, StripeConduct, StripeMoney, StripeSettings,
};
pub use provider::{Each, Provider};
pub use sandbox::{Sandbox, SandboxError};
pub use settings::{Conduct, Faults, ProviderConduct, Settings, Span};
