//! Passkeys (WebAuthn level 3): signing in with a key of one's own device, in place of the password
//! and the second factor. The device checks who holds it, by finger, face or number.
//!
//! Each ceremony has a start, which gives options for the browser and a state, and a finish, which takes
//! the browser's answer and the state. The caller keeps the state sealed for [`PASSKEY_TIMEOUT`] and
//! hands it out once: a challenge is good for one answer.

use std::time::Duration;

use captely_contact::EmailAddress;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, Url, Webauthn, WebauthnBuilder, WebauthnError,
};
pub use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    RequestChallengeResponse,
};
use webauthn_rs_proto::ResidentKeyRequirement;

use crate::ids::UserId;

/// How long a person has for a ceremony, and how long its state may be kept.
pub const PASSKEY_TIMEOUT: Duration = Duration::from_mins(5);
/// Passkeys a person may have.
pub const PASSKEYS_MAX: usize = 20;

/// The name that a device shows beside the key.
const SITE_NAME: &str = "Captely";

/// Why passkeys cannot be offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeySetUpError {
    /// The site has no name.
    #[error(
        "passkeys need a site with a host name, and {0:?} has none: set the public URL to https:// and a \
         name, or use http://localhost for trying"
    )]
    NoHostName(String),
    /// Browsers offer passkeys on safe connections only.
    #[error("passkeys need https, and {0:?} has none; only localhost may go without")]
    NotSafe(String),
}

/// Why a ceremony failed.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// Nothing to sign in with.
    #[error("there is no passkey; sign in with the password")]
    None,
    /// No more fit.
    #[error("there are {PASSKEYS_MAX} passkeys already; remove one that is no longer used")]
    TooMany,
    /// Another site, challenge, key or signature, or nobody looked who holds the device.
    #[error("the passkey's answer was refused; try again from the start")]
    Refused(#[source] WebauthnError),
    /// The key's counter went back: there is a copy of the key.
    #[error("the passkey seems to have been copied; remove it and add a new one")]
    Copied,
}

/// A person's passkey as it is stored (JSON; it holds no secret).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredPasskey {
    key: Passkey,
    /// The key's count of its signatures when it was last seen; 0 where the key does not count.
    counter: u32,
}

impl StoredPasskey {
    /// What the browser names it by; unique.
    pub fn credential_id(&self) -> &[u8] {
        self.key.cred_id().as_ref()
    }

    /// Takes over what was learnt of the key. The counter is compared with the stored one, which may
    /// have gone on since the ceremony began (WebAuthn level 3 §7.2, step 22).
    fn advance(&mut self, result: &AuthenticationResult) -> Result<(), PasskeyError> {
        let counts = result.counter() > 0 || self.counter > 0;
        if counts && result.counter() <= self.counter {
            return Err(PasskeyError::Copied);
        }
        self.counter = result.counter();
        self.key.update_credential(result);
        Ok(())
    }
}

/// The ceremonies of one site.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// For the site at this URL. Its host name is what keys are bound to: when it changes, everybody
    /// needs new ones.
    pub fn new(public_url: &str) -> Result<Self, PasskeySetUpError> {
        let unnamed = || PasskeySetUpError::NoHostName(public_url.chars().take(200).collect());
        let url = Url::parse(public_url).map_err(|_why| unnamed())?;
        let host = url.domain().ok_or_else(unnamed)?;
        if url.scheme() != "https" && host != "localhost" {
            return Err(PasskeySetUpError::NotSafe(public_url.chars().take(200).collect()));
        }
        let builder = WebauthnBuilder::new(host, &url).map_err(|_why| unnamed())?;
        let built = builder.rp_name(SITE_NAME).timeout(PASSKEY_TIMEOUT).build();
        Ok(Self(built.map_err(|_why| unnamed())?))
    }

    /// Begins to add a key for a signed-in person who has `existing` ones.
    pub fn start_registration(
        &self,
        user: UserId,
        email: &EmailAddress,
        name: &str,
        existing: &[StoredPasskey],
    ) -> Result<(CreationChallengeResponse, PasskeyRegistration), PasskeyError> {
        if existing.len() >= PASSKEYS_MAX {
            return Err(PasskeyError::TooMany);
        }
        let known = existing.iter().map(|stored| stored.key.cred_id().clone()).collect();
        let started =
            self.0.start_passkey_registration(user.as_uuid(), email.as_str(), name, Some(known));
        let (mut options, state) = started.map_err(PasskeyError::Refused)?;
        // So that the device keeps who the key is for, which `start_sign_in` needs.
        if let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Preferred);
        }
        Ok((options, state))
    }

    /// The new key. The caller refuses one whose credential id is stored already.
    pub fn finish_registration(
        &self,
        answer: &RegisterPublicKeyCredential,
        state: &PasskeyRegistration,
    ) -> Result<StoredPasskey, PasskeyError> {
        let key = self.0.finish_passkey_registration(answer, state);
        Ok(StoredPasskey { key: key.map_err(PasskeyError::Refused)?, counter: 0 })
    }

    /// Begins to check a person we know, by any of their keys.
    pub fn start_authentication(
        &self,
        keys: &[StoredPasskey],
    ) -> Result<(RequestChallengeResponse, PasskeyAuthentication), PasskeyError> {
        if keys.is_empty() {
            return Err(PasskeyError::None);
        }
        let keys: Vec<Passkey> = keys.iter().map(|stored| stored.key.clone()).collect();
        self.0.start_passkey_authentication(&keys).map_err(PasskeyError::Refused)
    }

    /// Which of the person's keys signed. It has changed: store it again.
    pub fn finish_authentication<'k>(
        &self,
        answer: &PublicKeyCredential,
        state: &PasskeyAuthentication,
        keys: &'k mut [StoredPasskey],
    ) -> Result<&'k StoredPasskey, PasskeyError> {
        let result = self.0.finish_passkey_authentication(answer, state).map_err(refused)?;
        let mut keys = keys.iter_mut();
        let used = keys.find(|stored| stored.key.cred_id() == result.cred_id());
        // A key that was removed since the ceremony began.
        let used = used.ok_or(PasskeyError::None)?;
        used.advance(&result)?;
        Ok(used)
    }

    /// Begins to sign in somebody who has not said who they are: the browser offers the keys it has.
    pub fn start_sign_in(
        &self,
    ) -> Result<(RequestChallengeResponse, DiscoverableAuthentication), PasskeyError> {
        self.0.start_discoverable_authentication().map_err(PasskeyError::Refused)
    }

    /// Who the answer claims to come from, and by which credential id. Nothing is proven yet.
    pub fn claimed_by<'a>(
        &self,
        answer: &'a PublicKeyCredential,
    ) -> Result<(UserId, &'a [u8]), PasskeyError> {
        let (user, credential_id) =
            self.0.identify_discoverable_authentication(answer).map_err(PasskeyError::Refused)?;
        Ok((UserId::from(user), credential_id))
    }

    /// Proves that the answer comes from this key, which the caller found by [`Passkeys::claimed_by`]:
    /// by user and credential id. The key has changed: store it again.
    pub fn finish_sign_in(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        key: &mut StoredPasskey,
    ) -> Result<(), PasskeyError> {
        let result = self.0.finish_discoverable_authentication_v2(answer, state, &key.key);
        key.advance(&result.map_err(refused)?)
    }
}

fn refused(why: WebauthnError) -> PasskeyError {
    match why {
        WebauthnError::CredentialPossibleCompromise => PasskeyError::Copied,
        other => PasskeyError::Refused(other),
    }
}

#[cfg(test)]
mod tests;
