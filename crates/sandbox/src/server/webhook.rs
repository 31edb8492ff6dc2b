//! Callbacks. They are delivered to loopback addresses alone: the sandbox never speaks to anybody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sim::Sim;

/// How long a delivery may take.
const DELIVERY_TIMEOUT_MS: u64 = 10_000;

/// How much of an answer is read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Where a callback goes: a loopback address and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    address: SocketAddr,
    path: String,
}

impl Target {
    /// `http://127.0.0.1:PORT/path`; `None` for every other place.
    fn of(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.replace("localhost", "127.0.0.1");
        let address: SocketAddr = host.parse().ok()?;
        address.ip().is_loopback().then(|| Self { address, path: format!("/{path}") })
    }
}

/// Sends the body that `body` makes of the path (as the signature needs it) to `url` once the sandbox's
/// clock shows `at_ms`. A URL that is not on loopback is left alone.
pub(crate) fn send_later(
    sim: &Arc<Sim>,
    url: &str,
    at_ms: u64,
    body: impl FnOnce(&Sim, &str) -> String + Send + 'static,
) {
    let Some(target) = Target::of(url) else {
        tracing::info!("A callback to a place off this machine was not sent");
        return;
    };
    let sim = Arc::clone(sim);
    tokio::spawn(async move {
        loop {
            let left = at_ms.saturating_sub(sim.clock.now_ms());
            if left == 0 {
                break;
            }
            // Short sleeps, because the clock can be moved on.
            tokio::time::sleep(Duration::from_millis(left.min(100))).await;
        }
        let body = body(&sim, &target.path);
        let sent = tokio::time::timeout(
            Duration::from_millis(DELIVERY_TIMEOUT_MS),
            post(&target, &[], &body),
        );
        match sent.await {
            Ok(Ok(_status)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "A callback could not be delivered"),
            Err(_elapsed) => tracing::warn!("A callback got no answer in time"),
        }
    });
}

/// Sends a body to `url` now; the status of the answer. A URL that is not on loopback is an error.
pub(crate) async fn deliver(
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<u16> {
    let target = Target::of(url).ok_or_else(|| {
        std::io::Error::other("the sandbox calls addresses on this machine alone")
    })?;
    let limit = Duration::from_millis(DELIVERY_TIMEOUT_MS);
    tokio::time::timeout(limit, post(&target, headers, body)).await?
}

/// Whether [`deliver`] would call it.
pub(crate) fn is_loopback_url(url: &str) -> bool {
    Target::of(url).is_some()
}

/// The status of the answer; 0 for an answer that is none.
async fn post(target: &Target, headers: &[(&str, &str)], body: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(target.address).await?;
    let line = |(name, value): &(&str, &str)| format!("{name}: {value}\r\n");
    let headers: String = headers.iter().map(line).collect();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{headers}\
         content-length: {}\r\nconnection: close\r\n\r\n",
        target.path,
        target.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    // The status line is at the start; what follows does not matter.
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    let status = line.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok());
    Ok(status.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_called_back() {
        assert!(Target::of("http://127.0.0.1:8080/hook?x=1").is_some());
        assert!(Target::of("http://localhost:8080").is_some());
        for url in ["https://127.0.0.1:1/", "http://192.0.2.1:80/", "http://hook.example/ic", ""] {
            assert_eq!(Target::of(url), None, "{url}");
        }
    }
}
