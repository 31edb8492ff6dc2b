//! What a request shows to prove who sends it.

use axum::http::{HeaderMap, header};

use super::Http;
use crate::access::Authenticate;

/// The longest token or key that is looked at, in bytes.
const CREDENTIAL_BYTES_MAX: usize = 4_096;

/// The cookie of the access token. Browsers keep one whose name begins with `__Host-` for this host
/// alone, over TLS alone (RFC 6265bis §4.1.3.2).
pub fn access_cookie(http: &Http) -> &'static str {
    if http.options.is_https() { "__Host-captely_access" } else { "captely_access" }
}

/// One means of proof.
pub(super) enum Shown<'h> {
    /// In a header: no page of another site can make a browser send it.
    Token(&'h str),
    /// In a cookie, which browsers send by themselves.
    Cookie(&'h str),
    Key(&'h str),
}

/// The first proof there is: `Authorization: Bearer`, `X-API-Key`, the cookie.
pub(super) fn shown<'h>(headers: &'h HeaderMap, http: &Http) -> Option<Shown<'h>> {
    let found = bearer(headers, http.authenticate.as_ref())
        .or_else(|| header(headers, "x-api-key").map(Shown::Key))
        .or_else(|| cookie(headers, access_cookie(http)).map(Shown::Cookie))?;
    let (Shown::Token(text) | Shown::Cookie(text) | Shown::Key(text)) = &found;
    (text.len() <= CREDENTIAL_BYTES_MAX).then_some(found)
}

fn bearer<'h>(headers: &'h HeaderMap, authenticate: &dyn Authenticate) -> Option<Shown<'h>> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let token = token.trim();
    Some(if authenticate.is_api_key(token) { Shown::Key(token) } else { Shown::Token(token) })
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then_some(value)
    })
}
