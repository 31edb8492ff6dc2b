use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_contact::Timestamp;
use captely_credits::SetAside;
use captely_verify::{EmailVerdict, Level};
use uuid::Uuid;

captely_platform::id_type!(CheckId, "chk");

/// How addresses are checked and what is believed of earlier checks.
#[derive(Debug, Clone)]
pub struct CheckSettings {
    /// How deep to look.
    pub level: Level,
    /// How long a final answer is believed.
    pub remember: Duration,
    /// Believe nothing that was not asked for this list since it was begun.
    pub fresh: bool,
    /// Addresses being checked at a time, at least one.
    pub at_once: usize,
    /// No put-off address waits longer than this for its next question. Only a sandbox, whose greylists
    /// last seconds and name no time, has it: a real server's time is kept.
    pub retry_after_max: Option<Duration>,
}

/// One question about an address and what came of it, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) id: CheckId,
    pub(crate) email: String,
    pub(crate) list: Uuid,
    /// See [`crate::remember::good_for`].
    pub(crate) good_for: i64,
    pub(crate) checked_at: Timestamp,
    pub(crate) retry_at: Option<Timestamp>,
    /// How often it had been put off before.
    pub(crate) put_off: u32,
    /// What was set aside for it and is not spent or given back yet.
    pub(crate) aside: Option<SetAside>,
    /// `None` where it was not read, or cannot be.
    pub(crate) verdict: Option<EmailVerdict>,
}

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was found out.
    pub verdict: EmailVerdict,
    /// When its mail server was really asked.
    pub checked_at: Timestamp,
    /// Until when it is believed; `None` where it is no final answer and the next run asks anew.
    pub recheck_at: Option<Timestamp>,
    /// When it will be asked again, where the mail server put the answer off.
    pub retry_at: Option<Timestamp>,
}

impl Answer {
    /// The verdict's sentence, with the time of the next question where there is one.
    pub fn reason(&self) -> String {
        let reason = &self.verdict.reason;
        match self.retry_at {
            Some(at) => format!("{reason} To be asked again from {at} on."),
            None => reason.clone(),
        }
    }
}

/// What a sweep has done so far, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress {
    asked: AtomicU64,
    known: AtomicU64,
    put_off: AtomicU64,
}

impl Progress {
    /// Addresses that were asked about and written down, by whatever question.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Addresses that needed no question, because their answer was known.
    pub fn known(&self) -> u64 {
        self.known.load(Ordering::Relaxed)
    }

    /// Addresses whose mail server put the answer off and that have not been answered since.
    pub fn put_off(&self) -> u64 {
        self.put_off.load(Ordering::Relaxed)
    }

    pub(crate) fn add_asked(&self, n: usize) {
        self.asked.fetch_add(u64::try_from(n).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn add_known(&self) {
        self.known.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn set_put_off(&self, n: u64) {
        self.put_off.store(n, Ordering::Relaxed);
    }

    pub(crate) fn add_put_off(&self) {
        self.put_off.fetch_add(1, Ordering::Relaxed);
    }
}
