use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Serialize;

use super::Problem;

/// JSON with an `ETag`, so that who reads again gets 304 while nothing has changed (RFC 9110 §8.8.3).
#[derive(Debug)]
pub struct Tagged<T>(pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.0) {
            Ok(body) => body,
            Err(why) => return Problem::internal(&why).into_response(),
        };
        let hash = blake3::hash(&body);
        let (short, _) = hash.as_bytes().split_at(12);
        // Weak: packed and plain, the bytes differ.
        let tag = format!("W/\"{}\"", BASE64.encode(short));
        let mut answer = body.into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Base64 between quotes is always a header value.
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        answer
    }
}

/// 304 without a body where the reader has this answer already.
pub(super) fn unless_known(answer: Response, if_none_match: Option<&HeaderValue>) -> Response {
    let known = match (if_none_match, answer.headers().get(header::ETAG)) {
        (Some(given), Some(tag)) => names(given, tag),
        _ => false,
    };
    if !known || answer.status() != StatusCode::OK {
        return answer;
    }
    let (mut parts, _body) = answer.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    drop_content_headers(&mut parts.headers);
    Response::from_parts(parts, axum::body::Body::empty())
}

fn names(given: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(given), Ok(tag)) = (given.to_str(), tag.to_str()) else { return false };
    given.split(',').map(str::trim).any(|one| one == "*" || bare(one) == bare(tag))
}

/// Two tags are compared weakly (RFC 9110 §13.1.2).
fn bare(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn drop_content_headers(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
}
