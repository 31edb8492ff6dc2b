use std::fmt::Write as _;
use std::path::PathBuf;

use zeroize::Zeroize as _;

use crate::chance::Chance;

pub(super) const KEY_BYTES: usize = 32;

/// Keys of a ring at most: one in use and those that old fields still need.
pub(super) const KEYS_MAX: usize = 16;

/// What each derived key is for (BLAKE3 asks for texts that no other program uses).
const SEAL_CONTEXT: &str = "captely 2026-01-01 field encryption";
const INDEX_CONTEXT: &str = "captely 2026-01-01 blind index";
const NAME_CONTEXT: &str = "captely 2026-01-01 key name";

/// Why there is no key to work with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not 64 hexadecimal digits. The text is not shown.
    #[error(
        "encryption key number {number} is not 64 hexadecimal digits; make one with: \
         openssl rand -hex 32"
    )]
    Malformed {
        /// Which of the keys, from 1.
        number: usize,
    },
    /// No key at all.
    #[error("there is no encryption key")]
    Missing,
    /// Over 16 keys.
    #[error("there are more than 16 encryption keys; re-seal with the first and drop old ones")]
    TooMany,
    /// The key file can be read by others.
    #[error("{path} can be read by other users; run: chmod 600 {path}", path = path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The key file cannot be read or made.
    #[error("the key file {path} cannot be read or made: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

/// A master key and what is derived from it.
#[derive(Clone)]
pub(super) struct Key {
    /// Eight hexadecimal digits that name the key without giving it away.
    pub(super) name: String,
    pub(super) seal: [u8; KEY_BYTES],
    pub(super) index: [u8; KEY_BYTES],
}

impl Key {
    fn new(master: &[u8; KEY_BYTES]) -> Self {
        let digest = blake3::derive_key(NAME_CONTEXT, master);
        let name = digest.iter().take(4).fold(String::new(), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        });
        Self {
            name,
            seal: blake3::derive_key(SEAL_CONTEXT, master),
            index: blake3::derive_key(INDEX_CONTEXT, master),
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.seal.zeroize();
        self.index.zeroize();
    }
}

/// Keys of 64 hexadecimal digits, separated by commas or white space; the first is in use.
pub(super) fn parse(text: &str) -> Result<Vec<Key>, KeyError> {
    let words = text.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    let mut out = Vec::new();
    for (number, word) in (1..).zip(words) {
        if number > KEYS_MAX {
            return Err(KeyError::TooMany);
        }
        let mut master = master(word).ok_or(KeyError::Malformed { number })?;
        out.push(Key::new(&master));
        master.zeroize();
    }
    if out.is_empty() { Err(KeyError::Missing) } else { Ok(out) }
}

fn master(word: &str) -> Option<[u8; KEY_BYTES]> {
    let digits = word.as_bytes();
    if digits.len() != KEY_BYTES * 2 {
        return None;
    }
    let mut out = [0_u8; KEY_BYTES];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            *byte = (*byte << 4) | u8::try_from(value).ok()?;
        }
    }
    Some(out)
}

/// A new key as 64 hexadecimal digits.
pub(super) fn fresh(chance: &Chance) -> String {
    let mut bytes = [0_u8; KEY_BYTES];
    chance.fill(&mut bytes);
    let mut out = String::with_capacity(KEY_BYTES * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    bytes.zeroize();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<usize, &str>) {
        let got = parse(text).map(|keys| keys.len()).map_err(|why| why.to_string());
        match expected {
            Ok(n) => assert_eq!(got, Ok(n)),
            Err(words) => assert!(got.as_ref().is_err_and(|why| why.contains(words)), "{got:?}"),
        }
    }

    #[test]
    fn texts_of_keys() {
        let (a, b) = ("ab".repeat(32), "0F".repeat(32));
        check(&a, Ok(1));
        check(&format!("{a},{b}"), Ok(2));
        check(&format!(" {a}\n{b}\n"), Ok(2));
        check("", Err("no encryption key"));
        check(&format!("{a} hunter2"), Err("key number 2 is not 64"));
        check(&"xy".repeat(32), Err("key number 1"));
        check(&vec![a; 17].join(","), Err("more than 16"));
    }

    #[test]
    fn fresh_keys_differ_and_parse() {
        let chance = Chance::from_seed(1);
        let (one, two) = (fresh(&chance), fresh(&chance));
        assert_ne!(one, two);
        assert_eq!(parse(&format!("{one},{two}")).unwrap().len(), 2);
    }
}
