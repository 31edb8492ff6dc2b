use axum::http::{HeaderMap, Method};

use super::{Http, Problem, codes};
use crate::ids::SessionId;

/// Where a page puts the token: a header that no other site can make a browser send without asking.
pub const CSRF_HEADER: &str = "x-csrf-token";

const CONTEXT: &str = "csrf";

/// The token of a session, for its own pages. Derived, so that nothing is stored; another session's
/// token is of no use.
pub fn csrf_token(http: &Http, session: SessionId) -> String {
    let index = http.keys.blind_index(CONTEXT, session.as_uuid().as_bytes());
    blake3::Hash::from_bytes(index).to_hex().chars().take(32).collect()
}

/// Whether a request that came with a cookie may change something.
pub(super) fn check(
    http: &Http,
    method: &Method,
    headers: &HeaderMap,
    session: SessionId,
) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let given = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_same(given, &csrf_token(http, session)) {
        return Ok(());
    }
    Err(Problem::new(
        &codes::CSRF,
        "Requests that sign in by cookie and change something need the header X-CSRF-Token.",
    ))
}

/// Without telling by its time how much of it is right.
fn is_same(given: &str, wanted: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(wanted.as_bytes())
}
