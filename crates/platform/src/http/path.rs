use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::{Problem, codes};

/// What stands in the path of a request: one id, or a tuple of them. What cannot be an id of that kind
/// names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        let read = read.map_err(|why| {
            Problem::new(&codes::NOT_FOUND, "The path names nothing that is here.")
                .because(why.to_string())
        })?;
        Ok(Self(read.0))
    }
}
