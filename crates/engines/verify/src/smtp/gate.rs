use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::pace::{Pace, Pause};
use crate::dns::MailFamily;
use crate::limits::{self, FamilyLimits};

/// What all hosts of one mail provider share.
pub(super) struct Gate {
    /// Connections that may be busy at a time.
    pub(super) permits: Semaphore,
    pub(super) pace: Option<Pace>,
    pub(super) pause: Pause,
    pub(super) limits: FamilyLimits,
}

/// The gates of the providers asked so far; at most one for each family.
pub(super) struct Gates {
    set: BTreeMap<MailFamily, FamilyLimits>,
    open: Mutex<HashMap<MailFamily, Arc<Gate>>>,
}

impl Gates {
    pub(super) fn new(set: BTreeMap<MailFamily, FamilyLimits>) -> Self {
        Self { set, open: Mutex::default() }
    }

    /// `None` for hosts that belong to no provider with limits.
    pub(super) fn of(&self, family: MailFamily) -> Option<Arc<Gate>> {
        let limits = limits::in_force(&self.set, family)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            Arc::new(Gate {
                permits: Semaphore::new(limits.connections_max.min(Semaphore::MAX_PERMITS)),
                pace: Pace::new(limits.recipients_per_minute),
                pause: Pause::default(),
                limits,
            })
        };
        Some(Arc::clone(open.entry(family).or_insert_with(new)))
    }
}
