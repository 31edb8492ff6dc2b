use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Anonymous, Body, Email, PerMinute, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com"}))]
pub(crate) struct ForgotPasswordInput {
    #[schema(value_type = Email)]
    email: Email,
}

/// Ask for a link that sets a new password
///
/// The answer is the same whether or not the address has an account.
#[utoipa::path(
    post, path = "/api/auth/forgot-password", operation_id = "forgot_password", tag = "auth",
    request_body = ForgotPasswordInput,
    responses((status = 202, description = "If the address has an account, a link was sent.")),
)]
pub(crate) async fn forgot_password(
    State(accounts): State<Accounts>,
    _limit: PerMinute<3>,
    _anybody: Anonymous,
    From(from): From,
    Body(input): Body<ForgotPasswordInput>,
) -> Result<StatusCode, Problem> {
    accounts.forgot_password(&input.email.0, &from).await?;
    Ok(StatusCode::ACCEPTED)
}
