use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::gate::Gate;
use super::pace::{Pace, Pause};
use super::session::{Session, Trust};
use super::trouble::Trouble;
use crate::config::VerifyConfig;

/// Silences in a row before a host is left alone: one may be bad luck.
const SILENCES_MAX: u8 = 2;

/// What is known of one mail host, shared by all who ask it.
pub(crate) struct Host {
    /// Connections that may be busy at a time.
    pub(crate) permits: Semaphore,
    /// The number of those permits, at least one.
    width: AtomicUsize,
    /// What it shares with the other hosts of its provider.
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) pace: Option<Pace>,
    idle: Mutex<Vec<Session>>,
    /// Recipients this server takes on one connection, as far as learned.
    recipients_max: AtomicUsize,
    /// Whether it ever accepted a recipient that was not the first of its connection: then its later
    /// refusals mean what they say.
    accepts_later: AtomicBool,
    accepted_later: Notify,
    /// A handshake failed: the next talk is in the clear.
    tls_fails: AtomicBool,
    /// It lost commands that were sent in one go.
    pipelining_fails: AtomicBool,
    silences: AtomicU8,
    pause: Pause,
    last_used: Mutex<Instant>,
}

impl Host {
    pub(super) fn new(config: &VerifyConfig, gate: Option<Arc<Gate>>) -> Self {
        let of_family =
            gate.as_ref().map_or(usize::MAX, |gate| gate.limits.recipients_per_connection);
        let recipients_max = config.recipients_per_connection.min(of_family);
        Self {
            gate,
            pace: Pace::new(config.recipients_per_minute_per_host),
            permits: Semaphore::new(config.connections_per_host),
            width: AtomicUsize::new(config.connections_per_host),
            idle: Mutex::default(),
            recipients_max: AtomicUsize::new(recipients_max),
            accepts_later: AtomicBool::new(false),
            accepted_later: Notify::new(),
            tls_fails: AtomicBool::new(false),
            pipelining_fails: AtomicBool::new(false),
            silences: AtomicU8::new(0),
            pause: Pause::default(),
            last_used: Mutex::new(Instant::now()),
        }
    }

    /// The trouble that the host, or its provider, is left alone for, if it is.
    pub(crate) fn paused(&self) -> Option<Trouble> {
        let of_family = || self.gate.as_ref().and_then(|gate| gate.pause.trouble());
        self.pause.trouble().or_else(of_family)
    }

    /// Learns from a trouble; some make the host to be left alone for a while. A provider that refuses
    /// this sender does so on all its hosts.
    pub(crate) fn note_trouble(&self, trouble: &Trouble, pause: Duration) {
        let refused = matches!(trouble, Trouble::SenderBlocked(_));
        let silent_again = matches!(trouble, Trouble::Silent(_))
            && self.silences.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= SILENCES_MAX;
        if refused || silent_again || trouble.is_connect() {
            self.pause.start(pause, trouble);
        }
        if let Some(gate) = self.gate.as_ref().filter(|_| refused) {
            gate.pause.start(pause, trouble);
        }
    }

    /// The host answered: earlier silences are forgiven.
    pub(crate) fn note_answer(&self) {
        self.silences.store(0, Ordering::Relaxed);
    }

    /// The server wants fewer connections at a time: true where the caller is to give up its permit for
    /// good, false where one is left.
    pub(crate) fn narrow(&self) -> bool {
        let one_less = |width: usize| width.checked_sub(1).filter(|left| *left > 0);
        self.width.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    pub(crate) fn recipients_max(&self) -> usize {
        self.recipients_max.load(Ordering::Relaxed)
    }

    /// The server wanted no more recipients after this many.
    pub(crate) fn limit_recipients(&self, to: usize) {
        self.recipients_max.fetch_min(to.max(1), Ordering::Relaxed);
    }

    pub(crate) fn accepts_later(&self) -> bool {
        self.accepts_later.load(Ordering::Acquire)
    }

    pub(crate) fn note_accepted_later(&self) {
        if !self.accepts_later.swap(true, Ordering::Release) {
            self.accepted_later.notify_waiters();
        }
    }

    /// Ends when the host has shown that it accepts later recipients.
    pub(super) async fn until_accepts_later(&self) {
        let told = self.accepted_later.notified();
        tokio::pin!(told);
        told.as_mut().enable(); // before looking, so that nothing is missed between
        if !self.accepts_later() {
            told.await;
        }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust {
            tls: !self.tls_fails.load(Ordering::Relaxed),
            pipelining: !self.pipelining_fails.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn note_tls_fails(&self) {
        self.tls_fails.store(true, Ordering::Relaxed);
    }

    pub(crate) fn note_pipelining_fails(&self) {
        self.pipelining_fails.store(true, Ordering::Relaxed);
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
