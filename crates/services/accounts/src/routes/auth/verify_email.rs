use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_platform::http::{Anonymous, Body, Http, PerMinute, Problem};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::cookies::{self, SessionAnswer, Transport};
use crate::routes::origin::From;
use crate::service::Accounts;

/// The code that came by mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"registration": "cptg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "code": "123456"}))]
pub(crate) struct VerifyEmailInput {
    /// What POST /api/auth/register returned.
    #[schema(max_length = 100)]
    registration: String,
    /// Six digits.
    #[schema(value_type = String, max_length = 20)]
    code: Secret,
    /// Whether the session outlives the browser.
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    transport: Transport,
}

/// Finish signing up
///
/// With the code the account, its first workspace and a session are made. A code is good for 10 minutes
/// and 5 tries.
#[utoipa::path(
    post, path = "/api/auth/verify-email", operation_id = "verify_email", tag = "auth",
    request_body = VerifyEmailInput,
    responses(
        (status = 201, description = "The account is made and signed in.", body = SessionAnswer),
        (status = 409, description = "The address has an account."),
        (status = 410, description = "The registration has run out."),
    ),
)]
pub(crate) async fn verify_email(
    State(accounts): State<Accounts>,
    State(http): State<Http>,
    _limit: PerMinute<10>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<VerifyEmailInput>,
) -> Result<Response, Problem> {
    let opened =
        accounts.finish_sign_up(&input.registration, &input.code, input.remember, &from).await?;
    Ok(cookies::opened(&http, &opened, input.transport, StatusCode::CREATED))
}
