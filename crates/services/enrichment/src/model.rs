use captely_contact::{Timestamp, Usd};
use captely_waterfall::{Best, Stop, Story};
use serde::{Deserialize, Serialize};

/// What came of one contact in one run; kept with it and written to the result file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowResult {
    /// The best e-mail and phone.
    pub best: Best,
    /// Why it ended.
    pub stop: Stop,
    /// What its calls cost, in doubt included.
    pub spent: Usd,
    /// Why it went as it did.
    pub story: Story,
    /// When it ended.
    pub at: Timestamp,
}

/// A run in numbers. Money is what this run caused; answers known before cost nothing again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Contacts of the run.
    pub contacts: u64,
    /// Contacts done.
    pub done: u64,
    /// With an e-mail address in the end.
    pub email_found: u64,
    /// With an address whose mailbox was confirmed by verification.
    pub email_verified: u64,
    /// With a phone number.
    pub phone_found: u64,
    /// Questions that went out to providers, repeats included.
    pub provider_calls: u64,
    /// Questions answered from what was known.
    pub cached: u64,
    /// Calls that may have been charged although their answer was lost.
    pub in_doubt: u64,
    /// Contacts about whom a provider was not asked because a limit of its calls was reached.
    pub limited: u64,
    /// What was spent, calls in doubt at their worst price included.
    pub spent: Usd,
    /// What is still held for calls under way.
    pub held: Usd,
}
