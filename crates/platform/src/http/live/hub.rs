use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, watch};

use super::follower;
use super::message::Message;
use super::place::{Counts, Place};
use crate::db::{Db, DbError};
use crate::events::{self, Cursor, Published};
use crate::http::{Problem, codes};
use crate::ids::{UserId, WorkspaceId};

/// Events that a listener may be behind its workspace; beyond it, it is cut.
const BEHIND_EVENTS_MAX: usize = 256;
/// Readings of the database at once, of all followers and listeners together: they shall not take
/// all its connections.
const READINGS_MAX: usize = 2;

/// How listeners are served.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// How often a workspace that somebody listens to is looked at.
    pub poll_time: Duration,
    /// After how long without an event a sign of life is sent.
    pub heartbeat_time: Duration,
    /// How often it is checked whether a listener may still listen.
    pub recheck_time: Duration,
    /// Connections of one user at once in this process.
    pub listeners_per_user_max: usize,
    /// Connections to one workspace at once in this process.
    pub listeners_per_workspace_max: usize,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            poll_time: Duration::from_millis(250),
            heartbeat_time: Duration::from_secs(15),
            recheck_time: Duration::from_mins(1),
            listeners_per_user_max: 20,
            listeners_per_workspace_max: 1_000,
        }
    }
}

/// Follows the workspaces that somebody listens to. Clones are cheap; one for each process.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Db,
    options: LiveOptions,
    rooms: Mutex<Rooms>,
    readings: Semaphore,
    stop: watch::Sender<bool>,
}

/// Who listens to what.
#[derive(Default)]
struct Rooms {
    followed: HashMap<WorkspaceId, broadcast::Sender<Arc<Message>>>,
    counts: Counts,
}

/// What somebody who came in has.
pub(super) struct Entry {
    pub(super) events: broadcast::Receiver<Arc<Message>>,
    pub(super) stop: watch::Receiver<bool>,
    /// The last event when they came.
    pub(super) present: Cursor,
    #[expect(dead_code, reason = "kept for its Drop")]
    place: Place,
}

impl Hub {
    /// Follows the events of `db`.
    pub fn new(db: Db, options: LiveOptions) -> Self {
        let (stop, _) = watch::channel(false);
        let readings = Semaphore::new(READINGS_MAX);
        Self(Arc::new(Inner { db, options, rooms: Mutex::default(), readings, stop }))
    }

    /// Tells every listener to come back later, and lets nobody in any more.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    pub(super) fn options(&self) -> &LiveOptions {
        &self.0.options
    }

    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    /// Lets `user` listen to `workspace`. What is handed out from now on comes after `present`.
    pub(super) async fn enter(
        &self,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Entry, Problem> {
        let place = self.place(workspace, user)?;
        // Before the follower is there, so that it cannot begin behind what this listener has read.
        let present = events::present(&self.0.db, workspace).await?;
        let events = self.subscribe(workspace, present);
        Ok(Entry { events, stop: self.stopping(), present, place })
    }

    fn place(&self, workspace: WorkspaceId, user: UserId) -> Result<Place, Problem> {
        if *self.0.stop.borrow() {
            return Err(Problem::new(&codes::BUSY, "The server is about to stop; come back.")
                .retry_after(Duration::from_secs(5)));
        }
        let options = &self.0.options;
        let of_workspace = options.listeners_per_workspace_max;
        let of_user = options.listeners_per_user_max;
        let counted = self.rooms().counts.add(workspace, user, (of_workspace, of_user));
        if counted {
            return Ok(Place::new(self.clone(), workspace, user));
        }
        Err(Problem::new(
            &codes::LISTENERS,
            format!(
                "At most {of_user} connections of one user and {of_workspace} of one workspace \
                 listen at once; close one."
            ),
        )
        .retry_after(Duration::from_secs(30)))
    }

    pub(super) fn leave(&self, workspace: WorkspaceId, user: UserId) {
        self.rooms().counts.remove(workspace, user);
    }

    fn subscribe(
        &self,
        workspace: WorkspaceId,
        present: Cursor,
    ) -> broadcast::Receiver<Arc<Message>> {
        let mut rooms = self.rooms();
        if let Some(sender) = rooms.followed.get(&workspace) {
            return sender.subscribe();
        }
        let (sender, receiver) = broadcast::channel(BEHIND_EVENTS_MAX);
        rooms.followed.insert(workspace, sender.clone());
        tokio::spawn(follower::follow(self.clone(), workspace, present, sender));
        receiver
    }

    /// Whether nobody listens any more; then the workspace is no longer followed.
    pub(super) fn is_forsaken(&self, workspace: WorkspaceId) -> bool {
        let mut rooms = self.rooms();
        let forsaken = rooms.followed.get(&workspace).is_none_or(|s| s.receiver_count() == 0);
        if forsaken {
            rooms.followed.remove(&workspace);
        }
        forsaken
    }

    /// Up to `n` events after `after`.
    pub(super) async fn read(
        &self,
        workspace: WorkspaceId,
        after: Cursor,
        n: u32,
    ) -> Result<Vec<Published>, DbError> {
        // Never closed, so an error cannot be; without a permit nothing is broken but fairness.
        let _turn = self.0.readings.acquire().await.ok();
        events::read_after(&self.0.db, workspace, after, n).await
    }

    /// How many workspaces are followed.
    pub fn followed(&self) -> usize {
        self.rooms().followed.len()
    }

    /// A poisoned lock is taken all the same: no change in it can stop half-way.
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hub({} followed)", self.followed())
    }
}
