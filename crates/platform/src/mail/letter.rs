use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mailbox, Template};

/// A mail as it goes out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Who it is from.
    pub from: Mailbox,
    /// Who it is to.
    pub to: Mailbox,
    /// One line.
    pub subject: String,
    /// For mail programs that show HTML.
    pub html: String,
    /// The same for all others.
    pub text: String,
}

/// Neither subject nor text: both may hold a code.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// What a row's sealed text holds: first what to write, and from the first attempt on what is written.
/// A repeat must be the same letter: Resend refuses another one under the same key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    ToWrite { to: Mailbox, template: Template },
    Written(Letter),
}
