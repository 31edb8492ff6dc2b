//! Which idempotency keys were seen, with which body.

use std::collections::HashMap;

/// "kept 24 h" (contract, Idempotency).
const KEPT_MS: u64 = 86_400_000;

/// The most keys that are remembered.
const KEYS_MAX: usize = 200_000;

/// What a key was used for.
#[derive(Debug, Clone)]
struct Used {
    /// BLAKE3 of the body, members in order.
    body: [u8; 32],
    id: String,
    until_ms: u64,
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    New,
    /// The same body was taken under this id.
    Same(String),
    /// Another body was.
    Other,
}

/// Keys by account.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    used: HashMap<(String, String), Used>,
}

impl Memory {
    pub(super) fn look(&self, account: &str, key: &str, body: [u8; 32], now_ms: u64) -> Known {
        match self.used.get(&(account.to_owned(), key.to_owned())) {
            Some(used) if now_ms >= used.until_ms => Known::New,
            Some(used) if used.body == body => Known::Same(used.id.clone()),
            Some(_) => Known::Other,
            None => Known::New,
        }
    }

    pub(super) fn note(&mut self, account: &str, key: &str, body: [u8; 32], id: &str, now_ms: u64) {
        if self.used.len() >= KEYS_MAX {
            self.used.retain(|_, used| now_ms < used.until_ms);
        }
        let used = Used { body, id: id.to_owned(), until_ms: now_ms.saturating_add(KEPT_MS) };
        if self.used.len() < KEYS_MAX {
            self.used.insert((account.to_owned(), key.to_owned()), used);
        }
    }
}
