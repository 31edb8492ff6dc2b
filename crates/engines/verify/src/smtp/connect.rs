use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};

use super::proxy::SocksProxy;
use super::tls::Tls;
use super::trouble::Trouble;
use crate::config::{StartTls, VerifyConfig};

/// Addresses of one host that are tried; more would only make a dead host slower to find.
const CONNECT_TRIES_MAX: usize = 2;

/// How this machine calls mail hosts: from which address, by which proxy, with TLS or without.
pub(super) struct Caller {
    pub(super) config: Arc<VerifyConfig>,
    /// `None` where TLS is never wanted.
    pub(super) tls: Option<Tls>,
    sources: AtomicUsize,
    proxies: Vec<Proxy>,
    next_proxy: AtomicUsize,
}

struct Proxy {
    address: SocksProxy,
    /// Left alone until then, after a failure of its own.
    paused_until: Mutex<Option<Instant>>,
}

impl Caller {
    pub(super) fn new(config: Arc<VerifyConfig>) -> Self {
        let proxy = |address: &SocksProxy| Proxy {
            address: address.clone(),
            paused_until: Mutex::default(),
        };
        Self {
            tls: if config.starttls == StartTls::Never { None } else { Tls::new() },
            sources: AtomicUsize::new(0),
            proxies: config.proxies.iter().map(proxy).collect(),
            next_proxy: AtomicUsize::new(0),
            config,
        }
    }

    /// A connection to the first of the addresses that answers.
    pub(super) async fn connect(&self, addresses: &[IpAddr]) -> Result<TcpStream, Trouble> {
        let mut trouble = Trouble::Unreachable("it has no address".into());
        for address in addresses.iter().take(CONNECT_TRIES_MAX) {
            let target = SocketAddr::new(*address, self.config.smtp_port);
            match self.connect_to(target).await {
                Ok(stream) => {
                    // Commands are written whole; waiting for more to send would only cost time.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(why) => trouble = why,
            }
        }
        Err(trouble)
    }

    async fn connect_to(&self, target: SocketAddr) -> Result<TcpStream, Trouble> {
        if !self.proxies.is_empty() {
            return self.by_proxy(target).await;
        }
        match timeout(self.config.connect_timeout, self.dial(target)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(why)) => Err(match why.kind() {
                std::io::ErrorKind::ConnectionRefused => Trouble::ConnectRefused,
                std::io::ErrorKind::TimedOut => Trouble::ConnectTimeout,
                _ => Trouble::Unreachable(why.to_string()),
            }),
            Err(_elapsed) => Err(Trouble::ConnectTimeout),
        }
    }

    /// From the next of the source addresses, where some are set.
    async fn dial(&self, target: SocketAddr) -> std::io::Result<TcpStream> {
        let all = &self.config.source_addresses;
        if all.is_empty() {
            return TcpStream::connect(target).await;
        }
        let fitting = all.iter().filter(|source| source.is_ipv4() == target.is_ipv4());
        let turn = self.sources.fetch_add(1, Ordering::Relaxed);
        let count = fitting.clone().count().max(1);
        let Some(source) = fitting.clone().nth(turn % count) else {
            return Err(std::io::Error::other("no source address of its IP version is set"));
        };
        let socket = if target.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.bind(SocketAddr::new(*source, 0))?;
        socket.connect(target).await
    }

    /// By the proxies in turn; one that fails itself is left alone for a while and the next is tried.
    async fn by_proxy(&self, target: SocketAddr) -> Result<TcpStream, Trouble> {
        let turn = self.next_proxy.fetch_add(1, Ordering::Relaxed);
        let mut trouble = Trouble::Proxy("all proxies failed a moment ago".into());
        let count = self.proxies.len();
        let in_turn = self.proxies.iter().cycle().skip(turn % count).take(count);
        for proxy in in_turn.filter(|proxy| !proxy.is_paused()) {
            let called = timeout(self.config.connect_timeout, proxy.address.connect(target)).await;
            // Silence may be the proxy's or the target's: neither is blamed for good.
            match called.unwrap_or(Err(Trouble::ConnectTimeout)) {
                Err(why @ Trouble::Proxy(_)) => {
                    proxy.pause(Instant::now().checked_add(self.config.host_pause));
                    trouble = why;
                }
                decided => return decided,
            }
        }
        Err(trouble)
    }
}

impl Proxy {
    fn is_paused(&self) -> bool {
        let until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| until > Instant::now())
    }

    fn pause(&self, until: Option<Instant>) {
        *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}
