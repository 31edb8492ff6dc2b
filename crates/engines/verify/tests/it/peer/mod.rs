//! A small world to verify against: one DNS server and any number of mail servers on loopback.

mod names;
mod server;
mod socks;
mod wild;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use captely_verify::{EmailVerifier, VerifyConfig};

pub(crate) use names::Answer;
pub(crate) use server::{Manners, Tls, absent, ok};
pub(crate) use socks::{Socks, SocksManners};
use tokio::net::{TcpListener, TcpStream};
pub(crate) use wild::read_line;

/// The world; everything in it ends with the test's runtime.
pub(crate) struct World {
    pub(crate) names: names::Names,
    port: u16,
    /// Holds the port while the world stands: another test's world then has another one.
    _port: TcpListener,
    next_host: u8,
    log: Arc<Mutex<Vec<String>>>,
    busy: Arc<server::Busy>,
}

impl World {
    pub(crate) async fn new() -> Self {
        // Mail servers share a port and differ by address, as in the real world.
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = held.local_addr().unwrap().port();
        let names = names::Names::serve().await;
        Self { names, port, _port: held, next_host: 2, log: Arc::default(), busy: Arc::default() }
    }

    /// A mail server of that name with those manners, and the MX of the domain pointing to it.
    pub(crate) async fn mail(&mut self, domain: &str, manners: Manners) {
        let host = format!("mx.{domain}");
        let address = self.host(&host, manners).await;
        self.names.set(domain, "MX", Answer::mx(&[(10, &host)]));
        let _ = address;
    }

    /// A mail server of that name.
    pub(crate) async fn host(&mut self, host: &str, manners: Manners) -> Ipv4Addr {
        let address = self.dead_host(host);
        let listener = TcpListener::bind((address, self.port)).await.unwrap();
        let (log, busy) = (Arc::clone(&self.log), Arc::clone(&self.busy));
        tokio::spawn(server::serve(listener, Arc::new(manners), log, busy));
        address
    }

    /// A host that does with each connection what the closure says, and the MX of the domain.
    pub(crate) async fn wild<F>(&mut self, domain: &str, talk: fn(TcpStream) -> F)
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let host = format!("mx.{domain}");
        let address = self.dead_host(&host);
        self.names.set(domain, "MX", Answer::mx(&[(10, &host)]));
        let listener = TcpListener::bind((address, self.port)).await.unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream));
            }
        });
    }

    /// The most connections that were open at one time.
    pub(crate) fn busiest(&self) -> usize {
        self.busy.most()
    }

    /// A name with an address where nothing listens.
    pub(crate) fn dead_host(&mut self, host: &str) -> Ipv4Addr {
        let address = Ipv4Addr::new(127, 9, 0, self.next_host);
        self.next_host += 1;
        self.names.set(host, "A", Answer::Addresses(vec![address.into()]));
        address
    }

    pub(crate) fn config(&self) -> VerifyConfig {
        VerifyConfig {
            helo_name: "verifier.test".into(),
            dns: Some(vec![self.names.at]),
            smtp_port: self.port,
            dns_timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            command_timeout: Duration::from_millis(400),
            call_timeout: Duration::from_secs(5),
            allow_private_hosts: true,
            ..VerifyConfig::default()
        }
    }

    pub(crate) fn verifier(&self) -> EmailVerifier {
        EmailVerifier::new(self.config(), 7).unwrap()
    }

    /// Commands that mail servers got, as `3 RCPT TO:<a@x.test>` with the number of the connection.
    pub(crate) fn commands(&self, containing: &str) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| line.contains(containing)).cloned().collect()
    }
}
