use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::address::{LISTENING, host_address, mail_address};
use super::connection;
use super::counters::{Counters, SmtpCounts, count};
use super::dialect::Dialect;
use super::dialogue::{Dialogue, Dialogues};
use super::host::Host;
use super::reply::{self, Blanks, Reply};
use super::settings::SmtpSettings;
use super::wording;
use crate::mail_world::{MailWorld, Personality};

/// How often a free port is looked for that all hosts can share.
const PORT_TRIES_MAX: u32 = 64;
/// Connections the kernel holds for a host until they are accepted.
const BACKLOG: u32 = 1_024;
/// How long a client that is one too many may take to read its 421.
const TURN_AWAY: Duration = Duration::from_millis(100);

/// Why the mail servers did not start.
#[derive(Debug, thiserror::Error)]
pub enum SmtpStartError {
    /// A host's address could not be had on the port that was asked for.
    #[error("cannot listen on {address}; choose another port, or 0 for any free one")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The system has no address 127.0.0.2 and so on (macOS has 127.0.0.1 alone).
    #[error(
        "this system has no loopback address {address}; add 127.0.0.2 to 127.0.0.31 to the loopback interface (macOS: ifconfig lo0 alias)"
    )]
    NoSuchAddress {
        /// The missing address.
        address: Ipv4Addr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// No port was free on every host's address.
    #[error("found no port that is free on all mail hosts in {PORT_TRIES_MAX} tries")]
    NoCommonPort {
        /// The last reason.
        #[source]
        source: io::Error,
    },
}

/// The running mail hosts. Dropping it stops them at once.
#[derive(Debug)]
pub struct SmtpServer {
    port: u16,
    counters: Arc<Counters>,
    dialogues: Arc<Dialogues>,
    tasks: JoinSet<()>,
}

/// Starts every mail host of the world: one listener for each personality that answers and each
/// dialect, on the addresses of [`mail_address`] and one common port. Needs a Tokio runtime.
pub async fn start(
    world: Arc<dyn MailWorld>,
    settings: SmtpSettings,
) -> Result<SmtpServer, SmtpStartError> {
    let (port, listeners) = bind_all(settings.port)?;
    let connections =
        Arc::new(Semaphore::new(settings.connections_max.min(Semaphore::MAX_PERMITS)));
    let settings = Arc::new(settings);
    let dialogues = Arc::new(Dialogues::new(settings.dialogues_max));
    let (greylist, counters) = (Arc::default(), Arc::default());
    let numbers = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for (who, listener) in listeners {
        let host = Arc::new(Host::new(who, &world, &settings, &greylist, &counters));
        let door = Door {
            host,
            dialogues: Arc::clone(&dialogues),
            connections: Arc::clone(&connections),
            numbers: Arc::clone(&numbers),
        };
        tasks.spawn(door.accept(listener));
    }
    // The listeners are already open: a client that comes before its task runs waits in the backlog.
    tokio::task::yield_now().await;
    Ok(SmtpServer { port, counters, dialogues, tasks })
}

impl SmtpServer {
    /// The port of every mail host.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the host with this behaviour and dialect listens. Behaviours that answer no connection
    /// get the address where nothing listens.
    pub fn addr(&self, personality: Personality, dialect: Dialect) -> SocketAddr {
        SocketAddrV4::new(mail_address(personality, dialect), self.port).into()
    }

    /// Where the world's mail host of this name listens; `None` where the world has none.
    pub fn addr_of_host(&self, world: &dyn MailWorld, host: &str) -> Option<SocketAddr> {
        host_address(world, host).map(|ip| SocketAddrV4::new(ip, self.port).into())
    }

    /// What the hosts of this personality have seen so far.
    pub fn counts(&self, personality: Personality) -> SmtpCounts {
        self.counters.read(personality)
    }

    /// What all have seen, for each personality that answers, by its word.
    pub fn all_counts(&self) -> Vec<(&'static str, SmtpCounts)> {
        LISTENING.map(|p| (p.as_str(), self.counts(p))).to_vec()
    }

