//! What changed of a record in one call.

use std::borrow::Cow;
use std::collections::BTreeMap;

use captely_platform::db::DbError;
use uuid::Uuid;

use crate::details::json;
use crate::store::changes::Change;

/// The fields of a record that changed, by their words: as they were before the call, and as they are.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    before: BTreeMap<Cow<'static, str>, String>,
    after: BTreeMap<Cow<'static, str>, String>,
}

impl Tracked {
    pub(super) fn is_empty(&self) -> bool {
        self.after.is_empty()
    }

    pub(super) fn set(&mut self, word: Cow<'static, str>, old: String, new: String) {
        self.before.entry(word.clone()).or_insert(old);
        self.after.insert(word, new);
    }

    /// What undoes it; `None` where all is as before.
    pub(super) fn into_change(
        mut self,
        kind: &'static str,
        record: Uuid,
    ) -> Result<Option<Change>, DbError> {
        let after = &self.after;
        self.before.retain(|word, old| after.get(word) != Some(old));
        let before = &self.before;
        self.after.retain(|word, _| before.contains_key(word));
        if self.after.is_empty() {
            return Ok(None);
        }
        let (before, after) = (json(&self.before)?, json(&self.after)?);
        Ok(Some(Change { kind, record, before, after }))
    }
}

/// Bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
