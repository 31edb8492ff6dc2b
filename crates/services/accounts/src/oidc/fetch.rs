//! Calls to the provider, through the guarded client of all outbound calls.

use std::pin::Pin;
use std::time::Duration;

use captely_providers::{Http, Reply};
use oauth2::http;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use reqwest::{Method, Request, Url};

use super::{OidcError, ProviderName};

/// How long a document is kept where the provider says nothing.
const LIFETIME_USUAL: Duration = Duration::from_hours(1);

/// A document is kept at least this long, so that `no-store` does not mean a call for each sign-in.
const LIFETIME_MIN: Duration = Duration::from_mins(5);

/// And at most this long.
const LIFETIME_MAX: Duration = Duration::from_hours(24);

/// The provider as a place to call.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) provider: ProviderName,
    pub(super) http: Http,
}

/// A document and how long it may be kept.
pub(super) struct Document {
    pub(super) body: Vec<u8>,
    pub(super) lifetime: Duration,
}

impl Line {
    /// Fetches one document; only status 200 will do.
    pub(super) async fn get(&self, url: &Url) -> Result<Document, OidcError> {
        let reply = self.send(Request::new(Method::GET, url.clone())).await?;
        if reply.status != 200 {
            return Err(self.unreachable(format!("answered with status {}", reply.status)));
        }
        Ok(Document { lifetime: lifetime(&reply.headers), body: reply.body.to_vec() })
    }

    /// What is no answer of a token endpoint is a failure.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, OidcError> {
        let request = Request::try_from(request)
            .map_err(|_why| self.unreachable("has an address that cannot be called"))?;
        let reply = self.send(request).await?;
        if reply.status >= 500 || reply.status == 429 {
            return Err(self.unreachable(format!("answered with status {}", reply.status)));
        }
        let mut response = http::Response::new(reply.body.to_vec());
        *response.status_mut() = http::StatusCode::from_u16(reply.status)
            .map_err(|_why| self.unreachable("answered with a status there is not"))?;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }

    /// The error for an answer that is of no use; `detail` ends a sentence that begins with the
    /// provider.
    pub(super) fn unreachable(&self, detail: impl Into<String>) -> OidcError {
        OidcError::Unreachable { provider: self.provider, detail: detail.into() }
    }

    async fn send(&self, request: Request) -> Result<Reply, OidcError> {
        let answer = self.http.send(request).await;
        answer.map_err(|why| self.unreachable(why.to_string()))
    }
}

/// The calls of the OAuth client. The future is boxed with its kind written out: of a closure the
/// compiler cannot see that it may move to another thread.
impl<'c> AsyncHttpClient<'c> for Line {
    type Error = OidcError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OidcError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.exchange(request))
    }
}

/// What `Cache-Control` allows (RFC 9111 §5.2.2), within bounds.
fn lifetime(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        values.flat_map(|value| value.split(',')).map(|d| d.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|d| d == "no-store" || d == "no-cache") {
        return LIFETIME_MIN;
    }
    let age = directives.iter().find_map(|d| d.strip_prefix("max-age=")?.parse().ok());
    age.map_or(LIFETIME_USUAL, Duration::from_secs).clamp(LIFETIME_MIN, LIFETIME_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lifetime(header: &'static str, minutes: u64) {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, header.parse().unwrap());
        assert_eq!(lifetime(&headers), Duration::from_mins(minutes), "{header}");
    }

    #[test]
    fn lifetimes_have_bounds() {
        check_lifetime("public, max-age=3600, must-revalidate", 60);
        check_lifetime("public, Max-Age=21600", 6 * 60);
        check_lifetime("no-store, max-age=3600", 5);
        check_lifetime("max-age=0", 5);
        check_lifetime("max-age=99999999", 24 * 60);
        check_lifetime("max-age=soon", 60);
        assert_eq!(lifetime(&HeaderMap::new()), LIFETIME_USUAL);
    }
}
