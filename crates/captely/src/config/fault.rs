use std::fmt;

use super::Origin;

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file and line, variable or argument to change.
    pub origin: Origin,
    /// The setting, such as `waterfall.stop_at`; empty where no setting is concerned.
    pub key: String,
    /// What is wrong; never with a secret in it.
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.origin, self.why)
        } else {
            write!(f, "{}: {} {}", self.origin, self.key, self.why)
        }
    }
}
