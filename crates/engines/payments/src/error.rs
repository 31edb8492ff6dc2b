//! Why a call brought no object, and whether to repeat it.

mod answered;
mod decline;

pub use decline::Decline;

pub(crate) use answered::{garbled, refusal, request_id};

use std::fmt;
use std::time::Duration;

use captely_providers::ProviderError;

/// A call to Stripe failed. Its text is a sentence that says what to do, and never holds the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeError {
    /// What went wrong.
    pub fault: Fault,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Stripe's name for this call, by which its dashboard and its support find it.
    pub request_id: Option<Box<str>>,
    /// The answer is the stored one of an earlier call with the same idempotency key.
    pub replayed: bool,
    /// What `Stripe-Should-Retry` says.
    pub should_retry: Option<bool>,
    /// What `Retry-After` asks for; Stripe does not promise it.
    pub retry_after: Option<Duration>,
}

/// What went wrong, by what there is to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The card or the bank said no (contract, "Errors": `card_error`). No money moved.
    #[error("{0}")]
    CardDeclined(Box<Decline>),
    /// The request is wrong, by the program's fault or by that of the account's settings.
    #[error("does not accept the request{}: {detail}; repeating it does not help", named(.param.as_deref()))]
    Invalid {
        /// Which parameter.
        param: Option<String>,
        /// Stripe's word for it.
        code: Option<String>,
        /// Stripe's words.
        detail: String,
    },
    /// The key is wrong or was revoked.
    #[error(
        "refused the secret key: {detail}; take a new one from Stripe's dashboard under API keys"
    )]
    KeyRefused {
        /// Stripe's words.
        detail: String,
    },
    /// The key is a restricted one without this permission.
    #[error(
        "does not allow this call with this key: {detail}; give the restricted key the permission in Stripe's dashboard"
    )]
    NotAllowed {
        /// Stripe's words.
        detail: String,
    },
    /// There is no such object for this key.
    #[error("does not know what was named{}: {detail}; it may belong to another account, or to the other of test and live mode", named(.param.as_deref()))]
    NotFound {
        /// Which parameter named it; none where it was the object of the call itself.
        param: Option<String>,
        /// Stripe's words.
        detail: String,
    },
    /// Another call holds the object, or one with the same key is still under way.
    #[error(
        "is busy with the same object or key: {detail}; repeat the call with the same key in a moment"
    )]
    Conflict {
        /// Stripe's words.
        detail: String,
    },
    /// The idempotency key was used with other parameters before.
    #[error(
        "has seen the idempotency key with other parameters: {detail}; another intent needs another key"
    )]
    KeyReused {
        /// Stripe's words.
        detail: String,
    },
    /// Too many calls; nothing was done.
    #[error("asks to slow down ({reason}); repeat the call with the same key later")]
    RateLimited {
        /// `rate_limit`, `lock_timeout`, or what `Stripe-Rate-Limited-Reason` says.
        reason: String,
    },
    /// Stripe had a failure; what was asked may have been done.
    #[error(
        "had a failure ({status}): {detail}; it may have been done: look at the object, or repeat the call with the same key"
    )]
    Failed {
        /// HTTP status.
        status: u16,
        /// Stripe's words.
        detail: String,
    },
    /// No connection was made, so nothing was done.
    #[error("could not be reached: {detail}; nothing was sent, repeat the call later")]
    Unreachable {
        /// What went wrong.
        detail: String,
    },
    /// The request went out and no whole answer came back; it may have been done.
    #[error("gave no answer: {detail}; it may have been done, repeat the call with the same key")]
    NoAnswer {
        /// What went wrong.
        detail: String,
    },
    /// An answer came that cannot be read; it may have been done.
    #[error(
        "gave an answer that cannot be read: {detail}; it may have been done, repeat the call with the same key"
    )]
    Garbled {
        /// What was wrong.
        detail: String,
    },
    /// The guard of outbound calls refused the address; nothing was sent.
    #[error("is set to an address that may not be called: {detail}")]
    Guarded {
        /// Which rule.
        detail: String,
    },
    /// The request was not sent, because Stripe would have refused it.
    #[error("was not asked: {detail}")]
    Refused {
        /// What is wrong with it.
        detail: String,
    },
}

impl StripeError {
    fn unsent(fault: Fault) -> Self {
        Self {
            fault,
            status: None,
            request_id: None,
            replayed: false,
            should_retry: None,
            retry_after: None,
        }
    }

    /// Worth repeating after a pause, a POST with the same key.
    ///
    /// Contract, "Errors": faults of the connection, 409, 429 and from 500 on;
    /// `Stripe-Should-Retry` wins. A failure that was replayed stays the same for its key: look at
    /// the object, and take another key where nothing was done.
    pub fn is_retryable(&self) -> bool {
        self.should_retry.unwrap_or(match self.fault {
            Fault::Conflict { .. }
            | Fault::RateLimited { .. }
            | Fault::Unreachable { .. }
            | Fault::NoAnswer { .. }
            | Fault::Garbled { .. } => true,
            Fault::Failed { status, .. } => status >= 500 && !self.replayed,
            _ => false,
        })
    }

    /// What was asked may have been done although there is no answer that says so.
    pub const fn may_have_happened(&self) -> bool {
        matches!(
            self.fault,
            Fault::NoAnswer { .. }
                | Fault::Garbled { .. }
                | Fault::Failed { .. }
                | Fault::Conflict { .. }
        )
    }

    /// The object of the call, or one that it named, is not there.
    pub const fn is_not_found(&self) -> bool {
        matches!(self.fault, Fault::NotFound { .. })
    }
}

impl fmt::Display for StripeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stripe {}", self.fault)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for StripeError {}

/// The request cannot be sent as it is.
pub(crate) fn refused(why: impl fmt::Display) -> StripeError {
    StripeError::unsent(Fault::Refused { detail: why.to_string() })
}

/// The call failed below HTTP. Only the kinds that [`captely_providers::Http::send`] names come; what
/// else might come counts as sent.
pub(crate) fn unanswered(why: ProviderError) -> StripeError {
    StripeError::unsent(match why {
        ProviderError::Unreachable { detail } => Fault::Unreachable { detail },
        ProviderError::Guarded { detail } => Fault::Guarded { detail },
        ProviderError::Garbled { detail } => Fault::Garbled { detail },
        ProviderError::NoAnswer { detail } => Fault::NoAnswer { detail },
        other => Fault::NoAnswer { detail: other.to_string() },
    })
}

fn named(param: Option<&str>) -> String {
    param.map_or_else(String::new, |param| format!(" ({param})"))
}
