use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use captely_contact::Usd;

/// What a progress bar shows of a run under way; counts up while it is read.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    email: AtomicU64,
    phone: AtomicU64,
    spent: AtomicI64,
}

impl Progress {
    /// Rows done, with e-mail, with phone, and money spent by this process.
    pub fn read(&self) -> (u64, u64, u64, Usd) {
        (
            self.done.load(Ordering::Relaxed),
            self.email.load(Ordering::Relaxed),
            self.phone.load(Ordering::Relaxed),
            Usd::micros(self.spent.load(Ordering::Relaxed)),
        )
    }

    pub(crate) fn row(&self, email: bool, phone: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.email.fetch_add(u64::from(email), Ordering::Relaxed);
        self.phone.fetch_add(u64::from(phone), Ordering::Relaxed);
    }

    pub(crate) fn spend(&self, cost: Usd) {
        self.spent.fetch_add(cost.as_micros(), Ordering::Relaxed);
    }
}
