use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, PerMinute, Problem, SignedIn};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// The present password, and the one to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery", "new_password": "staple wagon lantern"}))]
pub(crate) struct ChangePasswordInput {
    /// The present one.
    #[schema(value_type = String, max_length = 512)]
    password: Secret,
    /// 12 to 128 characters that are not easily guessed.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    new_password: Secret,
}

/// Change one's own password
///
/// Ends all other sessions.
#[utoipa::path(
    post, path = "/api/auth/change-password", operation_id = "change_password", tag = "auth",
    request_body = ChangePasswordInput,
    responses(
        (status = 204, description = "Changed."),
        (status = 409, description = "The account was changed while the password was checked; try again."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_password(
    State(accounts): State<Accounts>,
    _limit: PerMinute<5>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<ChangePasswordInput>,
) -> Result<StatusCode, Problem> {
    let (present, new) = (&input.password, &input.new_password);
    accounts.change_password(who.user, who.session, present, new, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
