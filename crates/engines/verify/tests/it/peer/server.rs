use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
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
) {
    let connections = AtomicUsize::new(0);
    while let Ok((stream, _)) = listener.accept().await {
        let number = connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(talk(stream, number, Arc::clone(&manners), Arc::clone(&log)));
    }
}

async fn talk(
    stream: TcpStream,
    number: usize,
    manners: Arc<Manners>,
    log: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let mut recipients = 0;
    let mut mail = false;
    say(&mut stream, &manners.greeting, manners.delay).await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        assert!(line.ends_with("\r\n"), "a bare line end in {line:?}");
        let command = line.trim_end();
        log.lock().unwrap().push(format!("{number} {command}"));
        let reply = if command.starts_with("EHLO ") {
            manners.ehlo.clone()
        } else if command.starts_with("HELO ") {
            "250 mx.test".into()
        } else if command.starts_with("MAIL FROM:<") {
            assert!(!mail, "MAIL inside a transaction");
            mail = manners.mail.starts_with('2');
            manners.mail.clone()
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
        say(&mut stream, &reply, manners.delay).await?;
    }
}

async fn say(stream: &mut BufReader<TcpStream>, reply: &str, delay: Duration) -> Option<()> {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match reply {
        "CLOSE" => None,
        "SILENCE" => std::future::pending().await,
        reply => stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok(),
    }
}
