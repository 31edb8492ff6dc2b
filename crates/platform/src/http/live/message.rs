use axum::body::Bytes;
use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::events::{Cursor, Published};

/// Something that happened in the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0.17", "kind": "contact.enriched", "subject": "019900000000700080000000000000ab",
    "at": "2026-01-05T09:00:00Z", "data": {},
}))]
pub(super) struct LiveEvent<'a> {
    /// Its place: give it as `after` to go on behind it.
    id: String,
    /// What: a noun and a verb in the past.
    kind: &'a str,
    /// To what: the digits of an id, without its prefix.
    subject: String,
    /// When (RFC 3339).
    at: String,
    /// What belongs to it, by kind.
    data: &'a serde_json::Value,
}

/// An event as it is sent, written once for all listeners.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) cursor: Cursor,
    pub(super) kind: String,
    /// For a socket.
    pub(super) json: Utf8Bytes,
    /// For a stream.
    pub(super) frame: Bytes,
}

impl Message {
    pub(super) fn of(event: Published) -> Self {
        let shown = LiveEvent {
            id: event.cursor.to_string(),
            kind: &event.kind,
            subject: event.subject.simple().to_string(),
            at: event.at.to_string(),
            data: &event.data,
        };
        // Texts and a JSON value always become JSON, on one line.
        let json = serde_json::to_string(&shown).unwrap_or_default();
        let frame = format!("id: {}\nevent: {}\ndata: {json}\n\n", shown.id, event.kind).into();
        Self { cursor: event.cursor, json: json.into(), frame, kind: event.kind }
    }
}

/// Why nothing more is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The listener did not keep up.
    Slow,
    /// The session ended, the key was revoked, the member left.
    Access,
    /// The server stops; another process may take the listener.
    Stopping,
}

impl Why {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Access => "access_ended",
            Self::Stopping => "stopping",
        }
    }

    /// How a socket is closed (RFC 6455 §7.4.1; 1013 by IANA's registry: try again later).
    pub(super) const fn close_code(self) -> u16 {
        match self {
            Self::Slow => 1013,
            Self::Access => 1008,
            Self::Stopping => 1001,
        }
    }
}

/// The last message: why, and where to go on.
pub(super) fn end_json(why: Why, last: Cursor) -> String {
    format!(r#"{{"kind":"stream.ended","why":"{}","after":"{last}"}}"#, why.as_str())
}
