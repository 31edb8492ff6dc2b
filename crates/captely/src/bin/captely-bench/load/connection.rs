//! One kept HTTP/1.1 connection, with no more around it than its requests need.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::super::cascade::Failed;

/// The largest answer that is taken, in bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
const READ_BYTES: usize = 4 * 1024;

/// What every connection asks.
pub(super) struct Target {
    address: SocketAddr,
    request: Arc<[u8]>,
}

impl Target {
    pub(super) fn new(
        address: SocketAddr,
        path: &str,
        bearer: Option<&str>,
        post: Option<&str>,
    ) -> Self {
        let method = if post.is_some() { "POST" } else { "GET" };
        let proof = bearer.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let proof = proof.unwrap_or_default();
        let body = post.unwrap_or_default();
        let about_body = post.map(|json| {
            format!("Content-Type: application/json\r\nContent-Length: {}\r\n", json.len())
        });
        let about_body = about_body.unwrap_or_default();
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n{proof}{about_body}\r\n{body}");
        Self { address, request: request.into_bytes().into() }
    }
}

/// A connection and what was read of its answer so far.
pub(super) struct Connection {
    stream: TcpStream,
    request: Arc<[u8]>,
    read: Vec<u8>,
}

impl Connection {
    /// From 127.0.0.1, or one of the `source` addresses behind it.
    pub(super) async fn open(target: &Target, source: u32) -> Result<Self, Failed> {
        let socket = TcpSocket::new_v4()?;
        if source > 0 {
            let own = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits().saturating_add(source));
            socket.bind(SocketAddr::new(IpAddr::V4(own), 0))?;
        }
        let stream = socket.connect(target.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Arc::clone(&target.request), read: Vec::new() })
    }

    /// Sends the request; the status of its answer, once that was read whole.
    pub(super) async fn ask(&mut self) -> io::Result<u16> {
        self.stream.write_all(&self.request).await?;
        self.read.clear();
        loop {
            if self.read.len() > ANSWER_BYTES_MAX {
                return Err(io::Error::other("the answer is too large"));
            }
            self.read.reserve(READ_BYTES);
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(status) = whole(&self.read)? {
                return Ok(status);
            }
        }
    }
}

/// The status, where head and body are there.
fn whole(read: &[u8]) -> io::Result<Option<u16>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(at) = read.windows(END.len()).position(|bytes| bytes == END) else { return Ok(None) };
    let (head, body) = read.split_at(at.saturating_add(END.len()));
    let head = std::str::from_utf8(head).map_err(io::Error::other)?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status line"))?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.ok_or_else(|| io::Error::other("an answer without Content-Length"))?;
    Ok((body.len() >= length).then_some(status))
}
