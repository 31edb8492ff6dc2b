//! A client of `captely serve` for tests: one request a connection, answers taken apart.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who sends requests to one server.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: String,
    headers: Vec<(String, String)>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Client {
    /// `address` is `127.0.0.1:8080`.
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), headers: Vec::new() }
    }

    /// The same with a header more.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut out = self.clone();
        out.headers.push((name.to_owned(), value.to_owned()));
        out
    }

    /// The same, signed in with an access token or a key.
    pub(crate) fn bearing(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(&body.to_string()))
    }

    /// Sends a request with a JSON body or with none.
    #[track_caller]
    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        self.try_send(method, path, body).unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    /// The same where the server may be gone.
    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(self.request(method, path, body).as_bytes())?;
        Answer::read(stream)
    }

    /// The bytes of a request.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&str>) -> String {
        let mut out = format!("{method} {path} HTTP/1.1\r\n");
        if !self.headers.iter().any(|(name, _)| name == "host") {
            out.extend(["host: ", self.address.as_str(), "\r\n"]);
        }
        for (name, value) in &self.headers {
            out.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        if let Some(body) = body {
            let length = body.len();
            out.push_str("content-type: application/json\r\ncontent-length: ");
            out.push_str(&length.to_string());
            out.push_str("\r\n");
        } else if method != "GET" {
            out.push_str("content-length: 0\r\n");
        }
        out.push_str("connection: close\r\n\r\n");
        out.push_str(body.unwrap_or_default());
        out
    }
}

impl Answer {
    /// All that comes until the other end closes; of a stream of events its head alone.
    pub(crate) fn read(mut stream: TcpStream) -> std::io::Result<Self> {
        const STREAM: &str = "content-type: text/event-stream";
        let mut bytes = Vec::new();
        let mut part = [0; 8_192];
        loop {
            let n = stream.read(&mut part)?;
            bytes.extend_from_slice(&part[..n]);
            let text = String::from_utf8_lossy(&bytes);
            let head = text.split_once("\r\n\r\n").map(|(head, _)| head.to_ascii_lowercase());
            if n == 0 || head.is_some_and(|head| head.contains(STREAM)) {
                break;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Err(std::io::Error::new(
                ErrorKind::UnexpectedEof,
                format!("no answer: {text}"),
            ));
        };
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { crate::served::dechunked(body) } else { body.to_owned() };
        Ok(Self { status, head: head.to_owned(), body })
    }

    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// A text of the JSON body.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        let json = self.json();
        json[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A problem with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        assert_eq!(self.text("code"), code, "{self:?}");
        self
    }
}
