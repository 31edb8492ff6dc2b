mod places;
mod stalled;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

use places::Addresses;
pub(super) use places::Held;
use stalled::StallGuard;

use crate::telemetry::metrics;

/// Connections that the system holds before they are accepted.
const BACKLOG: u32 = 4_096;
/// Bytes of headers and buffer of a connection at most.
const BUFFER_BYTES_MAX: usize = 64 * 1024;

/// The address at the other end of a connection: a client or a proxy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Says that a request came over a connection from `address`. The server does so with each; whoever
/// drives a router without sockets does it in its place.
pub fn came_from<B>(request: &mut Request<B>, address: IpAddr) {
    request.extensions_mut().insert(Peer(address));
}

/// Limits of the listening side.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Connections at once; further ones wait to be accepted.
    pub connections_max: usize,
    /// Connections at once from one address; further ones are closed. Proxies need as many as all.
    pub connections_per_address_max: usize,
    /// How long the headers of a request may take, and how long a connection may lie idle.
    pub header_time_max: Duration,
    /// How long the other end may take nothing of an answer before its connection is cut.
    pub stall_time_max: Duration,
    /// How long open requests may go on once the server is to stop.
    pub drain_time_max: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            connections_max: 12_000,
            connections_per_address_max: 12_000,
            header_time_max: Duration::from_secs(30),
            stall_time_max: Duration::from_secs(30),
            drain_time_max: Duration::from_secs(25),
        }
    }
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
#[error("{address} cannot be listened on: {source}")]
pub struct ServeError {
    /// Where.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// An address that is listened on, before anything is answered.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    /// Where; the port is the true one where 0 was asked for.
    pub address: SocketAddr,
}

impl Listening {
    /// Listens on `address`.
    pub fn on(address: SocketAddr) -> Result<Self, ServeError> {
        let failed = |source| ServeError { address, source };
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let socket = socket.map_err(failed)?;
        socket.set_reuseaddr(true).map_err(failed)?;
        socket.bind(address).map_err(failed)?;
        let listener = socket.listen(BACKLOG).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }
}

/// Serves `router` until `stop`; then accepts nobody, lets open requests finish within
/// [`ServerOptions::drain_time_max`], and returns how many connections it had to cut.
pub async fn serve(
    listening: Listening,
    router: Router,
    options: &ServerOptions,
    stop: impl Future<Output = ()>,
) -> usize {
    let slots = Arc::new(Semaphore::new(options.connections_max));
    let addresses = Arc::new(Addresses::default());
    let (end, ending) = watch::channel(());
    let (cut, cutting) = watch::channel(());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(options.header_time_max);
    builder.max_buf_size(BUFFER_BYTES_MAX);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listening.listener, &slots) => accepted,
            () = &mut stop => break,
        };
        let Some((stream, peer, slot)) = accepted else { continue };
        let most = options.connections_per_address_max;
        let Some(place) = Addresses::place(&addresses, peer, most) else { continue };
        let held = Held::new(slot, place);
        let kept = held.clone();
        let service = router.clone().map_request(move |mut request: Request<Incoming>| {
            came_from(&mut request, peer);
            request.extensions_mut().insert(held.clone());
            request
        });
        let service = TowerToHyperService::new(service);
        let stream = TokioIo::new(StallGuard::new(stream, options.stall_time_max));
        let connection = builder.serve_connection(stream, service).with_upgrades();
        let (mut ending, mut cutting) = (ending.clone(), cutting.clone());
        let open = metrics::http_connection();
        tokio::spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = ending.changed() => {
                    connection.as_mut().graceful_shutdown();
                    // Cut also where the server is gone altogether.
                    tokio::select! {
                        ended = connection => ended,
                        _ = cutting.changed() => Ok(()),
                    }
                }
            };
            // A client that breaks off is no fault of ours; its request was logged.
            if let Err(why) = ended {
                tracing::debug!(%why, "A connection broke off");
            }
            drop((kept, open));
        });
    }
    drop((listening, end));
    let all = u32::try_from(options.connections_max).unwrap_or(u32::MAX);
    let drained = tokio::time::timeout(options.drain_time_max, slots.acquire_many(all)).await;
    let open = options.connections_max.saturating_sub(slots.available_permits());
    drop(cut);
    if drained.is_ok() { 0 } else { open }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are written whole; waiting for more would only delay them.
            let _best_effort = stream.set_nodelay(true);
            Some((stream, peer.ip().to_canonical(), slot))
        }
        Err(why) => {
            // Out of file descriptors, most likely: connections that end give some back.
            tracing::warn!(%why, "No connection can be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}
