//! How providers sign: HMAC, written in hexadecimal digits.

use std::fmt::Write as _;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// HMAC with SHA-256.
pub(crate) fn sha256(key: &[u8], text: &str) -> Vec<u8> {
    signed::<Hmac<Sha256>>(key, text)
}

/// HMAC with SHA-1.
pub(crate) fn sha1(key: &[u8], text: &str) -> Vec<u8> {
    signed::<Hmac<Sha1>>(key, text)
}

fn signed<M: Mac + KeyInit>(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// In small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
