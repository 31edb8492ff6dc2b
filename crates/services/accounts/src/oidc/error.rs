use super::ProviderName;

/// Why somebody could not be signed in, in a sentence that a person can be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The person said no at the provider.
    #[error("you cancelled the sign-in with {0}; nothing was changed")]
    Cancelled(ProviderName),
    /// The answer belongs to another sign-in, or to none that is remembered.
    #[error(
        "this sign-in was not started here, was already used, or took longer than 10 minutes; \
         please start again"
    )]
    Mismatched,
    /// The answer lacks what it must have.
    #[error("{0} sent an incomplete answer; please start again")]
    Incomplete(ProviderName),
    /// The code was used before, is too old or was given to another program.
    #[error(
        "{0} no longer accepts this sign-in (it may have been used before); please start again"
    )]
    CodeRefused(ProviderName),
    /// The provider gave a reason of its own.
    #[error("{provider} refused the sign-in ({reason}); try again, or sign in another way")]
    Refused {
        /// Who.
        provider: ProviderName,
        /// The provider's error code: letters, digits and underscores.
        reason: String,
    },
    /// The provider does not accept us. Only an administrator can help.
    #[error(
        "{provider} does not accept this server's registration ({reason}); an administrator must \
         check [sign_in.{}]", provider.word()
    )]
    Misconfigured {
        /// Who.
        provider: ProviderName,
        /// The provider's error code, or what is wrong on our side.
        reason: String,
    },
    /// No usable answer came.
    #[error("{provider} {detail}; try again in a few minutes, or sign in another way")]
    Unreachable {
        /// Who.
        provider: ProviderName,
        /// The end of a sentence that begins with the provider: "could not be reached: …".
        detail: String,
    },
    /// The two clocks disagree.
    #[error(
        "the clocks of this server and of {provider} differ by about {seconds} seconds; an \
         administrator must set this server's clock"
    )]
    ClockSkew {
        /// Who.
        provider: ProviderName,
        /// By how much at least.
        seconds: u64,
    },
    /// What the provider says about the person cannot be trusted.
    #[error("{provider}'s answer cannot be trusted ({fault}); you were not signed in")]
    Untrusted {
        /// Who.
        provider: ProviderName,
        /// Why.
        fault: TokenFault,
    },
    /// Where to go afterwards is no page of ours.
    #[error("the page to return to must be a path on this server such as /lists")]
    ReturnTo,
}

/// What is wrong with an ID token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// No signed JSON Web Token with the claims an ID token must have.
    #[error("its ID token cannot be read")]
    Malformed,
    /// Signed in a way we do not take, or not at all.
    #[error("its ID token is not signed as agreed")]
    Algorithm,
    /// Signed by a key that the provider does not publish.
    #[error("its ID token is signed by an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature of its ID token is wrong")]
    Signature,
    /// Issued by somebody else.
    #[error("its ID token was issued by somebody else")]
    Issuer,
    /// Meant for another program.
    #[error("its ID token is meant for another program")]
    Audience,
    /// No longer valid.
    #[error("its ID token has expired")]
    Expired,
    /// Made for another sign-in.
    #[error("its ID token belongs to another sign-in")]
    Nonce,
    /// Dated ahead of our clock, by this many seconds.
    #[error("its ID token is dated {0} seconds ahead")]
    Ahead(u64),
}

impl TokenFault {
    /// The same for a person.
    pub(super) fn of(self, provider: ProviderName) -> OidcError {
        match self {
            Self::Ahead(seconds) => OidcError::ClockSkew { provider, seconds },
            fault => OidcError::Untrusted { provider, fault },
        }
    }
}
