use captely_contact::{CatchAll, Confidence, Credits, EmailAddress, EmailStatus, Safety};
use serde::{Deserialize, Serialize};

/// What a checker found out about an address, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedEmail {
    /// What is known of the mailbox.
    pub status: EmailStatus,
    /// Whether to send. [`Safety::Invalid`] also for what would arrive and do harm, such as traps.
    pub safety: Safety,
    /// Whether the domain takes mail for any name.
    pub catch_all: CatchAll,
    /// How sure the checker is that mail arrives, on our scale. `None`: it found nothing out.
    pub confidence: Option<Confidence>,
    /// Whether the domain is a free provider's, where told.
    pub free_provider: Option<bool>,
    /// Whether the domain gives out throw-away addresses, where told.
    pub disposable: Option<bool>,
    /// Whether the address is a function's (info@, sales@), where told.
    pub role: Option<bool>,
    /// The address that may have been meant.
    pub suggestion: Option<EmailAddress>,
    /// The checker's own words, for the record: `status=catch-all`.
    pub said: String,
    /// What was charged, as far as the answer or the price list tells.
    pub charged: Credits,
    /// Nothing is known today, but asking again after a while may help.
    pub retry: bool,
}