    /// The latest dialogues that have ended, oldest first; as many as
    /// [`SmtpSettings::dialogues_max`].
    pub fn dialogues(&self) -> Vec<Dialogue> {
        self.dialogues.read()
    }

    /// Closes all listeners and cuts all sessions; returns when they are gone.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// One host's listener and who may come in.
struct Door {
    host: Arc<Host>,
    dialogues: Arc<Dialogues>,
    connections: Arc<Semaphore>,
    numbers: Arc<AtomicU64>,
}

impl Door {
    async fn accept(self, listener: TcpListener) {
        let mut sessions = JoinSet::new();
        loop {
            let Ok((stream, peer)) = listener.accept().await else {
                // Out of file descriptors, or the client left: give the rest a moment.
                sleep(Duration::from_millis(10)).await;
                continue;
            };
            while sessions.try_join_next().is_some() {}
            count(&self.host.tally().connections);
            let has_room = sessions.len() < self.host.settings.connections_per_host_max;
            let permit = Arc::clone(&self.connections).try_acquire_owned();
            let (true, Ok(permit)) = (has_room, permit) else {
                self.turn_away(stream, peer).await;
                continue;
            };
            let session = connection::serve(
                stream,
                peer.ip(),
                Arc::clone(&self.host),
                Arc::clone(&self.dialogues),
                self.numbers.fetch_add(1, Relaxed),
            );
            sessions.spawn(async move {
                session.await;
                drop(permit);
            });
        }
    }

    async fn turn_away(&self, mut stream: TcpStream, peer: SocketAddr) {
        count(&self.host.tally().turned_away);
        let host = &self.host;
        let blanks = Blanks { host: &host.name, client: peer.ip(), path: "", mark: 0 };
        let mut line = String::new();
        let words = wording::of(host.dialect, Reply::GreetingBusy);
        reply::write(&mut line, host.dialect, &words, &blanks);
        // The client is being sent away; whether it listens is its own affair.
        let _told = timeout(TURN_AWAY, stream.write_all(line.as_bytes())).await;
    }
}

type Listeners = Vec<((Personality, Dialect), TcpListener)>;

/// Opens every host's listener on one port; a `port` of 0 finds one.
fn bind_all(port: u16) -> Result<(u16, Listeners), SmtpStartError> {
    if port != 0 {
        return bind_on(port).map(|listeners| (port, listeners)).map_err(|(ip, source)| {
            if source.kind() == io::ErrorKind::AddrNotAvailable {
                return SmtpStartError::NoSuchAddress { address: ip, source };
            }
            SmtpStartError::Bind { address: SocketAddrV4::new(ip, port).into(), source }
        });
    }
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..PORT_TRIES_MAX {
        let free = listen(mail_address(Personality::Normal, Dialect::Google), 0)
            .and_then(|probe| probe.local_addr());
        let tried = match free {
            Ok(address) => bind_on(address.port()).map(|all| (address.port(), all)),
            Err(source) => Err((mail_address(Personality::Normal, Dialect::Google), source)),
        };
        match tried {
            Ok(found) => return Ok(found),
            Err((address, source)) if source.kind() == io::ErrorKind::AddrNotAvailable => {
                return Err(SmtpStartError::NoSuchAddress { address, source });
            }
            Err((_, source)) => last = source,
        }
    }
    Err(SmtpStartError::NoCommonPort { source: last })
}

fn bind_on(port: u16) -> Result<Listeners, (Ipv4Addr, io::Error)> {
    let hosts = LISTENING.into_iter().flat_map(|p| Dialect::ALL.map(|dialect| (p, dialect)));
    hosts
        .map(|(personality, dialect)| {
            let ip = mail_address(personality, dialect);
            let listener = listen(ip, port).map_err(|source| (ip, source))?;
            Ok(((personality, dialect), listener))
        })
        .collect()
}

fn listen(ip: Ipv4Addr, port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // A port whose last sessions are still in TIME-WAIT can be had again.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddrV4::new(ip, port).into())?;
    socket.listen(BACKLOG)
}
