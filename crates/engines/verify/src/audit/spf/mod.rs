//! Whether a domain lets an address send in its name (RFC 7208), `exp` apart.

mod evaluate;
mod macros;
mod record;
#[cfg(test)]
mod vectors;

pub(crate) use evaluate::{Names, check_host};
pub(crate) use macros::Sender;

/// The result of the check (RFC 7208 §2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spf {
    /// The domain says nothing.
    None,
    /// It says something about others only.
    Neutral,
    /// The address may send.
    Pass,
    /// It may not.
    Fail,
    /// Probably not.
    SoftFail,
    /// DNS did not say.
    TempError,
    /// The record cannot be used, and why.
    PermError(String),
}
