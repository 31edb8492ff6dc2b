//! A client that sends any bytes and takes answers apart.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// All that comes until the other end closes, or resets.
pub(crate) async fn read_all(stream: &mut TcpStream) -> String {
    let mut out = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut out)).await;
    // A reset after the answer is an end as well.
    assert!(read.is_ok(), "the connection does not end: {}", String::from_utf8_lossy(&out));
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads until `mark` has come `n` times; what came until then.
pub(crate) async fn read_until(stream: &mut TcpStream, mark: &str, n: usize) -> String {
    let mut out = Vec::new();
    let mut found = 0;
    let reading = async {
        while found < n {
            let before = (out.len() + 1).saturating_sub(mark.len());
            if stream.read_buf(&mut out).await.unwrap_or(0) == 0 {
                break;
            }
            let fresh = out[before..].windows(mark.len());
            found += fresh.filter(|window| *window == mark.as_bytes()).count();
        }
    };
    let timely = tokio::time::timeout(PATIENCE, reading).await;
    let out = String::from_utf8_lossy(&out).into_owned();
    assert!(timely.is_ok(), "{n} × {mark:?} did not come: {out}");
    out
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header; all of that name with commas between them.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let found = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let found: Vec<&str> =
            found.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v).collect();
        (!found.is_empty()).then(|| found.join(", "))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// A problem with this status and code, at this field.
    #[track_caller]
    pub(crate) fn check(&self, status: u16, code: &str, field: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let json = self.json();
        assert_eq!(json["code"], code, "{self:?}");
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], format!("/docs/errors#{code}"));
        assert_eq!(json["field"].as_str().unwrap_or_default(), field, "{self:?}");
        assert_eq!(json["trace"].as_str(), self.header("x-request-id").as_deref());
        assert_eq!(self.header("content-type").as_deref(), Some("application/problem+json"));
        assert!(!json["detail"].as_str().unwrap().is_empty());
        self.check_headers();
    }

    /// What makes browsers careful.
    #[track_caller]
    pub(crate) fn check_headers(&self) {
        for name in [
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "content-security-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "cache-control",
            "x-request-id",
        ] {
            assert!(self.header(name).is_some(), "{name} is missing: {self:?}");
        }
    }
}
