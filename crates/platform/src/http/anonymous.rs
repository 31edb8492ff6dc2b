use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use super::caller::{address_key, count_anonymous};
use super::{Http, Problem, RequestContext};

/// Anybody. Counts the request against the address's limit for those who have not signed in.
#[derive(Debug, Clone, Copy)]
pub struct Anonymous;

impl<S> FromRequestParts<S> for Anonymous
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let context = RequestContext::from_request_parts(parts, state).await?;
        count_anonymous(&Http::from_ref(state), &context).await?;
        Ok(Self)
    }
}

/// Lets an address use this operation `N` times a minute (REQUIREMENTS SEC-05).
#[derive(Debug, Clone, Copy)]
pub struct PerMinute<const N: u32>;

impl<S, const N: u32> FromRequestParts<S> for PerMinute<N>
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let http = Http::from_ref(state);
        if !http.options.other_limits {
            return Ok(Self);
        }
        let context = RequestContext::from_request_parts(parts, state).await?;
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let who = format!("{} {route} {}", parts.method, address_key(context.address()));
        context.note(http.limits.count("endpoint", &who, N, http.now()).await?);
        Ok(Self)
    }
}
