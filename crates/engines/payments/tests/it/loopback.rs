//! A tiny HTTP server on loopback that plays a script, and a client set up to call it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use captely_payments::{API_VERSION, IdempotencyKey, Stripe};
use captely_providers::{Http, HttpConfig, Key};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The key that all clients here carry; looked for in places where it must not be.
pub(crate) const KEY: &str = "sk_test_K3yOfTheAccount9f8e7d";

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The form or the query, as pairs.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let text = if self.body.is_empty() { query } else { &self.body };
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Given {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, body.to_string())
    }

    /// The answer as bytes; `content-length` is true.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![format!("HTTP/1.1 {} x", self.status)];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push(format!("content-length: {}\r\n\r\n{}", self.body.len(), self.body));
        lines.join("\r\n").into_bytes()
    }
}

/// Serves until the test's runtime ends.
pub(crate) struct Loopback {
    pub(crate) stripe: Stripe,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Loopback {
    /// Answers the calls in this order, and with 599 from then on.
    pub(crate) async fn scripted(answers: Vec<Given>) -> Self {
        Self::bytes(answers.iter().map(Given::bytes).collect()).await
    }

    /// The same with whatever bytes; the connection is closed after each.
    pub(crate) async fn bytes(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/below", listener.local_addr().unwrap());
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let kept = log.clone();
        tokio::spawn(async move {
            let mut answers = answers.into_iter();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(asked) = read_request(&mut stream).await else { continue };
                kept.lock().unwrap().push(asked);
                let beyond = || Given::new(599, "beyond the script").bytes();
                stream.write_all(&answers.next().unwrap_or_else(beyond)).await.unwrap();
            }
        });
        Self { stripe: client(&base), log }
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut buffer = Vec::new();
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while buffer.len() < head_end + length {
        if stream.read_buf(&mut buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(buffer.split_off(head_end)).unwrap();
    Some(Asked { method, path, headers, body })
}

/// Calls to loopback are let through, and have `total` from their start to their end.
pub(crate) fn http_within(total: Duration) -> Http {
    Http::new(&HttpConfig {
        allow_private: true,
        connect_timeout: total / 2,
        total_timeout: total,
        // Each answer here ends its connection.
        idle_timeout: Duration::ZERO,
        ..HttpConfig::default()
    })
    .unwrap()
}

/// With time enough for a machine that has much else to do.
pub(crate) fn http() -> Http {
    http_within(Duration::from_secs(20))
}

pub(crate) fn client(base: &str) -> Stripe {
    client_over(http(), base)
}

/// One that does not wait long.
pub(crate) fn hasty_client(base: &str) -> Stripe {
    client_over(http_within(Duration::from_secs(2)), base)
}

fn client_over(http: Http, base: &str) -> Stripe {
    Stripe::new(http, &Key::from(KEY), base, &API_VERSION.parse().unwrap()).unwrap()
}

pub(crate) fn key() -> IdempotencyKey {
    IdempotencyKey::new("intent:1").unwrap()
}
