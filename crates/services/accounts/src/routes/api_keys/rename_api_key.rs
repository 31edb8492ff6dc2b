use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Member, Path, Problem, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::ApiKeyId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// What of a key is to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Nightly import"}))]
pub(crate) struct RenameApiKeyInput {
    #[schema(value_type = Text<1, 100>)]
    name: Text<1, 100>,
}

/// Rename an API key
///
/// One's own; admins all of the workspace.
#[utoipa::path(
    patch, path = "/api/api-keys/{id}", operation_id = "rename_api_key", tag = "api keys",
    params(("id" = String, Path, description = "Which key.", example = "key_019900000000700080000000000000ab")),
    request_body = RenameApiKeyInput,
    responses((status = 204, description = "Renamed.")),
    security(("session" = [])),
)]
pub(crate) async fn rename_api_key(
    State(accounts): State<Accounts>,
    who: Member,
    From(from): From,
    Path(id): Path<ApiKeyId>,
    Body(input): Body<RenameApiKeyInput>,
) -> Result<StatusCode, Problem> {
    who.in_person()?;
    accounts.rename_api_key(&who, id, &input.name, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
