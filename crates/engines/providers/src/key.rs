use std::fmt;
use std::sync::Arc;

/// A credential or another text that must not be seen: `Debug` hides it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Key(Arc<str>);

impl Key {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A mark by which the key is known again without being known: 16 hexadecimal digits of a hash.
    pub fn mark(&self) -> String {
        let hash = blake3::hash(self.0.as_bytes());
        hash.to_hex().chars().take(16).collect()
    }

    /// The text itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "Key(none)" } else { "Key(hidden)" })
    }
}

/// White space around the text is dropped: keys are pasted.
impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.trim().into())
    }
}

/// White space around the text is dropped: keys are pasted.
impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}
