#![doc = include_str!("../README.md")]

mod answer;
mod apollo;
mod checker;
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
mod twilio;
mod values;
mod words;
mod zerobounce;

pub use answer::{Answer, FoundEmail, FoundPhone};
pub use apollo::Apollo;
pub use checker::{
    AskAgain, Checked, CheckedEmail, CheckedPhone, Checker, CheckerSettings, CheckerSheet,
    EmailChecker, LineStatus, PhoneChecker, checker, checker_names, checker_sheet, email_checker,
    phone_checker,
};
pub use dropcontact::Dropcontact;
pub use error::ProviderError;
pub use http::{ANSWER_BYTES_MAX, Http, HttpConfig, HttpError, Reply, install_crypto};
pub use hunter::{Hunter, HunterVerifier};
pub use icypeas::Icypeas;
pub use key::Key;
pub use provider::{Asked, Outcome, Provider, Searched, Ticket};
pub use question::Question;
pub use registry::{client, names, sheet};
pub use settings::{ProviderSettings, SetupError};
pub use sheet::Sheet;
pub use twilio::TwilioLookup;
pub use words::clean as clean_words;
pub use zerobounce::ZeroBounce;
