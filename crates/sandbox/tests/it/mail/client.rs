//! A plain SMTP client that says exactly what a test tells it to.

use std::net::SocketAddr;
use std::time::Duration;

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{self, Dialect, SmtpServer, SmtpSettings};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::town::{domain_of, town};

/// No reply in these tests takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// One reply: its code and all its lines as they came, joined by `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) code: u16,
    pub(super) text: String,
}

pub(super) struct Client {
    stream: BufReader<TcpStream>,
    domain: String,
}

/// Settings under which nothing takes long.
pub(super) fn quick() -> SmtpSettings {
    SmtpSettings {
        greylist_delay_ms: 150,
        tarpit_banner_ms: 120,
        tarpit_reply_ms: 40,
        dialogues_max: 50,
        ..SmtpSettings::default()
    }
}

pub(super) async fn server(settings: SmtpSettings) -> SmtpServer {
    smtp::start(town(), settings).await.expect("the mail hosts start")
}

impl Client {
    /// Connects and reads nothing.
    pub(super) async fn dial(server: &SmtpServer, who: (Personality, Dialect)) -> Self {
        let stream = TcpStream::connect(server.addr(who.0, who.1)).await.expect("connects");
        Self { stream: BufReader::new(stream), domain: domain_of(who.0, who.1) }
    }

    /// Connects to any host; its domain is not known, so ask with [`Self::say`].
    pub(super) async fn dial_at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("connects");
        Self { stream: BufReader::new(stream), domain: String::new() }
    }

    /// Connects, reads the greeting, introduces itself and gives a sender.
    pub(super) async fn ready(server: &SmtpServer, who: (Personality, Dialect)) -> Self {
        let mut client = Self::dial(server, who).await;
        assert_eq!(client.hear().await.code, 220);
        let hello = if who.1 == Dialect::Old { "HELO" } else { "EHLO" };
        assert_eq!(client.say(&format!("{hello} client.test")).await.code, 250);
        assert_eq!(client.say("MAIL FROM:<probe@client.test>").await.code, 250);
        client
    }

    /// Sends one line and reads its reply.
    pub(super) async fn say(&mut self, line: &str) -> Said {
        self.send(&format!("{line}\r\n")).await;
        self.hear().await
    }

    /// Asks for a mailbox of the host's own domain.
    pub(super) async fn rcpt(&mut self, local: &str) -> Said {
        let line = format!("RCPT TO:<{local}@{}>", self.domain);
        self.say(&line).await
    }

    pub(super) async fn send(&mut self, bytes: &str) {
        self.stream.get_mut().write_all(bytes.as_bytes()).await.expect("the host takes bytes");
    }

    /// Reads one reply and checks its form (RFC 5321 §4.2).
    pub(super) async fn hear(&mut self) -> Said {
        let mut lines: Vec<String> = Vec::new();
        loop {
            let line = self.raw_line().await.expect("a reply, not the end");
            assert!(line.len() <= 512 && line.ends_with("\r\n"), "{line:?}");
            let last = line.get(3..4) == Some(" ");
            assert!(last || line.get(3..4) == Some("-"), "{line:?}");
            lines.push(line.trim_end().to_owned());
            if last {
                break;
            }
        }
        let code = lines[0].get(..3).and_then(|c| c.parse().ok()).expect("a code");
        Said { code, text: lines.join("\n") }
    }

    /// The next line whatever it is; `None` at the end of the connection.
    pub(super) async fn raw_line(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        let read =
            timeout(PATIENCE, self.stream.read_until(b'\n', &mut bytes)).await.expect("in time");
        (read.ok()? > 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether the host has hung up, everything it sent being thrown away.
    pub(super) async fn is_hung_up(&mut self) -> bool {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await.is_ok()
    }

    /// Whether the host says nothing for this long.
    pub(super) async fn hears_nothing_for(&mut self, time: Duration) -> bool {
        let mut bytes = [0_u8; 1];
        timeout(time, self.stream.read(&mut bytes)).await.is_err()
    }
}
