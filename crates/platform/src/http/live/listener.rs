use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::Hub;
use super::hub::Entry;
use super::message::{Message, Why};
use super::proof::Proof;
use crate::events::Cursor;
use crate::http::Http;
use crate::ids::WorkspaceId;

/// Events of one reading while a listener catches up.
const PAGE: u32 = 100;
/// Between two readings where the first failed.
const RETRY: Duration = Duration::from_secs(1);

/// Somebody who listens to one workspace.
pub(super) struct Listener {
    http: Http,
    hub: Hub,
    workspace: WorkspaceId,
    proof: Proof,
    entry: Entry,
    kinds: Option<BTreeSet<String>>,
    /// The last event that was told or passed over.
    last: Cursor,
    /// Read, and still to be told.
    read: VecDeque<Message>,
    caught_up: bool,
    beat_at: Instant,
    recheck_at: Instant,
}

/// What is to be sent.
pub(super) enum Next {
    Event(Arc<Message>),
    /// A sign of life.
    Beat,
    /// The last.
    End(Why),
}

impl Listener {
    /// A place that lies ahead of all events (of a database that was since restored) is the present.
    pub(super) fn new(
        http: Http,
        hub: Hub,
        workspace: WorkspaceId,
        proof: Proof,
        entry: Entry,
        after: Option<Cursor>,
        kinds: Option<BTreeSet<String>>,
    ) -> Self {
        let now = Instant::now();
        let last = after.unwrap_or(entry.present).min(entry.present);
        let beat_at = now + hub.options().heartbeat_time;
        let recheck_at = now + hub.options().recheck_time;
        let (read, caught_up) = (VecDeque::new(), false);
        Self {
            http,
            hub,
            workspace,
            proof,
            entry,
            kinds,
            last,
            read,
            caught_up,
            beat_at,
            recheck_at,
        }
    }

    /// The last event that was told or passed over.
    pub(super) fn last(&self) -> Cursor {
        self.last
    }

    /// Waits for what is to be sent next. Nothing is lost where it is dropped while it waits.
    pub(super) async fn next(&mut self) -> Next {
        loop {
            if *self.entry.stop.borrow() {
                return Next::End(Why::Stopping);
            }
            if let Some(message) = self.read.pop_front() {
                if let Some(next) = self.pass(Arc::new(message)) {
                    return next;
                }
                continue;
            }
            let now = Instant::now();
            if now >= self.recheck_at {
                if !self.proof.holds(&self.http).await {
                    return Next::End(Why::Access);
                }
                self.recheck_at = now + self.hub.options().recheck_time;
            }
            if now >= self.beat_at {
                self.put_off_beat();
                return Next::Beat;
            }
            if !self.caught_up {
                self.catch_up().await;
                continue;
            }
            if let Some(next) = self.wait().await {
                return next;
            }
        }
    }

    /// Reads a page of what came after the last place. What the follower handed out before that
    /// reading is in it, so only what comes later is taken from there.
    async fn catch_up(&mut self) {
        self.entry.events = self.entry.events.resubscribe();
        match self.hub.read(self.workspace, self.last, PAGE).await {
            Ok(events) => {
                self.caught_up = u32::try_from(events.len()).is_ok_and(|n| n < PAGE);
                self.read.extend(events.into_iter().map(Message::of));
            }
            Err(why) => {
                tracing::debug!(workspace = %self.workspace, %why, "A listener cannot catch up");
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn wait(&mut self) -> Option<Next> {
        let until = self.beat_at.min(self.recheck_at);
        tokio::select! {
            received = self.entry.events.recv() => match received {
                Ok(message) => self.pass(message),
                Err(RecvError::Lagged(_)) => Some(Next::End(Why::Slow)),
                Err(RecvError::Closed) => Some(Next::End(Why::Stopping)),
            },
            _ = self.entry.stop.changed() => None,
            () = tokio::time::sleep_until(until) => None,
        }
    }

    /// Tells a message that was not told and is wanted.
    fn pass(&mut self, message: Arc<Message>) -> Option<Next> {
        if message.cursor <= self.last {
            return None;
        }
        self.last = message.cursor;
        let wanted = self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&message.kind));
        if wanted {
            self.put_off_beat();
        }
        wanted.then_some(Next::Event(message))
    }

    fn put_off_beat(&mut self) {
        self.beat_at = Instant::now() + self.hub.options().heartbeat_time;
    }
}
