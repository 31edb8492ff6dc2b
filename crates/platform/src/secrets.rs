//! Secrets at rest and in memory: field encryption with key rotation, keyed hashes for equality,
//! and a wrapper that never shows what it holds.

mod key;
mod keyring;
mod secret;

pub use key::KeyError;
pub use keyring::{Keyring, OpenError, SEALED_BYTES_MAX};
pub use secret::Secret;

/// The variable that holds the encryption keys instead of the key file.
pub const KEY_VARIABLE: &str = "CAPTELY_ENCRYPTION_KEY";
