use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;

use super::Hub;
use super::listener::{Listener, Next};
use super::message::end_json;
use super::proof::Proof;
use super::request::{Wanted, proof};
use crate::http::server::Held;
use crate::http::{ClientAddress, Http, Member, Problem, Query, codes, cors};

/// The largest message and frame that a client may send, in bytes: it has nothing to say.
const MESSAGE_BYTES_MAX: usize = 1_024;
/// Bytes read at once; kept for each connection.
const READ_BYTES: usize = 1_024;
/// How long a client may take nothing.
const SEND_TIME_MAX: Duration = Duration::from_secs(30);
/// Signs of life that a client may leave without an answer.
const BEATS_UNANSWERED_MAX: u32 = 3;
/// Refuses what no listener has to send (RFC 6455 §7.4.1).
const NOT_TAKEN: u16 = 1003;

/// Listen to the workspace by WebSocket.
///
/// The same events as `GET /api/events`, each as a text message of JSON. The first message,
/// `stream.opened`, tells the place; the last, `stream.ended`, why it ends and where to go on. A page
/// may open it with the session's cookie only from this site or an origin that CORS allows.
#[utoipa::path(
    get,
    path = "/api/ws",
    operation_id = "open_socket",
    tag = "events",
    params(Wanted),
    responses((status = 101, description = "The socket is open.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn open_socket(
    member: Member,
    shared: (State<Http>, ClientAddress),
    Extension(hub): Extension<Hub>,
    Query(wanted): Query<Wanted>,
    held: Option<Extension<Held>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|why| {
        Problem::new(&codes::MALFORMED, "This path is for WebSockets (RFC 6455, version 13).")
            .because(why.to_string())
    })?;
    let (State(http), ClientAddress(address)) = shared;
    let proof = proof(&headers, &http, &member, address)?;
    check_origin(&headers, &http, &proof)?;
    let listener = wanted.listen(&member, http, hub, &headers, proof).await?;
    let upgrade = upgrade
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .read_buffer_size(READ_BYTES)
        // Each message is written at once.
        .write_buffer_size(0);
    Ok(upgrade.on_upgrade(move |socket| async move {
        talk(socket, listener).await;
        drop(held);
    }))
}

/// Browsers let any page open a socket and send the cookie along: the origin tells which page it is.
fn check_origin(headers: &HeaderMap, http: &Http, proof: &Proof) -> Result<(), Problem> {
    if !proof.is_cookie() || cors::allowed(headers, &http.options).is_some() {
        return Ok(());
    }
    Err(Problem::new(&codes::FORBIDDEN, "Pages of this origin may not open a socket here.")
        .at("Origin"))
}

/// Sends events until one side ends it or the client answers no sign of life.
async fn talk(mut socket: WebSocket, mut listener: Listener) {
    let mut unanswered = 0_u32;
    let opened = format!(r#"{{"kind":"stream.opened","id":"{}"}}"#, listener.last());
    if !send(&mut socket, Message::text(opened)).await {
        return;
    }
    loop {
        let next = {
            // Kept across what is heard: a reading that each ping broke off would begin without end.
            let mut next = std::pin::pin!(listener.next());
            loop {
                tokio::select! {
                    next = &mut next => break next,
                    heard = socket.recv() => match heard {
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => unanswered = 0,
                        Some(Ok(Message::Text(_) | Message::Binary(_))) => {
                            close(socket, NOT_TAKEN, "nothing is taken here").await;
                            return;
                        }
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    },
                }
            }
        };
        let sent = match next {
            Next::Event(message) => send(&mut socket, Message::Text(message.json.clone())).await,
            Next::Beat if unanswered >= BEATS_UNANSWERED_MAX => return,
            Next::Beat => {
                unanswered = unanswered.saturating_add(1);
                send(&mut socket, Message::Ping(Bytes::new())).await
            }
            Next::End(why) => {
                let last = end_json(why, listener.last());
                if send(&mut socket, Message::text(last)).await {
                    close(socket, why.close_code(), "").await;
                }
                return;
            }
        };
        if !sent {
            return;
        }
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(tokio::time::timeout(SEND_TIME_MAX, socket.send(message)).await, Ok(Ok(())))
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    send(&mut socket, Message::Close(Some(frame))).await;
}
