//! Outside verifiers: services that are told an address or number and say whether it lives.

mod email;
mod phone;
mod registry;
mod settings;
mod sheet;

use captely_contact::{E164, EmailAddress};
use futures::future::BoxFuture;

pub use email::CheckedEmail;
pub use phone::{CheckedPhone, LineStatus};
pub use registry::{checker, checker_names, checker_sheet, email_checker, phone_checker};
pub use settings::CheckerSettings;
pub use sheet::{AskAgain, CheckerSheet};

use crate::ProviderError;

/// What a checker says so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked<T> {
    /// Its finding.
    Done(T),
    /// It works on it and has charged nothing. The same question again, later
    /// ([`CheckerSheet::ask_again`]), brings the finding and is charged once.
    Pending,
}

/// A client of one outside verifier. Like a [`crate::Provider`] it holds key, address and HTTP client,
/// keeps nothing about rows, and neither waits nor retries nor limits: those are the caller's to do.
pub trait Checker: Send + Sync {
    /// Price and limits; no I/O.
    fn sheet(&self) -> &CheckerSheet;

    /// Checks the key by a free call. Credits left, where the service says so (whole credits).
    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>>;
}

/// Says whether addresses take mail.
pub trait EmailChecker: Checker {
    /// Asks about one address in ONE HTTP call that may be charged; where the answer refuses in words
    /// that mean two things, a second, free call tells them apart.
    fn check_email<'a>(
        &'a self,
        address: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Checked<CheckedEmail>, ProviderError>>;
}

/// Says whether numbers are in use, and by whom they are served.
pub trait PhoneChecker: Checker {
    /// Whether the network is asked too if the line is in use.
    fn asks_line_status(&self) -> bool;

    /// Asks about one number in ONE HTTP call.
    fn check_phone<'a>(
        &'a self,
        number: &'a E164,
    ) -> BoxFuture<'a, Result<Checked<CheckedPhone>, ProviderError>>;
}
