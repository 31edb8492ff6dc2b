use std::convert::Infallible;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;

use super::Hub;
use super::listener::{Listener, Next};
use super::message::{LiveEvent, end_json};
use super::request::{Wanted, proof};
use crate::http::{ClientAddress, Http, Member, Problem, Query};

/// Milliseconds after which a browser connects again.
const RETRY_MS: u32 = 2_000;

/// Listen to the workspace.
///
/// Events as they happen, as server-sent events: `id` is the place of the event, `event` its kind,
/// `data` the event as JSON. Connect again with `Last-Event-ID` (browsers do) or `after`, and nothing
/// is lost. The event `stream.ended` comes last and says why: `slow`, `access_ended` or `stopping`.
#[utoipa::path(
    get,
    path = "/api/events",
    operation_id = "listen_events",
    tag = "events",
    params(Wanted, ("Last-Event-ID" = Option<String>, Header, description = "Go on behind this place; counts before `after`.")),
    responses((status = 200, description = "A stream that does not end by itself.", content_type = "text/event-stream", body = LiveEvent)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn listen_events(
    member: Member,
    shared: (State<Http>, ClientAddress),
    Extension(hub): Extension<Hub>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (State(http), ClientAddress(address)) = shared;
    let proof = proof(&headers, &http, &member, address)?;
    let listener = wanted.listen(&member, http, hub, &headers, proof).await?;
    let mut answer = Body::from_stream(frames(listener)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers (nginx) must not.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

/// Where the stream stands.
enum Step {
    Begin(Listener),
    Go(Listener),
    Ended,
}

fn frames(listener: Listener) -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(Step::Begin(listener), |step| async move {
        let (frame, step) = match step {
            // The place, so that who is cut off before the first event loses none either.
            Step::Begin(listener) => {
                let frame = format!("retry: {RETRY_MS}\nid: {}\n\n", listener.last());
                (frame.into(), Step::Go(listener))
            }
            Step::Go(mut listener) => match listener.next().await {
                Next::Event(message) => (message.frame.clone(), Step::Go(listener)),
                Next::Beat => {
                    (format!(":\nid: {}\n\n", listener.last()).into(), Step::Go(listener))
                }
                Next::End(why) => {
                    let json = end_json(why, listener.last());
                    (format!("event: stream.ended\ndata: {json}\n\n").into(), Step::Ended)
                }
            },
            Step::Ended => return None,
        };
        Some((Ok(frame), step))
    })
}
