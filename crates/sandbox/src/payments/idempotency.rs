//! `Idempotency-Key` (contract, "Idempotency").

use std::collections::HashMap;

use super::failure::Failure;
use crate::server::reply::Reply;

/// "kept ≥24 h (v1)".
const KEPT_S: i64 = 86_400;
/// The most keys that are remembered.
const KEYS_MAX: usize = 20_000;

#[derive(Debug, Clone)]
struct Kept {
    /// BLAKE3 of the path and the body.
    asked: [u8; 32],
    reply: Reply,
    /// Until then, in the sandbox's milliseconds, the first call has not been answered.
    busy_until_ms: u64,
    until: i64,
}

/// Keys by account, with the answers given.
#[derive(Debug, Default)]
pub(super) struct Keys {
    kept: HashMap<String, Kept>,
}

impl Keys {
    /// The stored answer to this key, or why it cannot be used; `None` for a key that is new.
    pub(super) fn look(
        &self,
        key: &str,
        asked: [u8; 32],
        now: i64,
        now_ms: u64,
    ) -> Option<Result<Reply, Failure>> {
        let kept = self.kept.get(key).filter(|kept| now < kept.until)?;
        Some(if kept.asked != asked {
            Err(Failure::other_parameters())
        } else if now_ms < kept.busy_until_ms {
            Err(Failure::in_progress())
        } else {
            Ok(kept.reply.clone().with("idempotent-replayed", "true".to_owned()))
        })
    }

    pub(super) fn note(
        &mut self,
        key: &str,
        asked: [u8; 32],
        now: i64,
        busy_until_ms: u64,
        reply: &Reply,
    ) {
        if self.kept.len() >= KEYS_MAX {
            self.kept.retain(|_, kept| now < kept.until);
        }
        if self.kept.len() < KEYS_MAX {
            let until = now.saturating_add(KEPT_S);
            let kept = Kept { asked, reply: reply.clone(), busy_until_ms, until };
            self.kept.insert(key.to_owned(), kept);
        }
    }
}
