//! A tiny HTTP server on loopback, and the clients set up to call it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use captely_contact::{Field, Person};
use captely_providers::{Http, HttpConfig, Key, Provider, ProviderSettings, Question};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The key that all clients here carry; looked for in places where it must not be.
pub(crate) const KEY: &str = "k3y-OF-the-Account-9f8e7d";
/// The second credential.
pub(crate) const SECRET: &str = "s3cret-of-the-account-1a2b3c";

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The caller's end of the connection.
    pub(crate) from: SocketAddr,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Given {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, body.to_string())
    }
}

type Handler = dyn Fn(&Asked) -> Given + Send + Sync;

/// Serves until the test's runtime ends.
pub(crate) struct Loopback {
    pub(crate) at: SocketAddr,
    /// Connections of one test; they live in its runtime.
    pub(crate) http: Http,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Loopback {
    pub(crate) async fn start(handler: impl Fn(&Asked) -> Given + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (handler, kept): (Arc<Handler>, _) = (Arc::new(handler), log.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, handler.clone(), kept.clone()));
            }
        });
        Self { at, http: http(), log }
    }

    /// Answers the calls in this order, and with 599 from then on.
    pub(crate) async fn scripted(answers: Vec<Given>) -> Self {
        let answers = Mutex::new(answers.into_iter());
        let beyond = || Given::new(599, "beyond the script");
        Self::start(move |_| answers.lock().unwrap().next().unwrap_or_else(beyond)).await
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            base: Some(format!("http://{}", self.at)),
            secret: Some(Key::from(SECRET)),
            ..ProviderSettings::new(KEY)
        }
    }

    pub(crate) fn client(&self, name: &str) -> Box<dyn Provider> {
        captely_providers::client(name, self.http.clone(), &self.settings()).unwrap()
    }
}

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, log: Arc<Mutex<Vec<Asked>>>) {
    let mut buffer = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut buffer).await {
        let given = handler(&asked);
        log.lock().unwrap().push(asked);
        let mut whole = format!("HTTP/1.1 {} x\r\n", given.status).into_bytes();
        for (name, value) in &given.headers {
            whole.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        let length = format!("content-length: {}\r\n\r\n", given.body.len());
        whole.extend_from_slice(length.as_bytes());
        whole.extend_from_slice(&given.body);
        if stream.write_all(&whole).await.is_err() {
            return;
        }
    }
}

/// Reads one request off a connection; `None` at its end.
pub(crate) async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Asked> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
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
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let rest = buffer.split_off(head_end + length);
    let body = std::mem::replace(buffer, rest).split_off(head_end);
    Some(Asked { from: stream.peer_addr().ok()?, method, path, headers, body })
}

/// Calls to loopback are let through; time-outs are short.
pub(crate) fn http() -> Http {
    Http::new(&HttpConfig {
        allow_private: true,
        connect_timeout: Duration::from_millis(400),
        total_timeout: Duration::from_millis(900),
        ..HttpConfig::default()
    })
    .unwrap()
}

/// An invented person.
pub(crate) fn asha() -> Person {
    Person {
        first_name: "Asha".to_owned(),
        last_name: "Rao".to_owned(),
        company: "Example Mills".to_owned(),
        domain: "example-mills.in".parse().ok(),
        ..Person::default()
    }
}

pub(crate) fn question(mark: &str, person: Person, wants: &[Field]) -> Question {
    Question { mark: mark.to_owned(), person, wants: wants.to_vec() }
}

pub(crate) fn about_asha() -> Question {
    question("lead-42", asha(), &[Field::Email])
}
