//! The one way out: every call to a provider passes [`Http::send`].

mod failure;
pub(crate) mod guard;

use std::sync::Once;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Request, Response};

use crate::ProviderError;

/// The largest answer that is read. A page of 100 search results is about 100 kB.
pub const ANSWER_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A longer wait than this that a provider asks for is cut to it, in seconds.
const RETRY_AFTER_S_MAX: u64 = 24 * 3_600;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Lets calls go to private addresses and over plain `http://`. For the sandbox only.
    pub allow_private: bool,
    /// For look-up, TCP and TLS together. Must be shorter than `total_timeout`.
    pub connect_timeout: Duration,
    /// For the whole call, from its start to the last byte of the answer.
    pub total_timeout: Duration,
    /// How long an unused connection is kept. A request written to a connection that the other side
    /// is closing has an unknown fate, so this stays below the shortest usual keep-alive time of
    /// servers (5 s in Node.js).
    pub idle_timeout: Duration,
    /// What we call ourselves.
    pub user_agent: String,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            allow_private: false,
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(4),
            user_agent: concat!("captely/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Why no calls can be made at all.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Otherwise one could not tell whether a request that timed out was sent.
    #[error("the time-out for connecting must be shorter than the one for the whole call")]
    TimeoutOrder,
    /// TLS could not be set up, most often because the system has no list of certificate authorities.
    #[error("outbound calls cannot be set up (are the system's CA certificates installed?): {0}")]
    Setup(#[source] reqwest::Error),
}

/// A pool of connections with time-outs, a size cap and the address guard; cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    allow_private: bool,
}

/// A whole answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What `Retry-After` asks for, where it is given in seconds; at most a day.
    pub retry_after: Option<Duration>,
    /// All of its headers.
    pub headers: HeaderMap,
    /// At most [`ANSWER_BYTES_MAX`].
    pub body: Bytes,
}

impl Http {
    /// Sets up the pool; no I/O but reading the system's certificate authorities.
    ///
    /// No redirect is followed, no proxy of the environment is used (it would get round the guard)
    /// and no call is repeated: a repeat may cost money and is the run's to decide.
    pub fn new(config: &HttpConfig) -> Result<Self, HttpError> {
        if config.connect_timeout >= config.total_timeout {
            return Err(HttpError::TimeoutOrder);
        }
        install_crypto();
        let build = |roots: bool| {
            let builder = reqwest::Client::builder()
                .user_agent(&config.user_agent)
                .connect_timeout(config.connect_timeout)
                .timeout(config.total_timeout)
                .pool_idle_timeout(config.idle_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .http1_only()
                .tcp_nodelay(true)
                .dns_resolver(guard::GuardedResolver { allow_private: config.allow_private });
            if roots { builder.build() } else { builder.tls_certs_only([]).build() }
        };
        let client = match build(true) {
            // The sandbox speaks plain HTTP and must run on a machine without certificates too.
            Err(_no_roots) if config.allow_private => build(false),
            other => other,
        };
        Ok(Self { client: client.map_err(HttpError::Setup)?, allow_private: config.allow_private })
    }

    /// Whether private addresses may be called.
    pub(crate) const fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Makes one call and reads its whole answer.
    ///
    /// Errors: `Guarded` and `Unreachable` when nothing was sent, `NoAnswer` when the request may
    /// have arrived, `Garbled` when the answer is over [`ANSWER_BYTES_MAX`].
    pub async fn send(&self, request: Request) -> Result<Reply, ProviderError> {
        guard::check_url(request.url(), self.allow_private)
            .map_err(|guard::Refusal(detail)| ProviderError::Guarded { detail })?;
        let answer = self.client.execute(request).await;
        let mut response = answer.map_err(|error| failure::classify(&error))?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let headers = std::mem::take(response.headers_mut());
        let body = read_body(response).await?;
        Ok(Reply { status, retry_after, headers, body })
    }
}

/// Reads at most [`ANSWER_BYTES_MAX`], counting while reading: `Content-Length` may be absent or lie.
async fn read_body(mut response: Response) -> Result<Bytes, ProviderError> {
    let too_large = || ProviderError::Garbled {
        detail: format!("the answer is larger than {} MiB", ANSWER_BYTES_MAX / 1024 / 1024),
    };
    let expected = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if expected > ANSWER_BYTES_MAX {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    let mut first = Bytes::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| failure::classify(&error))?;
        let Some(chunk) = chunk else { break };
        if whole.len().saturating_add(first.len()).saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
            return Err(too_large());
        }
        // Nearly every answer is one chunk and is handed on as it is; only more are put together.
        if first.is_empty() && whole.is_empty() {
            first = chunk;
        } else {
            if whole.is_empty() {
                whole.reserve(expected.max(first.len().saturating_add(chunk.len())));
                whole.extend_from_slice(&first);
                first = Bytes::new();
            }
            whole.extend_from_slice(&chunk);
        }
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

/// Only the form in seconds is read: the form with a date needs a clock that agrees with theirs.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(RETRY_AFTER_S_MAX)))
}

/// Makes ring the process's cryptography. Somebody else's earlier choice stands.
///
/// Whoever makes a client of reqwest without [`Http`] calls it first.
pub fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("TLS cryptography was chosen before; it stays");
        }
    });
}
