//! The ring of keys: the first signs, all of them verify.

use std::fmt;

use captely_platform::secrets::{Keyring, Secret};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;

/// HMAC-SHA-256 wants a key of at least the hash's size (RFC 7518 §3.2).
pub const SECRET_BYTES_MIN: usize = 32;
/// Secrets of a ring at most: one in use and those whose tokens have not expired yet.
pub const SECRETS_MAX: usize = 16;

const DERIVED_CONTEXT: &str = "accounts access token key";
const NAME_CONTEXT: &str = "captely 2026-01-01 access token key name";
/// Bytes of a key's name, the token's `kid`.
const NAME_BYTES: usize = 6;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum AccessKeyError {
    /// `JWT_SECRET` is too easy to guess. The text is not shown.
    #[error(
        "JWT secret number {number} has {bytes} bytes; it must have at least {SECRET_BYTES_MIN}: make \
         one with: openssl rand -hex 32, or leave JWT_SECRET out to use the encryption key"
    )]
    TooShort {
        /// Which of the secrets, from 1.
        number: usize,
        /// How long it is.
        bytes: usize,
    },
    /// None, or over 16.
    #[error("there are {0} JWT secrets; there must be 1 to {SECRETS_MAX}")]
    Count(usize),
    /// `JWT_ALGORITHM` is something else.
    #[error("JWT_ALGORITHM is {0:?}; only HS256 is offered")]
    Algorithm(String),
    /// The token could not be written.
    #[error("an access token could not be signed: {0}")]
    Signing(jsonwebtoken::errors::Error),
}

/// Refuses every `JWT_ALGORITHM` but HS256.
pub fn check_algorithm(name: &str) -> Result<(), AccessKeyError> {
    if name == "HS256" {
        Ok(())
    } else {
        Err(AccessKeyError::Algorithm(name.chars().take(20).collect()))
    }
}

/// The keys of access tokens. To rotate, put a new secret before the old one, and take the old one
/// away when its last token has expired.
pub struct AccessKeys {
    current: Key,
    older: Vec<Key>,
}

/// One key, and the first part of every token that is signed with it.
pub(super) struct Key {
    header: Header,
    encoded_header: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

impl AccessKeys {
    /// From secrets of at least 32 bytes; the first signs.
    pub fn from_secrets(secrets: &[Secret]) -> Result<Self, AccessKeyError> {
        for (number, secret) in (1..).zip(secrets) {
            let bytes = secret.expose().len();
            if bytes < SECRET_BYTES_MIN {
                return Err(AccessKeyError::TooShort { number, bytes });
            }
        }
        Self::from_bytes(secrets.iter().map(|secret| secret.expose().as_bytes()))
    }

    /// From the installation's encryption keys: nothing to set, and rotated with them.
    pub fn derived(keyring: &Keyring) -> Result<Self, AccessKeyError> {
        let keys = keyring.blind_indexes(DERIVED_CONTEXT, b"");
        Self::from_bytes(keys.iter().map(<[u8; 32]>::as_slice))
    }

    fn from_bytes<'s>(
        secrets: impl ExactSizeIterator<Item = &'s [u8]>,
    ) -> Result<Self, AccessKeyError> {
        let count = secrets.len();
        let mut keys = secrets.take(SECRETS_MAX).map(Key::new);
        let current = keys.next().filter(|_key| count <= SECRETS_MAX);
        let current = current.ok_or(AccessKeyError::Count(count))??;
        Ok(Self { current, older: keys.collect::<Result<_, _>>()? })
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<Secret, AccessKeyError> {
        let key = &self.current;
        let text = jsonwebtoken::encode(&key.header, claims, &key.signing);
        Ok(Secret::from(text.map_err(AccessKeyError::Signing)?))
    }

    /// The key whose tokens begin like this. Key names are no secret: a plain comparison is fine.
    pub(super) fn with_header(&self, encoded: &str) -> Option<&Key> {
        let mut keys = std::iter::once(&self.current).chain(&self.older);
        keys.find(|key| key.encoded_header == encoded)
    }
}

impl Key {
    fn new(secret: &[u8]) -> Result<Self, AccessKeyError> {
        let signing = EncodingKey::from_secret(secret);
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(name(secret));
        let token =
            jsonwebtoken::encode(&header, &(), &signing).map_err(AccessKeyError::Signing)?;
        let encoded_header = token.split('.').next().unwrap_or_default().to_owned();
        Ok(Self { header, encoded_header, signing, verifying: DecodingKey::from_secret(secret) })
    }

    pub(super) const fn verifying(&self) -> &DecodingKey {
        &self.verifying
    }
}

/// Tells keys apart without giving them away.
fn name(secret: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(NAME_CONTEXT);
    let digest = hasher.update(secret).finalize().to_hex();
    digest.chars().take(2 * NAME_BYTES).collect()
}

/// The names of the keys only.
impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.current.header.kid.as_deref().unwrap_or_default();
        write!(f, "AccessKeys({name}, {} older)", self.older.len())
    }
}
