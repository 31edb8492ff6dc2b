use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::reply::{Line, REPLY_LINE_BYTES_MAX, REPLY_LINES_MAX, Reply};
use super::retry_hint::{TEMPORARY_WAIT, named_wait};
use super::trouble::{Trouble, words};
use crate::config::VerifyConfig;

/// One connection to a mail server, greeted and ready for recipients.
pub(crate) struct Session {
    wire: Wire,
    pipelining: bool,
    smtp_utf8: bool,
    /// Domain of the recipients of the open transaction: some servers (Google's) want one only.
    transaction: Option<String>,
    /// Recipients asked so far.
    pub(crate) asked: usize,
    /// When it was last put aside.
    pub(crate) idle_since: Instant,
    /// The greeting, for the record.
    pub(crate) greeting: String,
}

/// Answers to a batch of recipients, in order; fewer than asked where `ended` says why.
pub(crate) struct Batch {
    pub(crate) replies: Vec<Reply>,
    pub(crate) ended: Option<Trouble>,
}

impl Session {
    /// Connects, reads the greeting and says EHLO.
    pub(crate) async fn open(addresses: &[IpAddr], config: &VerifyConfig) -> Result<Self, Trouble> {
        let stream = connect(addresses, config).await?;
        let mut wire = Wire {
            stream,
            input: Vec::with_capacity(512),
            read_to: 0,
            output: Vec::with_capacity(256),
            patience: config.command_timeout,
            open: true,
        };
        let greeting = wire.reply("the greeting").await?;
        if greeting.code != 220 {
            return Err(unwelcome(&greeting));
        }
        let helo = config.helo_name.as_str();
        wire.command(&["EHLO ", helo]);
        wire.flush("EHLO").await?;
        let (mut hello, keywords) = wire.reply_lines("EHLO").await?;
        if (500..=504).contains(&hello.code) {
            wire.command(&["HELO ", helo]);
            wire.flush("HELO").await?;
            hello = wire.reply("HELO").await?;
        }
        if !hello.is_ok() {
            return Err(unwelcome(&hello));
        }
        let offers = |keyword: &str| {
            let first = |line: &String| line.split(' ').next().map(str::to_ascii_uppercase);
            keywords.iter().skip(1).any(|line| first(line).as_deref() == Some(keyword))
        };
        let (pipelining, smtp_utf8) = (offers("PIPELINING"), offers("SMTPUTF8"));
        Ok(Self {
            wire,
            pipelining,
            smtp_utf8,
            transaction: None,
            asked: 0,
            idle_since: Instant::now(),
            greeting: greeting.to_string(),
        })
    }

    /// Whether it can still be used.
    pub(crate) const fn is_open(&self) -> bool {
        self.wire.open
    }

    /// Asks about recipients of one domain. Nothing is ever sent to them: no DATA follows.
    ///
    /// Where the server takes PIPELINING (RFC 2920) the whole batch costs one round trip.
    pub(crate) async fn ask(&mut self, from: &str, domain: &str, recipients: &[&str]) -> Batch {
        let international = !recipients.iter().all(|r| r.is_ascii());
        if international && !self.smtp_utf8 {
            return Batch { replies: Vec::new(), ended: Some(Trouble::NoSmtpUtf8) };
        }
        let mut batch = Batch { replies: Vec::with_capacity(recipients.len()), ended: None };
        let asked = if self.pipelining {
            self.ask_in_one_go(from, domain, recipients, international, &mut batch).await
        } else {
            self.ask_one_by_one(from, domain, recipients, international, &mut batch).await
        };
        if let Err(trouble) = asked {
            self.wire.open = false;
            batch.ended = Some(trouble);
        }
        batch
    }

    async fn ask_in_one_go(
        &mut self,
        from: &str,
        domain: &str,
        recipients: &[&str],
        international: bool,
        batch: &mut Batch,
    ) -> Result<(), Trouble> {
        let opening = self.open_transaction(from, domain, international);
        for recipient in recipients {
            self.wire.command(&["RCPT TO:<", recipient, ">"]);
        }
        self.wire.flush("RCPT").await?;
        self.read_opening(opening).await?;
        for _ in recipients {
            self.read_recipient(batch).await?;
        }
        Ok(())
    }

    async fn ask_one_by_one(
        &mut self,
        from: &str,
        domain: &str,
        recipients: &[&str],
        international: bool,
        batch: &mut Batch,
    ) -> Result<(), Trouble> {
        if self.transaction.is_some() && self.transaction.as_deref() != Some(domain) {
            self.wire.command(&["RSET"]);
            self.wire.flush("RSET").await?;
            self.wire.reply("RSET").await?;
            self.transaction = None;
        }
        let opening = self.open_transaction(from, domain, international);
        if opening.mail {
            self.wire.flush("MAIL").await?;
            self.read_opening(opening).await?;
        }
        for recipient in recipients {
            self.wire.command(&["RCPT TO:<", recipient, ">"]);
            self.wire.flush("RCPT").await?;
            self.read_recipient(batch).await?;
        }
        Ok(())
    }

