use std::time::Duration;

/// Why a call brought no answer. Every variant says by its kind whether a repeat makes sense and
/// whether money can have been spent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Too many calls; nothing was charged.
    #[error("asked to slow down{}", wait_words(.after.as_ref()))]
    RateLimited {
        /// How long the provider asked to wait, where it said so.
        after: Option<Duration>,
    },
    /// No credits left; nothing was charged. Final for this provider until somebody pays, except for
    /// a call of several questions to one whose [`crate::Sheet::credits_cover_whole_call`] is set: a
    /// smaller call may still be taken.
    #[error("is out of credits")]
    OutOfCredits,
    /// The key is missing, wrong or revoked. Final for this provider.
    #[error("refused the key: {detail}")]
    KeyRefused {
        /// The provider's words, without the key.
        detail: String,
    },
    /// The plan of this key does not include the call. Final for this provider.
    #[error("does not allow this call for this key: {detail}")]
    NotInPlan {
        /// The provider's words.
        detail: String,
    },
    /// The provider finds the question faulty; nothing was charged; the same question stays faulty.
    #[error("did not accept the question: {detail}")]
    BadQuestion {
        /// The provider's words.
        detail: String,
    },
    /// The person asked the provider not to be processed. Never ask again.
    #[error("may not process this person")]
    PersonRefused,
    /// The provider said that it broke (5xx or its like) before charging; worth a repeat.
    #[error("had a failure ({status}): {detail}")]
    Failed {
        /// HTTP status.
        status: u16,
        /// The provider's words, at most 200 characters.
        detail: String,
    },
    /// No connection was made, so nothing was asked or charged; worth a repeat.
    #[error("could not be reached: {detail}")]
    Unreachable {
        /// What went wrong.
        detail: String,
    },
    /// The request went out and no whole answer came back (or a gateway says that it lost the answer
    /// of the provider behind it): it may have been charged.
    #[error("gave no answer within its time: {detail}")]
    NoAnswer {
        /// What went wrong.
        detail: String,
    },
    /// An answer came that could not be read: it may have been charged.
    #[error("gave an answer that cannot be read: {detail}")]
    Garbled {
        /// What was wrong, at most 200 characters.
        detail: String,
    },
    /// The address is private and the guard of outbound calls refused it; nothing was sent.
    #[error("address is refused: {detail}")]
    Guarded {
        /// Which rule.
        detail: String,
    },
}

fn wait_words(after: Option<&Duration>) -> String {
    after.map_or_else(String::new, |d| format!(" for {} s", d.as_secs()))
}

impl ProviderError {
    /// Worth asking again after a pause.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Failed { .. }
                | Self::Unreachable { .. }
                | Self::NoAnswer { .. }
                | Self::Garbled { .. }
        )
    }

    /// The provider can do nothing more for any row of this run.
    pub const fn drops_provider(&self) -> bool {
        matches!(
            self,
            Self::OutOfCredits
                | Self::KeyRefused { .. }
                | Self::NotInPlan { .. }
                | Self::Guarded { .. }
        )
    }

    /// The call may have been charged although we have no answer.
    pub const fn in_doubt(&self) -> bool {
        matches!(self, Self::NoAnswer { .. } | Self::Garbled { .. })
    }

    /// Whether the question can have reached the provider. One that did not is no call of it.
    pub const fn was_asked(&self) -> bool {
        !matches!(self, Self::Unreachable { .. } | Self::Guarded { .. })
    }

    /// Counts against the provider's health (breaker); a refusal of one question does not.
    pub const fn is_ill_health(&self) -> bool {
        matches!(
            self,
            Self::Failed { .. }
                | Self::Unreachable { .. }
                | Self::NoAnswer { .. }
                | Self::Garbled { .. }
        )
    }
}
