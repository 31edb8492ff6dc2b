use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::session::Session;
use super::trouble::Trouble;
use crate::config::VerifyConfig;

/// Silences in a row before a host is left alone: one may be bad luck.
const SILENCES_MAX: u8 = 2;

/// What is known of one mail host, shared by all who ask it.
pub(crate) struct Host {
    /// Connections that may be busy at a time.
    pub(crate) permits: Semaphore,
    idle: Mutex<Vec<Session>>,
    /// Recipients this server takes on one connection, as far as learned.
    recipients_max: AtomicUsize,
    /// Whether it ever accepted a recipient that was not the first of its connection: then its later
    /// refusals mean what they say.
    accepts_later: AtomicBool,
    silences: AtomicU8,
    pause: Mutex<Option<(Instant, String)>>,
    last_used: Mutex<Instant>,
}

impl Host {
    pub(crate) fn new(config: &VerifyConfig) -> Self {
        Self {
            permits: Semaphore::new(config.connections_per_host),
            idle: Mutex::default(),
            recipients_max: AtomicUsize::new(config.recipients_per_connection),
            accepts_later: AtomicBool::new(false),
            silences: AtomicU8::new(0),
            pause: Mutex::default(),
            last_used: Mutex::new(Instant::now()),
        }
    }

    /// The trouble that the host is left alone for, if it is.
    pub(crate) fn paused(&self) -> Option<Trouble> {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, why) = pause.as_ref()?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            *pause = None;
            return None;
        }
        Some(Trouble::Paused(why.clone(), left))
    }

    /// Learns from a trouble; some make the host to be left alone for a while.
    pub(crate) fn note_trouble(&self, trouble: &Trouble, pause: Duration) {
        let leave_alone = match trouble {
            Trouble::SenderBlocked(_) => true,
            Trouble::Silent(_) => {
                let before = self.silences.fetch_add(1, Ordering::Relaxed);
                before.saturating_add(1) >= SILENCES_MAX
            }
            other => other.is_connect(),
        };
        if leave_alone && let Some(until) = Instant::now().checked_add(pause) {
            let mut slot = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
            *slot = Some((until, trouble.to_string()));
        }
    }

    /// The host answered: earlier silences are forgiven.
    pub(crate) fn note_answer(&self) {
        self.silences.store(0, Ordering::Relaxed);
    }

    pub(crate) fn recipients_max(&self) -> usize {
        self.recipients_max.load(Ordering::Relaxed)
    }

    /// The server wanted no more recipients after this many.
    pub(crate) fn limit_recipients(&self, to: usize) {
        self.recipients_max.fetch_min(to.max(1), Ordering::Relaxed);
    }

    pub(crate) fn accepts_later(&self) -> bool {
        self.accepts_later.load(Ordering::Relaxed)
    }

    pub(crate) fn note_accepted_later(&self) {
        self.accepts_later.store(true, Ordering::Relaxed);
    }

    /// An open connection put aside not too long ago.
    pub(crate) fn take_idle(&self, idle_timeout: Duration) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let session = idle.pop()?;
        if session.idle_since.elapsed() < idle_timeout {
            return Some(session);
        }
        // The last one put aside is stale, so all are.
        idle.clear();
        None
    }

    pub(crate) fn put_idle(&self, mut session: Session) {
        session.idle_since = Instant::now();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    pub(crate) fn touch(&self) {
        *self.last_used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Closes stale connections; says how many are left and how long the host was not asked for.
    pub(crate) fn sweep(&self, idle_timeout: Duration) -> (usize, Duration) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|session| session.idle_since.elapsed() < idle_timeout);
        let unused = self.last_used.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        (idle.len(), unused)
    }
}
