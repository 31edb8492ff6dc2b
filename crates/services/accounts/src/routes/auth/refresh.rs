use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Http, PerMinute, Problem, codes};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;

/// A refresh token; empty where it is in the cookie.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "cptr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct RefreshInput {
    #[serde(default)]
    #[schema(max_length = 100)]
    refresh_token: Option<String>,
}

/// Renew a session
///
/// Gives a new access token and the next refresh token. Each refresh token is good once: one that comes
/// again later ends the session, since somebody else may have it.
#[utoipa::path(
    post, path = "/api/auth/refresh", operation_id = "refresh", tag = "auth",
    request_body = RefreshInput,
    responses(
        (status = 200, description = "Renewed.", body = SessionAnswer),
        (status = 401, description = "The refresh token is not valid."),
    ),
)]
pub(crate) async fn refresh(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<30>,
    _anybody: Anonymous,
    From(from): From,
    headers: HeaderMap,
    Body(input): Body<RefreshInput>,
) -> Result<Response, Problem> {
    // The cookie is SameSite=Strict and the body is JSON: no other site can send this.
    let (token, by) = match (&input.refresh_token, cookies::refresh_of(&headers, &http)) {
        (Some(token), _) => (token.as_str(), Transport::Token),
        (None, Some(token)) => (token, Transport::Cookie),
        (None, None) => {
            return Err(Problem::new(&codes::UNAUTHENTICATED, "There is no refresh token."));
        }
    };
    let opened = accounts.refresh(token, &from).await?;
    Ok(cookies::opened(&http, &opened, by, StatusCode::OK))
}
