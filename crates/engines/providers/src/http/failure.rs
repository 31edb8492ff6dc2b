//! Whether a call that failed below HTTP can have been charged.

use std::error::Error;

use super::guard::Refusal;
use crate::ProviderError;
use crate::words::cut;

/// Sorts a failure into "nothing was sent" (`Unreachable`, `Guarded`) and "sent, but no whole answer"
/// (`NoAnswer`). What cannot be told apart counts as sent: it may have cost money.
pub(super) fn classify(error: &reqwest::Error) -> ProviderError {
    if let Some(Refusal(why)) = find::<Refusal>(error) {
        return ProviderError::Guarded { detail: why.clone() };
    }
    // `is_connect` covers look-up, TCP, TLS and the time-out of all three: the request is handed to a
    // connection only after them. `is_builder` is a request that never left our hands.
    if error.is_connect() || error.is_dns() || error.is_builder() {
        let detail = if error.is_timeout() {
            "no connection within its time".to_owned()
        } else {
            root_words(error)
        };
        return ProviderError::Unreachable { detail };
    }
    let detail = if error.is_timeout() {
        "no whole answer within its time".to_owned()
    } else {
        root_words(error)
    };
    ProviderError::NoAnswer { detail }
}

/// The innermost cause in words. The outer layers of reqwest's errors name the URL; this one does not.
fn root_words(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if cause.is::<reqwest::Error>() {
        return "the call failed".to_owned();
    }
    cut(&cause.to_string())
}

fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}
