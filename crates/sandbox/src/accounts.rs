//! Credits of the providers' accounts.

use std::collections::HashMap;

use captely_contact::Credits;

/// The accounts of one provider, by key.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    used: HashMap<String, i64>,
}

impl Accounts {
    /// Takes `amount` from the account if it has that much; `limit` is what it began with, `None`
    /// being without end.
    pub(crate) fn take(&mut self, key: &str, limit: Option<i64>, amount: Credits) -> bool {
        let used = self.used.entry(key.to_owned()).or_default();
        let after = used.saturating_add(amount.as_millis());
        if limit.is_some_and(|limit| after > limit) {
            return false;
        }
        *used = after;
        true
    }

    /// Gives back what was taken before.
    pub(crate) fn give_back(&mut self, key: &str, amount: Credits) {
        let used = self.used.entry(key.to_owned()).or_default();
        *used = used.saturating_sub(amount.as_millis());
    }

    /// What is left; an account without end shows a million.
    pub(crate) fn left(&self, key: &str, limit: Option<i64>) -> Credits {
        let limit = limit.unwrap_or_else(|| Credits::whole(1_000_000).as_millis());
        Credits::millis(limit.saturating_sub(self.used(key).as_millis()).max(0))
    }

    /// What was taken so far.
    pub(crate) fn used(&self, key: &str) -> Credits {
        Credits::millis(self.used.get(key).copied().unwrap_or(0))
    }

    /// Fills all accounts up again.
    pub(crate) fn refill(&mut self) {
        self.used.clear();
    }
}
