use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use captely_platform::http::{Problem, RequestContext};

use crate::model::Origin;
use crate::user_agent::device_name;

/// The longest User-Agent that is looked at, in bytes.
const AGENT_BYTES_MAX: usize = 1_000;

/// From where a request comes, for the sessions list and the audit log.
#[derive(Debug)]
pub struct From(pub Origin);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Origin::from_request_parts(parts, state).await.map(Self)
    }
}

/// For the operations of other services.
impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let context = RequestContext::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.unwrap_or_default();
        let agent = agent.get(..AGENT_BYTES_MAX).unwrap_or(agent);
        let (address, request) = (context.address(), context.id().to_owned());
        Ok(Self { address, agent: device_name(agent), request })
    }
}
