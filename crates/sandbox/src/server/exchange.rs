//! The way of one request through the sandbox.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};

use super::call::Call;
use super::control::control;
use super::faults::{self, Fault};
use super::listener::Cut;
use super::reply::Reply;
use crate::chance::{again, draw, topic};
use crate::ledger::Entry;
use crate::provider::Provider;
use crate::providers;
use crate::sim::Sim;

/// The largest request body: 250 records of 15 kB, and as much again.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Answers one request, or cuts the connection.
pub(crate) async fn exchange(
    sim: &Arc<Sim>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        return Ok(respond(Reply::text(413, "The body is larger than 8 MiB.")));
    };
    let body = body.to_bytes();
    let path = head.uri.path();
    let query = parsed_query(head.uri.query().unwrap_or_default());
    let Some((provider, rest)) = provider_of(path) else {
        return Ok(respond(control(sim, &head.method, path, &query, &body)));
    };
    let number = sim.next_call(provider);
    let conduct = sim.conduct();
    let seed = sim.world.seed();
    let faults = &conduct.providers.of(provider).faults;
    let fault = Fault::of(faults, seed, provider, number);
    let latency =
        conduct.latency_ms.at(draw(seed, topic::LATENCY, again(number, provider.number())));
    let hold_ms = faults.hold_ms;
    let mut call = Call {
        sim,
        conduct: Arc::clone(&conduct),
        provider,
        method: &head.method,
        path: rest,
        query,
        headers: &head.headers,
        body: &body,
        now_ms: sim.clock.now_ms(),
        latency_ms: latency,
        number,
        entry: Entry { fault: fault.map(Fault::as_str), endpoint: "other", ..Entry::default() },
    };
    let reply = match fault {
        Some(Fault::RateLimited) => providers::slow_down(&call),
        Some(Fault::ServerError) => providers::broken(&call),
        Some(other) if !other.is_worked_on() => Reply::text(500, ""),
        Some(Fault::Garbage) => {
            let reply = providers::answer(&mut call);
            faults::garbage(&reply, call.shape())
        }
        _ => providers::answer(&mut call),
    };
    let unanswered = matches!(fault, Some(Fault::Cut | Fault::Timeout { .. }));
    call.entry.status = if unanswered { 0 } else { reply.status };
    let (entry, now_ms) = (std::mem::take(&mut call.entry), call.now_ms);
    sim.ledger.enter(provider, entry, now_ms);
    if matches!(fault, Some(Fault::Timeout { .. })) {
        tokio::time::sleep(Duration::from_millis(hold_ms)).await;
    } else if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if unanswered { Err(Cut) } else { Ok(respond(reply)) }
}

fn respond(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder()
        .status(reply.status)
        .header(hyper::header::CONTENT_TYPE, reply.content_type);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(reply.body)).unwrap_or_else(|error| {
        tracing::error!(%error, "The sandbox made an answer that HTTP cannot carry");
        Response::new(Full::new(Bytes::new()))
    })
}

/// The provider whose base path this is under, and the rest of the path.
fn provider_of(path: &str) -> Option<(Provider, &str)> {
    Provider::ALL.into_iter().find_map(|provider| {
        let rest = path.strip_prefix(provider.base_path())?;
        (rest.is_empty() || rest.starts_with('/')).then_some((provider, rest))
    })
}

fn parsed_query(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
