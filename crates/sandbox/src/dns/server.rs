use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use tokio::net::{TcpListener, UdpSocket};

use super::counters::{Counters, DnsCounts};
use super::handler::Handler;
use super::settings::DnsSettings;
use crate::mail_world::MailWorld;

/// How often a port is looked for that is free for UDP and TCP.
const PORT_TRIES_MAX: u32 = 32;
/// Responses that wait for one TCP client.
const TCP_RESPONSES_MAX: usize = 128;

/// Why the DNS server did not start.
#[derive(Debug, thiserror::Error)]
pub enum DnsStartError {
    /// The address could not be had for UDP and TCP both.
    #[error("cannot serve DNS on {address}; choose another port, or 0 for any free one")]
    Bind {
        /// Where, as it was asked for.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// DNS is for this machine alone: the answers are loopback addresses and make-believe.
    #[error("{address} is no loopback address; the sandbox's DNS must not be seen from outside")]
    NotLoopback {
        /// Where, as it was asked for.
        address: SocketAddr,
    },
}

/// The running DNS server.
pub struct DnsServer {
    addr: SocketAddr,
    counters: Arc<Counters>,
    server: Server<Handler>,
}

/// Starts the DNS of the world on one loopback address, UDP and TCP on the same port; port 0 finds
/// one that is free. Needs a Tokio runtime.
pub async fn start(
    world: Arc<dyn MailWorld>,
    bind: SocketAddr,
    settings: DnsSettings,
) -> Result<DnsServer, DnsStartError> {
    if !bind.ip().is_loopback() {
        return Err(DnsStartError::NotLoopback { address: bind });
    }
    let found = sockets(bind).await;
    let (udp, tcp, addr) = found.map_err(|source| DnsStartError::Bind { address: bind, source })?;
    let counters = Arc::new(Counters::default());
    let tcp_idle = Duration::from_millis(settings.tcp_idle_timeout_ms);
    let mut server = Server::new(Handler { world, settings, counters: Arc::clone(&counters) });
    server.register_socket(udp);
    server.register_listener(tcp, tcp_idle, TCP_RESPONSES_MAX);
    Ok(DnsServer { addr, counters, server })
}

impl DnsServer {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Queries so far.
    pub fn counts(&self) -> DnsCounts {
        self.counters.read()
    }

    /// Closes both sockets and returns when they are closed.
    pub async fn stop(mut self) {
        if let Err(error) = self.server.shutdown_gracefully().await {
            tracing::warn!(error = %error, "The sandbox's DNS server had already ended");
        }
    }
}

async fn sockets(bind: SocketAddr) -> io::Result<(UdpSocket, TcpListener, SocketAddr)> {
    let tries = if bind.port() == 0 { PORT_TRIES_MAX } else { 1 };
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..tries {
        let tcp = TcpListener::bind(bind).await?;
        let addr = tcp.local_addr()?;
        match UdpSocket::bind(addr).await {
            Ok(udp) => return Ok((udp, tcp, addr)),
            Err(error) => last = error,
        }
    }
    Err(last)
}
