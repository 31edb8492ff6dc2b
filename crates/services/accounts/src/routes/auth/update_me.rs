use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Problem, SignedIn, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::routes::origin::From;
use crate::service::Accounts;

/// What of oneself is to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Ada Lovelace Example"}))]
pub(crate) struct UpdateMeInput {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
}

/// Change one's own name
#[utoipa::path(
    patch, path = "/api/auth/me", operation_id = "update_me", tag = "auth",
    request_body = UpdateMeInput,
    responses((status = 204, description = "Changed.")),
    security(("session" = [])),
)]
pub(crate) async fn update_me(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Body(input): Body<UpdateMeInput>,
) -> Result<StatusCode, Problem> {
    accounts.rename_person(who.user, &input.name, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
