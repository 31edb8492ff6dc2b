use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::body::field_of;
use super::{Problem, codes};

/// The query of a request, as a struct with `#[serde(deny_unknown_fields)]`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        let read = read.map_err(|why| {
            let source = std::error::Error::source(&why);
            let said = source.map_or_else(|| why.to_string(), ToString::to_string);
            let said = said.chars().take(300).collect::<String>();
            let (field, said) = said
                .split_once(": ")
                .map_or(("query", said.as_str()), |(field, said)| (field, said));
            let field = if field.contains(' ') { "query" } else { field };
            let field = field_of(said).unwrap_or(field);
            Problem::new(&codes::INVALID, format!("The query is refused: {said}.")).at(field)
        })?;
        Ok(Self(read.0))
    }
}
