//! How an import stops before its end: its state, and what listeners are told of it, in one transaction.

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use serde_json::json;

use crate::forget_person::at_the_end;
use crate::store::advance::Locked;
use crate::store::states;
use crate::{ImportState, Wanted};

/// How it stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// For now: it goes on where it stopped.
    Paused,
    /// Somebody ended it.
    Cancelled,
    /// It cannot go on; why, in a sentence.
    Failed(String),
}

impl Stop {
    /// What somebody asked for; none where it is to go on.
    const fn wanted(wanted: Wanted) -> Option<Self> {
        match wanted {
            Wanted::Run => None,
            Wanted::Pause => Some(Self::Paused),
            Wanted::Cancel => Some(Self::Cancelled),
        }
    }

    const fn state(&self) -> ImportState {
        match self {
            Self::Paused => ImportState::Paused,
            Self::Cancelled => ImportState::Cancelled,
            Self::Failed(_) => ImportState::Failed,
        }
    }

    /// Tells listeners; for whoever has written the state.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        ids: &Ids,
        (workspace, import): (WorkspaceId, ImportId),
        at: Timestamp,
    ) -> Result<(), DbError> {
        let (kind, data) = match self {
            Self::Paused => ("import.paused", json!({})),
            Self::Cancelled => ("import.cancelled", json!({})),
            Self::Failed(why) => ("import.failed", json!({ "why": why })),
        };
        let event = Event { workspace, kind, subject: import.as_uuid(), data, at };
        events::publish(tx, ids, &[event]).await
    }
}

/// Stops an import that runs or waits for it, and tells listeners; false, and nothing done, where it does neither.
pub(crate) async fn stop(
    tx: &mut Tx,
    ids: &Ids,
    whose: (WorkspaceId, ImportId),
    how: Stop,
    now: Timestamp,
) -> Result<bool, DbError> {
    let why = if let Stop::Failed(why) = &how { Some(why.clone()) } else { None };
    let stopped = states::stop(tx, whose.0, whose.1, how.state(), why, now).await?;
    if stopped {
        how.tell(tx, ids, whose, now).await?;
        if how != Stop::Paused {
            at_the_end(tx, ids, whose, now).await?;
        }
    }
    Ok(stopped)
}

/// Ends an import that no worker has, waiting in this state, and tells listeners; false, and nothing done, where it does
/// not. `why` is for whoever looks at it.
pub(crate) async fn end(
    tx: &mut Tx,
    ids: &Ids,
    whose: (WorkspaceId, ImportId),
    (waits, why): (ImportState, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = states::end(tx, whose, waits, why, now).await?;
    if ended {
        Stop::Cancelled.tell(tx, ids, whose, now).await?;
    }
    Ok(ended)
}

/// Stops an import that is locked as somebody asked for meanwhile; false where it is to go on, or has stopped.
pub(crate) async fn heed(
    tx: &mut Tx,
    ids: &Ids,
    whose: (WorkspaceId, ImportId),
    locked: &Locked,
    now: Timestamp,
) -> Result<bool, DbError> {
    let runs = matches!(locked.state, ImportState::Pending | ImportState::Processing);
    match Stop::wanted(locked.wanted) {
        Some(how) if runs => stop(tx, ids, whose, how, now).await,
        _ => Ok(false),
    }
}
