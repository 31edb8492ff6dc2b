use std::time::Duration;

use captely_contact::EmailAddress;

use crate::verdict::EmailVerdict;

/// What came of trying likely addresses at a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// The server takes this address and refuses others.
    Found {
        /// The first of the candidates that was accepted.
        email: EmailAddress,
        /// What is known of it.
        verdict: EmailVerdict,
    },
    /// The domain takes any name: guessing tells nothing.
    AcceptsAll,
    /// Every candidate was refused.
    NoneAccepted {
        /// How many were tried.
        tried: usize,
    },
    /// The domain takes no mail at all.
    NoMail {
        /// The verdict on the first candidate, with the reason.
        verdict: EmailVerdict,
    },
    /// It could not be found out.
    Unknown {
        /// One plain sentence.
        reason: String,
        /// When asking again makes sense, where that is known.
        retry_after: Option<Duration>,
    },
}
