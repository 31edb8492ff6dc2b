//! What happens in a workspace, told to whoever listens while it happens: `GET /api/events` as
//! server-sent events (WHATWG HTML §9.2) and `GET /api/ws` as a WebSocket (RFC 6455).
//!
//! A workspace with listeners has one follower, which reads [`crate::events`] and hands each event to
//! all of them. A listener first reads by itself what came after its place; then it takes what the
//! follower hands out and skips what it has read. So nothing is lost or told twice, whichever process
//! of many it is connected to, and who is cut off goes on from the last place it was told.

mod follower;
mod hub;
mod listener;
mod message;
mod place;
mod proof;
mod request;
mod socket;
mod stream;

use axum::Extension;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Http;

pub use hub::{Hub, LiveOptions};

/// `GET /api/events` and `GET /api/ws`. Call [`Hub::stop`] before the server is to drain: what
/// listens does not end by itself.
pub fn live_routes(hub: Hub) -> OpenApiRouter<Http> {
    OpenApiRouter::new()
        .routes(routes!(stream::listen_events))
        .routes(routes!(socket::open_socket))
        .layer(Extension(hub))
}
