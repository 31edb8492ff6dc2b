//! Which other sites' pages may call the API (Fetch Standard, CORS protocol).

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::HttpOptions;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, if-none-match, last-event-id, x-api-key, \
     x-csrf-token, x-request-id, x-workspace-id",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "etag, idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id",
);
/// Seconds that a browser remembers a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origin of a request, if it is one that is allowed.
pub(super) fn allowed(headers: &HeaderMap, options: &HttpOptions) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    let known = options.cors_origins.iter().any(|o| o == text);
    (known || text == options.public_url).then(|| origin.clone())
}

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What it may send: nothing where its origin is not allowed.
pub(super) fn preflight(origin: Option<HeaderValue>) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if let Some(origin) = origin {
        let headers = answer.headers_mut();
        grant(headers, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    answer
}

/// Lets a page of `origin` read this answer.
pub(super) fn grant(headers: &mut HeaderMap, origin: HeaderValue) {
    let yes = HeaderValue::from_static("true");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
