#![doc = include_str!("../README.md")]

mod answer;
mod apollo;
mod dropcontact;
mod endpoint;
mod error;
mod http;
mod hunter;
mod icypeas;
mod json;
mod key;
mod provider;
mod question;
mod registry;
mod settings;
mod sheet;
mod turn;
mod values;
mod words;

pub use answer::{Answer, FoundEmail, FoundPhone};
pub use apollo::Apollo;
pub use dropcontact::Dropcontact;
pub use error::ProviderError;
pub use http::{ANSWER_BYTES_MAX, Http, HttpConfig, HttpError, Reply, install_crypto};
pub use hunter::Hunter;
pub use icypeas::Icypeas;
pub use key::Key;
pub use provider::{Asked, Outcome, Provider, Searched, Ticket};
pub use question::Question;
pub use registry::{client, names, sheet};
pub use settings::{ProviderSettings, SetupError};
pub use sheet::Sheet;
