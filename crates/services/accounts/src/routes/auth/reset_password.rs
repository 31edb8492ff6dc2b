use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Anonymous, Body, PerMinute, Problem};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// The token of the link, and a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "cptp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "password": "correct horse battery"}))]
pub(crate) struct ResetPasswordInput {
    /// What stands behind the # of the link.
    #[schema(max_length = 100)]
    token: String,
    /// 12 to 128 characters that are not easily guessed.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Secret,
}

/// Set a new password by a link
///
/// Ends every session. The link is good once, for 30 minutes.
#[utoipa::path(
    post, path = "/api/auth/reset-password", operation_id = "reset_password", tag = "auth",
    request_body = ResetPasswordInput,
    responses(
        (status = 204, description = "The password is set; sign in with it."),
        (status = 410, description = "The link has run out or was used."),
    ),
)]
pub(crate) async fn reset_password(
    State(accounts): State<Accounts>,
    _limit: PerMinute<5>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<ResetPasswordInput>,
) -> Result<StatusCode, Problem> {
    accounts.reset_password(&input.token, &input.password, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
