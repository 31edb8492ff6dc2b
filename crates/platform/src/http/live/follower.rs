use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;

use super::Hub;
use super::message::Message;
use crate::events::Cursor;
use crate::ids::WorkspaceId;

/// Events of one reading: half of what a listener may be behind.
const BATCH: u32 = 128;
/// The longest wait while the database cannot be read.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Hands out the events of `workspace` after `cursor`, until nobody listens or the hub stops.
pub(super) async fn follow(
    hub: Hub,
    workspace: WorkspaceId,
    mut cursor: Cursor,
    listeners: broadcast::Sender<Arc<Message>>,
) {
    let poll = hub.options().poll_time;
    let mut stop = hub.stopping();
    let mut wait = poll;
    let mut failing = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if hub.is_forsaken(workspace) {
            return;
        }
        match hub.read(workspace, cursor, BATCH).await {
            Ok(events) => {
                failing = false;
                let more = u32::try_from(events.len()).unwrap_or(BATCH) >= BATCH;
                wait = if more { Duration::ZERO } else { poll };
                for event in events {
                    cursor = event.cursor;
                    // An error means that the last listener has just left.
                    let _told = listeners.send(Arc::new(Message::of(event)));
                }
            }
            Err(why) => {
                if !failing {
                    tracing::warn!(%workspace, %why, "Events cannot be read; trying again");
                }
                failing = true;
                wait = wait.max(poll).saturating_mul(2).min(WAIT_MAX);
            }
        }
    }
}
