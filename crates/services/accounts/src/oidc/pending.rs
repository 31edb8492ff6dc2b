use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use captely_platform::chance::Chance;
use serde::{Deserialize, Serialize};

use super::{OidcError, ProviderName, ReturnTo};

/// How long somebody may take at the provider. Whoever keeps the [`PendingSignIn`] forgets it then.
pub const SIGN_IN_TIME_MAX: Duration = Duration::from_mins(10);

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub url: String,
    /// What to remember.
    pub pending: PendingSignIn,
}

/// What must be remembered between the two halves of a sign-in. It holds secrets: keep it sealed or
/// on the server, bound to the browser that began, for [`SIGN_IN_TIME_MAX`], and hand it to
/// [`super::Provider::finish`] once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignIn {
    pub(super) provider: ProviderName,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) pkce_verifier: Option<String>,
    pub(super) return_to: ReturnTo,
}

impl PendingSignIn {
    pub(super) fn new(provider: ProviderName, chance: &Chance, return_to: ReturnTo) -> Self {
        Self {
            provider,
            state: token(chance),
            nonce: token(chance),
            pkce_verifier: provider.knows_pkce().then(|| token(chance)),
            return_to,
        }
    }

    /// Where to go afterwards.
    pub const fn return_to(&self) -> &ReturnTo {
        &self.return_to
    }

    /// Whether `state` is what was sent, in the same time for all wrong ones.
    pub(super) fn check_state(&self, state: Option<&str>) -> Result<(), OidcError> {
        let given = blake3::hash(state.unwrap_or_default().as_bytes());
        // Comparing two `blake3::Hash` takes constant time.
        if given == blake3::hash(self.state.as_bytes()) {
            Ok(())
        } else {
            Err(OidcError::Mismatched)
        }
    }
}

/// Only what is no secret.
impl fmt::Debug for PendingSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingSignIn")
            .field("provider", &self.provider)
            .field("return_to", &self.return_to)
            .finish_non_exhaustive()
    }
}

/// 256 bits of chance in 43 characters, as RFC 7636 §4.1 recommends for a code verifier.
fn token(chance: &Chance) -> String {
    let mut bytes = [0_u8; 32];
    chance.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> PendingSignIn {
        let chance = Chance::from_seed(5);
        PendingSignIn::new(ProviderName::Google, &chance, ReturnTo::default())
    }

    #[test]
    fn the_state_must_be_the_one_sent() {
        let pending = pending();
        assert_eq!(pending.check_state(Some(&pending.state.clone())), Ok(()));
        for wrong in [None, Some(""), Some("x"), Some(&*pending.nonce)] {
            assert_eq!(pending.check_state(wrong), Err(OidcError::Mismatched));
        }
    }

    #[test]
    fn it_is_kept_as_json_and_shows_no_secret() {
        let pending = pending();
        let kept = serde_json::to_string(&pending).unwrap();
        assert_eq!(serde_json::from_str::<PendingSignIn>(&kept).unwrap(), pending);
        let shown = format!("{pending:?}");
        let verifier = pending.pkce_verifier.as_deref().unwrap();
        for secret in [&*pending.state, &*pending.nonce, verifier] {
            assert!(!shown.contains(secret) && secret.len() == 43);
        }
        assert_ne!(pending.state, pending.nonce);
    }
}