    /// Writes what must stand before the recipients: nothing where the open transaction serves.
    fn open_transaction(&mut self, from: &str, domain: &str, international: bool) -> Opening {
        let reset = self.transaction.is_some();
        if self.transaction.as_deref() == Some(domain) && !international {
            return Opening { reset: false, mail: false };
        }
        if reset {
            self.wire.command(&["RSET"]);
        }
        let parameter = if international { "> SMTPUTF8" } else { ">" };
        self.wire.command(&["MAIL FROM:<", from, parameter]);
        self.transaction = Some(domain.to_owned());
        Opening { reset, mail: true }
    }

    async fn read_opening(&mut self, opening: Opening) -> Result<(), Trouble> {
        if opening.reset {
            self.wire.reply("RSET").await?;
        }
        if opening.mail {
            let reply = self.wire.reply("MAIL").await?;
            if !reply.is_ok() {
                return Err(unwelcome(&reply));
            }
        }
        Ok(())
    }

    async fn read_recipient(&mut self, batch: &mut Batch) -> Result<(), Trouble> {
        let reply = self.wire.reply("RCPT").await?;
        // RFC 5321 §3.8: 421 may come at any time and ends the session, whatever was asked.
        if reply.code == 421 {
            return Err(unwelcome(&reply));
        }
        self.asked = self.asked.saturating_add(1);
        batch.replies.push(reply);
        Ok(())
    }
}

/// Commands written before the recipients, whose replies come first.
#[derive(Clone, Copy)]
struct Opening {
    reset: bool,
    mail: bool,
}

/// Greeting, EHLO or MAIL was refused.
fn unwelcome(reply: &Reply) -> Trouble {
    if reply.is_temporary() {
        let wait = named_wait(&reply.text.to_lowercase()).unwrap_or(TEMPORARY_WAIT);
        Trouble::Temporary(words(reply), wait)
    } else {
        Trouble::SenderBlocked(words(reply))
    }
}

/// Addresses of one host that are tried; more would only make a dead host slower to find.
const CONNECT_TRIES_MAX: usize = 2;

async fn connect(addresses: &[IpAddr], config: &VerifyConfig) -> Result<TcpStream, Trouble> {
    let mut trouble = Trouble::Unreachable("it has no address".into());
    for address in addresses.iter().take(CONNECT_TRIES_MAX) {
        let at = SocketAddr::new(*address, config.smtp_port);
        trouble = match timeout(config.connect_timeout, TcpStream::connect(at)).await {
            Ok(Ok(stream)) => {
                // Commands are written whole; waiting for more to send would only cost time.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(why)) if why.kind() == std::io::ErrorKind::ConnectionRefused => {
                Trouble::ConnectRefused
            }
            Ok(Err(why)) if why.kind() == std::io::ErrorKind::TimedOut => Trouble::ConnectTimeout,
            Ok(Err(why)) => Trouble::Unreachable(why.to_string()),
            Err(_elapsed) => Trouble::ConnectTimeout,
        };
    }
    Err(trouble)
}

/// Bytes in and out, with a ceiling on everything that comes in.
struct Wire {
    stream: TcpStream,
    input: Vec<u8>,
    /// Bytes of `input` already taken.
    read_to: usize,
    output: Vec<u8>,
    patience: Duration,
    open: bool,
}

impl Wire {
    /// Adds a command line to what the next `flush` sends. The parts hold no line ends: addresses
    /// and names were checked where they came in.
    fn command(&mut self, parts: &[&str]) {
        for part in parts {
            self.output.extend_from_slice(part.as_bytes());
        }
        self.output.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self, stage: &'static str) -> Result<(), Trouble> {
        let sent = timeout(self.patience, self.stream.write_all(&self.output)).await;
        self.output.clear();
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_broken)) => self.lost(Trouble::Closed(stage)),
            Err(_elapsed) => self.lost(Trouble::Silent(stage)),
        }
    }

    /// The next reply, within the time for one.
    async fn reply(&mut self, stage: &'static str) -> Result<Reply, Trouble> {
        self.timed(stage, None).await
    }

    /// The next reply, and its lines one by one.
    async fn reply_lines(&mut self, stage: &'static str) -> Result<(Reply, Vec<String>), Trouble> {
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
            if let Some(length) = unread.iter().position(|&b| b == b'\n') {
                return Ok(self.read_to.saturating_add(length));
            }
            if unread.len() > REPLY_LINE_BYTES_MAX {
                return Err(Trouble::Garbled(stage));
            }
            match self.stream.read_buf(&mut self.input).await {
                Ok(0) | Err(_) => return Err(Trouble::Closed(stage)),
                Ok(_) => {}
            }
        }
    }

    fn lost<T>(&mut self, trouble: Trouble) -> Result<T, Trouble> {
        self.open = false;
        Err(trouble)
    }
}

impl Drop for Wire {
    /// A polite end where the socket takes it at once; nobody waits for the answer.
    fn drop(&mut self) {
        if self.open {
            let _ = self.stream.try_write(b"QUIT\r\n");
        }
    }
}
