//! A server that takes submissions of mail (RFC 6409) from clients that log in (RFC 4954), and keeps
//! them. On loopback, in the clear: the sandbox speaks no TLS.

mod session;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use session::{Next, Session};

use super::lines::{Line, LineBuffer};
use crate::outbox::Outbox;

/// How long a silent client is waited for.
const IDLE: Duration = Duration::from_mins(1);
/// Connections at once; more wait in the backlog.
const CONNECTIONS_MAX: usize = 200;
const READ_BYTES: usize = 16 * 1_024;

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct SubmissionSettings {
    /// Where it listens; port 0 takes a free one. Loopback only.
    pub listen: SocketAddr,
    /// The account's name.
    pub user: String,
    /// The account's password.
    pub password: String,
    /// Recipients that are refused for good (550).
    pub refused: Vec<String>,
    /// Recipients that are put off (451).
    pub put_off: Vec<String>,
    /// The largest message that is taken.
    pub message_bytes_max: usize,
}

impl Default for SubmissionSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            user: "sandbox".to_owned(),
            password: "sandbox-smtp-password".to_owned(),
            refused: Vec::new(),
            put_off: Vec::new(),
            message_bytes_max: 1024 * 1024,
        }
    }
}

/// A running server. Dropping it stops it at once.
#[derive(Debug)]
pub struct SubmissionServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl SubmissionServer {
    /// Starts it; what it takes goes into `outbox`. Needs a Tokio runtime.
    pub async fn start(settings: SubmissionSettings, outbox: Arc<Outbox>) -> io::Result<Self> {
        if !settings.listen.ip().is_loopback() {
            let why = "the sandbox listens on loopback alone";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, Arc::new(settings), outbox));
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the socket and cuts every session.
    pub async fn stop(mut self) {
        self.task.abort();
        // Being aborted is how it ends.
        let _ended = (&mut self.task).await;
    }
}

impl Drop for SubmissionServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, settings: Arc<SubmissionSettings>, outbox: Arc<Outbox>) {
    let mut sessions = JoinSet::new();
    let mut number = 0_u64;
    loop {
        while sessions.try_join_next().is_some() || sessions.len() >= CONNECTIONS_MAX {
            if sessions.len() >= CONNECTIONS_MAX {
                sessions.join_next().await;
            }
        }
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, or the client left: give the rest a moment.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        number = number.saturating_add(1);
        let session = Session::new(Arc::clone(&settings), Arc::clone(&outbox), number);
        sessions.spawn(async move {
            // An error is the client gone; there is nobody to tell.
            let _gone = serve(stream, session).await;
        });
    }
}

async fn serve(mut stream: TcpStream, mut session: Session) -> io::Result<()> {
    stream.write_all(b"220 submission.sandbox.test ESMTP\r\n").await?;
    let mut lines = LineBuffer::default();
    let mut chunk = vec![0_u8; READ_BYTES];
    loop {
        let Ok(read) = timeout(IDLE, stream.read(&mut chunk)).await else {
            return stream.write_all(b"421 4.4.2 Too long without a command\r\n").await;
        };
        let read = read?;
        if read == 0 {
            return Ok(());
        }
        lines.fill(chunk.get(..read).unwrap_or_default());
        let mut out = String::new();
        let mut next = Next::Continue;
        while let (Next::Continue, Some(line)) = (next, lines.next_line()) {
            next = match line {
                Line::Command(bytes) => session.take(bytes, &mut out),
                Line::TooLong | Line::BareLineFeed => session.bad_line(&mut out),
            };
        }
        stream.write_all(out.as_bytes()).await?;
        if next == Next::Close {
            return Ok(());
        }
    }
}
