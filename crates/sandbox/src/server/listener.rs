//! A socket and its connections, for whatever answers HTTP on loopback.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A running listener. Dropping it closes the socket and every connection soon after.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Closes the socket and every connection, and waits until they are closed.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "The sandbox's listener did not end by itself");
        }
    }
}

/// The connection is to be cut instead of answered.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sandbox cut the connection on purpose")
    }
}

impl std::error::Error for Cut {}

/// Answers requests on `address` by `exchange`; port 0 takes a free one.
pub(crate) async fn listen<E, A, B>(address: SocketAddr, exchange: E) -> std::io::Result<Listener>
where
    E: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Cut>> + Send + 'static,
    B: Body<Data: Send, Error: std::error::Error + Send + Sync> + Send + 'static,
{
    let socket = TcpListener::bind(address).await?;
    let address = socket.local_addr()?;
    let (stop, mut stopped) = watch::channel(false);
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = socket.accept() => match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(connection(stream, exchange.clone()));
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
    });
    Ok(Listener { address, stop, task })
}

async fn connection<E, A, B>(stream: TcpStream, exchange: E)
where
    E: Fn(Request<Incoming>) -> A,
    A: Future<Output = Result<Response<B>, Cut>>,
    B: Body<Error: std::error::Error + Send + Sync> + 'static,
{
    // A client that cannot have small answers at once is none of our concern.
    let _nodelay = stream.set_nodelay(true);
    let http = hyper::server::conn::http1::Builder::new();
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service_fn(exchange)).await {
        tracing::debug!(%error, "A connection to the sandbox ended early");
    }
}
