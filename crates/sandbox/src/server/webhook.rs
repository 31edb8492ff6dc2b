//! Callbacks. They are delivered to loopback addresses alone: the sandbox never speaks to anybody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sim::Sim;

/// How long a delivery may take.
const DELIVERY_TIMEOUT_MS: u64 = 10_000;

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
        let sent =
            tokio::time::timeout(Duration::from_millis(DELIVERY_TIMEOUT_MS), post(&target, &body));
        match sent.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "A callback could not be delivered"),
            Err(_elapsed) => tracing::warn!("A callback got no answer in time"),
        }
    });
}

async fn post(target: &Target, body: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(target.address).await?;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        target.path,
        target.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = [0_u8; 1_024];
    let _read = stream.read(&mut answer).await?;
    Ok(())
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
