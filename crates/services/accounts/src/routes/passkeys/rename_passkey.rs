use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Path, Problem, SignedIn, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::PasskeyId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Another name for a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Old laptop"}))]
pub(crate) struct PasskeyName {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
}

/// Rename a passkey
#[utoipa::path(
    patch, path = "/api/auth/passkeys/{id}", operation_id = "rename_passkey", tag = "auth",
    params(("id" = String, Path, description = "Which passkey.", example = "pk_019900000000700080000000000000ab")),
    request_body = PasskeyName,
    responses((status = 204, description = "Renamed.")),
    security(("session" = [])),
)]
pub(crate) async fn rename_passkey(
    State(accounts): State<Accounts>,
    who: SignedIn,
    From(from): From,
    Path(id): Path<PasskeyId>,
    Body(input): Body<PasskeyName>,
) -> Result<StatusCode, Problem> {
    accounts.rename_passkey(who.user, id, &input.name, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
