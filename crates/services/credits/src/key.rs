//! Idempotency keys: every mutation has one.

use std::str::FromStr;

/// Bytes of a key's hash; two different keys meet by chance once in 2^64 keys.
pub(crate) const HASH_BYTES: usize = 16;
/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 255;

/// An idempotency key: 1 to 255 bytes, the caller's own within a workspace. The same key again finds what was
/// done under it; with another request it is refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

/// A text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to 255 bytes; this one has {bytes}")]
pub struct KeyError {
    bytes: usize,
}

/// What the ledger keeps of a key.
pub(crate) type KeyHash = [u8; HASH_BYTES];

impl Key {
    /// From text of the program itself, such as `renewal:sub_1:2026-01`. What is longer than a key may be
    /// stands for itself by its hash.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        if (1..=KEY_BYTES_MAX).contains(&text.len()) {
            return Self(text);
        }
        Self(format!("long:{}", blake3::hash(text.as_bytes()).to_hex()))
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> KeyHash {
        short("captely credits key", self.0.as_bytes())
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if (1..=KEY_BYTES_MAX).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err(KeyError { bytes: text.len() })
    }
}

/// The key under which a hold ends: it can end once.
pub(crate) fn end_of(hold: crate::HoldId) -> KeyHash {
    short("captely credits end of a hold", hold.as_uuid().as_bytes())
}

/// The key of something that the ledger does by itself, which can happen once.
pub(crate) fn own(what: &str, id: &[u8]) -> KeyHash {
    let mut bytes = what.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(id);
    short("captely credits itself", &bytes)
}

/// What of a request is kept, to know it again.
pub(crate) fn request(text: &str) -> KeyHash {
    short("captely credits request", text.as_bytes())
}

fn short(context: &str, bytes: &[u8]) -> KeyHash {
    let whole = blake3::derive_key(context, bytes);
    whole.first_chunk::<HASH_BYTES>().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bounded() {
        assert_eq!("".parse::<Key>(), Err(KeyError { bytes: 0 }));
        assert!("a".repeat(255).parse::<Key>().is_ok());
        assert_eq!("a".repeat(256).parse::<Key>(), Err(KeyError { bytes: 256 }));
        assert_ne!(Key::new("a".repeat(256)), Key::new("a".repeat(257)));
        assert_ne!(Key::new("a").hash(), Key::new("b").hash());
    }
}
