#![doc = include_str!("../README.md")]

mod answer;
mod error;
mod provider;
mod question;
mod sheet;

pub use answer::{Answer, FoundEmail, FoundPhone};
pub use error::ProviderError;
pub use provider::{Asked, Outcome, Provider, Ticket};
pub use question::Question;
pub use sheet::Sheet;
