//! Headers that make browsers careful (OWASP Secure Headers; ASVS 14.4).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const FOR_DATA: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
const FOR_PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
);
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// All of these with the request's id and its standing: room that is made once.
const ADDED_MAX: usize = 13;
/// Two years, as browsers' preload lists ask.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

pub(super) fn add(headers: &mut HeaderMap, is_https: bool) {
    headers.reserve(ADDED_MAX);
    // Also where no origin was granted: a cache must not give that answer to one that is.
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    for (name, value) in &FIXED {
        headers.insert(name, value.clone());
    }
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(if is_page {
        FOR_PAGES
    } else {
        FOR_DATA
    });
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
