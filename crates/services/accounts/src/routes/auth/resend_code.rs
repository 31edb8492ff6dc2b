use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Anonymous, Body, PerMinute, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::service::Accounts;

/// A sign-up whose code did not come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"registration": "cptg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct ResendCodeInput {
    /// What POST /api/auth/register returned.
    #[schema(max_length = 100)]
    registration: String,
}

/// Send the code again
///
/// A new one; the one before is of no use any more. An address gets 3 codes an hour.
#[utoipa::path(
    post, path = "/api/auth/resend-code", operation_id = "resend_code", tag = "auth",
    request_body = ResendCodeInput,
    responses(
        (status = 204, description = "Another code was sent."),
        (status = 410, description = "The registration has run out."),
    ),
)]
pub(crate) async fn resend_code(
    State(accounts): State<Accounts>,
    _limit: PerMinute<5>,
    _anybody: Anonymous,
    Body(input): Body<ResendCodeInput>,
) -> Result<StatusCode, Problem> {
    accounts.send_code_again(&input.registration).await?;
    Ok(StatusCode::NO_CONTENT)
}
