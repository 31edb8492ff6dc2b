use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::EnrichError;

/// Stops a run: by a person (what is under way finishes), or by a failure of its own. Clones are one.
#[derive(Clone)]
pub struct Stopper(Arc<Inner>);

struct Inner {
    stop: watch::Sender<bool>,
    failure: Mutex<Option<EnrichError>>,
    notes: Mutex<Vec<String>>,
}

impl Default for Stopper {
    fn default() -> Self {
        let (stop, _) = watch::channel(false);
        Self(Arc::new(Inner { stop, failure: Mutex::default(), notes: Mutex::default() }))
    }
}

impl Stopper {
    /// Asks the run to end: nothing new begins, what is under way is finished and kept.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Whether the run is being stopped.
    pub fn is_stopping(&self) -> bool {
        *self.0.stop.borrow()
    }

    /// Returns once the run is being stopped.
    pub async fn stopping(&self) {
        // the sender lives as long as self, so this cannot fail
        let _ = self.0.stop.subscribe().wait_for(|stop| *stop).await;
    }

    /// What `work` gives; nothing where the run is stopped first. For work that costs nothing and may
    /// be done again, such as a look at a mail server that takes its time.
    pub(crate) async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.stopping() => None,
        }
    }

    /// The run cannot go on; the first reason counts.
    pub(crate) fn fail(&self, why: impl Into<EnrichError>) {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why.into());
        self.stop();
    }

    /// Why the run could not go on; taken out of here.
    pub(crate) fn failure(&self) -> Option<EnrichError> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Something a person should be told at once and at the end.
    pub(crate) fn note(&self, what: String) {
        tracing::warn!("{what}");
        self.0.notes.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// What was noted so far.
    pub fn notes(&self) -> Vec<String> {
        self.0.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
