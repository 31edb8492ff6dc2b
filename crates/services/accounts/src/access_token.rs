//! Access tokens: short JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256, checked without the
//! database.
//!
//! We are the only ones who write them, so we take only what we could have written: the header must be,
//! byte for byte, that of one of our keys. This pins the algorithm (RFC 8725 §3.1), the key and the
//! absence of `crit`, and nothing of a token is parsed before its signature has been found right.

mod keys;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use captely_contact::Timestamp;
use captely_platform::secrets::Secret;
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

pub use keys::{AccessKeyError, AccessKeys, SECRET_BYTES_MIN, SECRETS_MAX, check_algorithm};

use crate::ids::{SessionId, UserId};

/// The longest token that is looked at, in bytes; ours have about 330.
pub const TOKEN_BYTES_MAX: usize = 4 * 1024;
/// How far the clocks of two servers may be apart, in seconds.
pub const LEEWAY_S: u64 = 30;

/// Rounds a time up to whole seconds: times have microseconds.
const ALMOST_A_SECOND: Duration = Duration::from_micros(999_999);

/// Who made a token and whom it is for.
const ISSUER: &str = "captely";
const AUDIENCE: &str = "captely-api";

/// What a token says, and what it is checked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    /// Seconds since 1970 (RFC 7519 §2, NumericDate).
    iat: u64,
    exp: u64,
}

/// A person in a session, as a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// When the token was made, to the second.
    pub issued_at: Timestamp,
    /// From when it is no longer good, to the second.
    pub expires_at: Timestamp,
}

/// Why a token is refused. To its holder all but [`AccessError::Expired`] are one: sign in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Over 4 KiB, or not three parts.
    #[error("is no access token")]
    Malformed,
    /// Another algorithm, an unknown or retired key, or anything else that we do not write.
    #[error("has a header that this server does not write")]
    Header,
    /// Changed, or signed by somebody else.
    #[error("has a wrong signature")]
    Signature,
    /// Signed by us and yet not of our shape: made by another version, or for another purpose.
    #[error("does not say what an access token says")]
    Claims,
    /// Made in the future: the clocks of two servers disagree by more than 30 seconds.
    #[error("was made in the future; compare the clocks of the servers")]
    NotYet,
    /// Its time is up: renew it with the refresh token.
    #[error("has expired; renew it with the refresh token")]
    Expired,
}

impl AccessKeys {
    /// A token for this person in this session, good for `lifetime` from `now` on and up to a second
    /// longer: its times are whole seconds, and it must not end before it was promised to.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<(Secret, Access), AccessKeyError> {
        let iat = seconds(now);
        let exp = seconds(now.plus(lifetime).plus(ALMOST_A_SECOND));
        let (iss, aud) = (ISSUER.to_owned(), AUDIENCE.to_owned());
        let text = self.sign(&Claims { iss, aud, sub: user, sid: session, iat, exp })?;
        Ok((text, access(user, session, iat, exp)))
    }

    /// Who comes with this token, if it is good at `now`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Access, AccessError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(AccessError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(AccessError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(AccessError::Malformed)?;
        let key = self.with_header(header).ok_or(AccessError::Header)?;
        let right = jsonwebtoken::crypto::verify(
            signature,
            message.as_bytes(),
            key.verifying(),
            Algorithm::HS256,
        );
        if !right.unwrap_or(false) {
            return Err(AccessError::Signature);
        }
        read_claims(payload, now)
    }
}

fn read_claims(payload: &str, now: Timestamp) -> Result<Access, AccessError> {
    let json = BASE64.decode(payload).map_err(|_why| AccessError::Claims)?;
    let claims: Claims = serde_json::from_slice(&json).map_err(|_why| AccessError::Claims)?;
    if claims.iss != ISSUER || claims.aud != AUDIENCE {
        return Err(AccessError::Claims);
    }
    let now = seconds(now);
    if claims.iat > now.saturating_add(LEEWAY_S) {
        return Err(AccessError::NotYet);
    }
    if claims.exp.saturating_add(LEEWAY_S) <= now {
        return Err(AccessError::Expired);
    }
    Ok(access(claims.sub, claims.sid, claims.iat, claims.exp))
}

fn access(user: UserId, session: SessionId, iat: u64, exp: u64) -> Access {
    let at = |seconds| Timestamp::default().plus(Duration::from_secs(seconds));
    Access { user, session, issued_at: at(iat), expires_at: at(exp) }
}

fn seconds(at: Timestamp) -> u64 {
    at.since(Timestamp::default()).as_secs()
}

#[cfg(test)]
mod tests;
