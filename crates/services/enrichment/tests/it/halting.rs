//! A clock that a test halts, so that what becomes due meanwhile is not there yet for whoever goes by it.

use std::sync::Mutex;

use captely_contact::Timestamp;
use captely_platform::clock::{Clock, SystemClock};

/// The real time, but for a while.
#[derive(Default)]
pub(crate) struct Halting(Mutex<Option<Timestamp>>);

impl Halting {
    /// It stands from now on: whatever it ever said is before what others say from here on.
    pub(crate) fn halt(&self) {
        *self.0.lock().unwrap() = Some(SystemClock.now());
    }

    /// It is the real time again.
    pub(crate) fn go_on(&self) {
        *self.0.lock().unwrap() = None;
    }
}

impl Clock for Halting {
    fn now(&self) -> Timestamp {
        let halted = self.0.lock().unwrap();
        halted.unwrap_or_else(|| SystemClock.now())
    }
}
