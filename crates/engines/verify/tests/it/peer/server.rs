use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Says what to reply to the `nth` recipient (from 0) of a connection.
type Recipient = Box<dyn Fn(&str, usize) -> String + Send + Sync>;

/// How a mail server behaves. A reply of `CLOSE` hangs up, one of `SILENCE` never comes.
pub(crate) struct Manners {
    pub(crate) greeting: String,
    pub(crate) ehlo: String,
    pub(crate) mail: String,
    pub(crate) recipient: Recipient,
    /// Before every reply.
    pub(crate) delay: Duration,
    /// What is done about STARTTLS, where EHLO offers it.
    pub(crate) tls: Tls,
}

/// How a server starts TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// As it should.
    Works,
    /// "Not now" (454).
    Declined,
    /// It says 220 and then no TLS.
    Broken,
    /// Somebody in between adds a reply in the clear (CVE-2011-0411).
    Injected,
}

/// Counts open connections.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Busy {
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Manners {
    /// Takes recipients by the closure; has PIPELINING.
    pub(crate) fn by(recipient: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> Self {
        Self {
            greeting: "220 mx.test ESMTP".into(),
            ehlo: "250-mx.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES".into(),
            mail: "250 2.1.0 Ok".into(),
            recipient: Box::new(recipient),
            delay: Duration::ZERO,
            tls: Tls::Works,
        }
    }

    /// Takes the named local parts and refuses all others as absent.
    pub(crate) fn knowing(locals: &'static [&'static str]) -> Self {
        Self::by(move |address, _| {
            let local = address.split('@').next().unwrap();
            if locals.contains(&local) { ok() } else { absent() }
        })
    }
}

pub(crate) fn ok() -> String {
    "250 2.1.5 Ok".into()
}

pub(crate) fn absent() -> String {
    "550 5.1.1 User unknown".into()
}

pub(crate) async fn serve(
    listener: TcpListener,
    manners: Arc<Manners>,
    log: Arc<Mutex<Vec<String>>>,
    busy: Arc<Busy>,
) {
    let connections = AtomicUsize::new(0);
    while let Ok((stream, _)) = listener.accept().await {
        let number = connections.fetch_add(1, Ordering::Relaxed);
        let (manners, log, busy) = (Arc::clone(&manners), Arc::clone(&log), Arc::clone(&busy));
        tokio::spawn(async move {
            let now = busy.now.fetch_add(1, Ordering::Relaxed) + 1;
            busy.most.fetch_max(now, Ordering::Relaxed);
            talk(stream, number, &manners, &log).await;
            busy.now.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

async fn talk(
    stream: TcpStream,
    number: usize,
    manners: &Manners,
    log: &Mutex<Vec<String>>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut session = Session { manners, number, log, private: false };
    let mut clear = BufReader::new(stream);
    say(&mut clear, &manners.greeting, manners.delay).await?;
    session.run(&mut clear).await?;
    // The session goes on in private.
    let mut stream = clear.into_inner();
    if manners.tls == Tls::Broken {
        stream.readable().await.ok()?;
        return stream.write_all(b"this is no handshake\r\n").await.ok();
    }
    session.private = true;
    session.run(&mut BufReader::new(acceptor().accept(stream).await.ok()?)).await
}

/// A certificate for another name, signed by itself.
fn acceptor() -> tokio_rustls::TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = include_bytes!("certificate.der").to_vec().into();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(include_bytes!("key.der").to_vec());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .unwrap();
    Arc::new(config).into()
}

struct Session<'s> {
    manners: &'s Manners,
    number: usize,
    log: &'s Mutex<Vec<String>>,
    private: bool,
}

impl Session<'_> {
    /// Answers commands until the client goes (`None`) or STARTTLS was answered with 220.
    async fn run<S: AsyncBufRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> Option<()> {
        let manners = self.manners;
        let mut line = String::new();
        let mut recipients = 0;
        let mut mail = false;
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            assert!(line.ends_with("\r\n"), "a bare line end in {line:?}");
            let command = line.trim_end();
            let lock = if self.private { "(private) " } else { "" };
            self.log.lock().unwrap().push(format!("{} {lock}{command}", self.number));
            let reply = if command.starts_with("EHLO ") {
                manners.ehlo.clone()
            } else if command.starts_with("HELO ") {
                "250 mx.test".into()
            } else if command == "STARTTLS" {
                assert!(!self.private, "STARTTLS in private");
                match manners.tls {
                    Tls::Declined => "454 4.7.0 TLS not available".into(),
                    Tls::Injected => "220 Ready\r\n250 evil.test\r\n250 Ok\r\n250 Ok".into(),
                    _ => "220 2.0.0 Ready".into(),
                }
            } else if command.starts_with("MAIL FROM:<") {
                assert!(!mail, "MAIL inside a transaction");
                mail = manners.mail.starts_with('2');
                if manners.mail.starts_with("530") && self.private {
                    mail = true;
                    ok()
                } else {
                    manners.mail.clone()
                }
            } else if let Some(rest) = command.strip_prefix("RCPT TO:<") {
                if mail {
                    let address = rest.trim_end_matches('>');
                    recipients += 1;
                    (manners.recipient)(address, recipients - 1)
                } else {
                    "503 5.5.1 Need MAIL first".into()
                }
            } else if command == "RSET" {
                mail = false;
                "250 2.0.0 Ok".into()
            } else if command == "QUIT" {
                return None;
            } else {
                panic!("the verifier said {command:?}");
            };
            say(stream, &reply, manners.delay).await?;
            if command == "STARTTLS" && reply.starts_with("220") {
                return Some(());
            }
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), reply: &str, delay: Duration) -> Option<()> {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match reply {
        "CLOSE" => None,
        "SILENCE" => std::future::pending().await,
        reply => {
            stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
            stream.flush().await.ok()
        }
    }
}
