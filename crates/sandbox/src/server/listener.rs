//! The socket, the connections, and the way of one request through the sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::call::Call;
use super::control::control;
use super::faults::{self, Fault};
use super::reply::Reply;
use crate::chance::{again, draw, topic};
use crate::ledger::Entry;
use crate::provider::Provider;
use crate::providers;
use crate::sim::Sim;

/// The largest request body: 250 records of 15 kB, and as much again.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A running listener.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Closes the socket and every connection.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "The sandbox's listener did not end by itself");
        }
    }
}

/// Serves `sim` on `address`.
pub(crate) async fn listen(sim: Arc<Sim>, address: SocketAddr) -> std::io::Result<Listener> {
    let socket = TcpListener::bind(address).await?;
    let address = socket.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(accept(sim, socket, stopped));
    Ok(Listener { address, stop, task })
}

async fn accept(sim: Arc<Sim>, socket: TcpListener, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    // A client that cannot have small answers at once is none of our concern.
                    let _nodelay = stream.set_nodelay(true);
                    connections.spawn(connection(Arc::clone(&sim), stream));
                }
                Err(error) => {
                    // Out of file handles, say: the next connection may come when others have gone.
                    tracing::warn!(%error, "The sandbox could not take a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_ended) = connections.join_next(), if !connections.is_empty() => {}
            _ = stopped.changed() => break,
        }
    }
    connections.shutdown().await;
}

async fn connection(sim: Arc<Sim>, stream: tokio::net::TcpStream) {
    let service = service_fn(move |request| {
        let sim = Arc::clone(&sim);
        async move { exchange(&sim, request).await }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "A connection to the sandbox ended early");
    }
}

/// The connection is to be cut instead of answered.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sandbox cut the connection on purpose")
    }
}

impl std::error::Error for Cut {}

async fn exchange(
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
