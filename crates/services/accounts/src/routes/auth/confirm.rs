use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, PerMinute, Problem, SignedIn};
use captely_platform::secrets::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// Proof of who one is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
pub(crate) struct ConfirmInput {
    #[schema(value_type = String, max_length = 512)]
    password: Secret,
}

/// Confirm who one is
///
/// What cannot be taken back needs a proof that is at most 15 minutes old.
#[utoipa::path(
    post, path = "/api/auth/confirm", operation_id = "confirm", tag = "auth",
    request_body = ConfirmInput,
    responses(
        (status = 204, description = "Confirmed for 15 minutes."),
        (status = 409, description = "The account was changed while the password was checked; try again."),
    ),
    security(("session" = [])),
)]
pub(crate) async fn confirm(
    State(accounts): State<Accounts>,
    _limit: PerMinute<10>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<ConfirmInput>,
) -> Result<StatusCode, Problem> {
    accounts.confirm(who.user, who.session, &input.password, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
