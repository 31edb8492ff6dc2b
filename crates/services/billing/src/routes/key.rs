use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use captely_platform::http::Problem;

use crate::error::codes;

/// The request has an idempotency key: it may move money, and must not do so twice.
#[derive(Debug)]
pub(super) struct Keyed;

impl<S: Sync> FromRequestParts<S> for Keyed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        if parts.headers.contains_key("idempotency-key") {
            return Ok(Self);
        }
        let detail =
            "This may move money; send an Idempotency-Key, so that it can be repeated safely.";
        Err(Problem::new(&codes::KEY_NEEDED, detail).at("Idempotency-Key"))
    }
}
