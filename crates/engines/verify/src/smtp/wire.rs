use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::reply::{Line, REPLY_LINE_BYTES_MAX, REPLY_LINES_MAX, Reply};
use super::tls::{self, Tls};
use super::trouble::Trouble;

/// Bytes in and out, with a ceiling on everything that comes in.
pub(super) struct Wire {
    stream: Stream,
    input: Vec<u8>,
    /// Bytes of `input` already taken.
    read_to: usize,
    output: Vec<u8>,
    patience: Duration,
    pub(super) open: bool,
}

enum Stream {
    Clear(TcpStream),
    Private(Box<TlsStream<TcpStream>>),
    /// Between the two, while the handshake runs.
    Lost,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, patience: Duration) -> Self {
        Self {
            stream: Stream::Clear(stream),
            input: Vec::with_capacity(512),
            read_to: 0,
            output: Vec::with_capacity(256),
            patience,
            open: true,
        }
    }

    /// Goes on in private; says by which protocol.
    ///
    /// What came in before the handshake was not protected: a server that sent more than its 220 has
    /// somebody in between who puts words into its mouth (CVE-2011-0411).
    pub(super) async fn go_private(
        &mut self,
        tls: &Tls,
        host: &str,
    ) -> Result<&'static str, Trouble> {
        if self.has_unread().await {
            return self.lost(Trouble::Garbled("STARTTLS"));
        }
        let Stream::Clear(stream) = std::mem::replace(&mut self.stream, Stream::Lost) else {
            return self.lost(Trouble::Closed("STARTTLS"));
        };
        match timeout(self.patience, tls.start(stream, host)).await {
            Ok(Ok(private)) => {
                let version = tls::version(&private);
                self.stream = Stream::Private(Box::new(private));
                Ok(version)
            }
            Ok(Err(why)) => self.lost(Trouble::Tls(why.to_string())),
            Err(_elapsed) => self.lost(Trouble::Silent("STARTTLS")),
        }
    }

    /// Whether the server has said something that nobody asked for. Takes what is there, waits for
    /// nothing; a connection that was closed counts as silent.
    pub(super) async fn has_unread(&mut self) -> bool {
        if self.read_to < self.input.len() {
            return true;
        }
        let Self { stream, input, .. } = self;
        let mut bytes = [0_u8; 512];
        let read = poll_fn(|context| {
            let mut buffer = ReadBuf::new(&mut bytes);
            let polled = match stream {
                Stream::Clear(stream) => Pin::new(stream).poll_read(context, &mut buffer),
                Stream::Private(stream) => Pin::new(stream).poll_read(context, &mut buffer),
                Stream::Lost => Poll::Pending,
            };
            Poll::Ready(if polled.is_ready() { buffer.filled().len() } else { 0 })
        })
        .await;
        input.extend_from_slice(bytes.get(..read).unwrap_or_default());
        read > 0
    }

    /// Adds a command line to what the next `flush` sends. The parts hold no line ends: addresses
    /// and names were checked where they came in.
    pub(super) fn command(&mut self, parts: &[&str]) {
        for part in parts {
            self.output.extend_from_slice(part.as_bytes());
        }
        self.output.extend_from_slice(b"\r\n");
    }

    pub(super) async fn flush(&mut self, stage: &'static str) -> Result<(), Trouble> {
        let output = std::mem::take(&mut self.output);
        let sent = timeout(self.patience, self.stream.send(&output)).await;
        self.output = output;
        self.output.clear();
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_broken)) => self.lost(Trouble::Closed(stage)),
            Err(_elapsed) => self.lost(Trouble::Silent(stage)),
        }
    }

    /// The next reply, within the time for one.
    pub(super) async fn reply(&mut self, stage: &'static str) -> Result<Reply, Trouble> {
        self.timed(stage, None).await
    }

    /// The next reply, and its lines one by one.
    pub(super) async fn reply_lines(
        &mut self,
        stage: &'static str,
    ) -> Result<(Reply, Vec<String>), Trouble> {
        let mut lines = Vec::new();
        let reply = self.timed(stage, Some(&mut lines)).await?;
        Ok((reply, lines))
    }

    async fn timed(
        &mut self,
        stage: &'static str,
        lines: Option<&mut Vec<String>>,
    ) -> Result<Reply, Trouble> {
        match timeout(self.patience, self.read(stage, lines)).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(trouble)) => self.lost(trouble),
            Err(_elapsed) => self.lost(Trouble::Silent(stage)),
        }
    }

    async fn read(
        &mut self,
        stage: &'static str,
        mut lines: Option<&mut Vec<String>>,
    ) -> Result<Reply, Trouble> {
        let mut reply = Reply::default();
        for _ in 0..REPLY_LINES_MAX {
            let end = self.line_end(stage).await?;
            let line = self.input.get(self.read_to..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let last = reply.push(line).map_err(|_garbled| Trouble::Garbled(stage))?;
            if let Some(lines) = lines.as_deref_mut() {
                let words = line.get(4..).unwrap_or_default();
                lines.push(String::from_utf8_lossy(words).into_owned());
            }
            self.read_to = end.saturating_add(1);
            if self.read_to >= self.input.len() {
                self.input.clear();
                self.read_to = 0;
            }
            if matches!(last, Line::Last) {
                return Ok(reply);
            }
        }
        Err(Trouble::Garbled(stage))
    }

    /// Where the line end of the next line stands in `input`; reads until it is there.
    async fn line_end(&mut self, stage: &'static str) -> Result<usize, Trouble> {
        loop {
            let unread = self.input.get(self.read_to..).unwrap_or_default();
            let length = unread.iter().position(|&b| b == b'\n');
            if length.unwrap_or(unread.len()) > REPLY_LINE_BYTES_MAX {
                return Err(Trouble::Garbled(stage));
            }
            if let Some(length) = length {
                return Ok(self.read_to.saturating_add(length));
            }
            match self.stream.receive(&mut self.input).await {
                Ok(0) | Err(_) => return Err(Trouble::Closed(stage)),
                Ok(_) => {}
            }
        }
    }

    pub(super) fn lost<T>(&mut self, trouble: Trouble) -> Result<T, Trouble> {
        self.open = false;
        Err(trouble)
    }
}

impl Stream {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.write_all(bytes).await,
            Self::Private(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
            Self::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    async fn receive(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read_buf(into).await,
            Self::Private(stream) => stream.read_buf(into).await,
            Self::Lost => Ok(0),
        }
    }
}

impl Drop for Wire {
    /// A polite end where the socket takes it at once; nobody waits for the answer.
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        match &mut self.stream {
            Stream::Clear(stream) => {
                let _ = stream.try_write(b"QUIT\r\n");
            }
            Stream::Private(stream) => {
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                let written = Pin::new(&mut **stream).poll_write(&mut context, b"QUIT\r\n");
                if written.is_ready() {
                    let _ = Pin::new(&mut **stream).poll_flush(&mut context);
                }
            }
            Stream::Lost => {}
        }
    }
}
